package text

import (
	"fmt"
	"sync"
	"testing"

	"tocsin/pkg/policy"
)

// shipped is the vocabulary of the policy that comes with the program.
var shipped = sync.OnceValue(func() *Vocabulary { return NewVocabulary(policy.Default()) })

func TestLanguageIsToldByFunctionWords(t *testing.T) {
	for note, want := range map[string]Language{
		"Nobody can log in since this morning.":                      English,
		"Niemand kommt seit heute früh rein.":                        German,
		"sso down, keiner kommt rein":                                German,
		"login geht ned":                                             German,
		"pls escalate asap":                                          English,
		"Bonjour, la connexion ne fonctionne pas pour nous, merci":   Unknown,
		"Hola, no podemos iniciar sesión desde las nueve y es grave": Unknown,
		"Никто не может войти":                                       Unknown,
		"":                                                           Unknown,
	} {
		if got := shipped().Read(note, "").Language; got != want {
			t.Errorf("%q is %q, want %q", note, got, want)
		}
	}
}

func TestSentencesEndWhereTheyEnd(t *testing.T) {
	for note, want := range map[string]int{
		"SSO is down. Please help!":                                                     2,
		"Das betrifft z. B. ca. 1.200 Nutzer.":                                          1,
		"Am 3. März ging es noch. Jetzt nicht.":                                         2,
		"sso down\nnobody gets in\nhelp":                                                3,
		"Since 3.5 hours, e.g. since 8 a.m. today":                                      1,
		"One line that is long enough to have been wrapped by a mail\nprogram goes on.": 1,
	} {
		body := Clean(note).Text
		if got := len(sentences(body, shipped().memo.tokenize(body, nil), nil)); got != want {
			t.Errorf("%q has %d sentences, want %d", note, got, want)
		}
	}
}

func TestNumbersAreReadAsTheLanguageWritesThem(t *testing.T) {
	for _, c := range []struct {
		text     string
		language Language
		want     float64
	}{
		{"1,200", English, 1200},
		{"1.5", English, 1.5},
		{"1.200", German, 1200},
		{"3,5", German, 3.5},
		{"1'200", German, 1200},
		{"1.200,50", German, 1200.5},
		{"2k", English, 2000},
		{"a hundred and twenty", English, 120},
		{"twenty five", English, 25},
		{"three hundred", English, 300},
		{"two thousand five hundred", English, 2500},
		{"two dozen", English, 24},
		{"a dozen", English, 12},
		{"zweihundertfünfzig", German, 250},
		{"hundertzwanzig", German, 120},
		{"einundzwanzig", German, 21},
		{"dreitausend", German, 3000},
		{"zwei Dutzend", German, 24},
		{"tausendzweihundert", German, 1200},
		{"3 Tausend", German, 3000},
	} {
		tokens := shipped().memo.tokenize(c.text, nil)
		got, _, ok := number(tokens, 0, c.language)
		if !ok || got != c.want {
			t.Errorf("%q is %v (%v), want %v", c.text, got, ok, c.want)
		}
	}
}

func TestPeopleHitAreCounted(t *testing.T) {
	for note, want := range map[string]string{
		"Now 240 instead of 50 users cannot log in.":                   "240",
		"Jetzt können sich 240 statt 50 Personen nicht anmelden.":      "240",
		"240 users cannot log in.":                                     "240",
		"About a hundred and twenty people cannot log in.":             "120",
		"1,200 employees can't see their feed.":                        "1200",
		"Between 30 and 50 users cannot log in.":                       "30",
		"30-50 users cannot log in.":                                   "30",
		"30 % of our 900 users cannot log in.":                         "270",
		"Half of our 600 staff can't open pathways.":                   "300",
		"12 of our 4,000 users cannot log in.":                         "12",
		"Dozens of users cannot log in.":                               "unknown",
		"Everyone is locked out.":                                      "unknown",
		"A few hundred users cannot log in.":                           "unknown",
		"300 reports have failed.":                                     "unknown",
		"12 service accounts cannot log in.":                           "unknown",
		"We have 900 users and SSO is down for 40 of them.":            "40",
		"500 users are affected, of whom 143 cannot work at all.":      "143",
		"240 people in Bern and 110 in Basel cannot log in.":           "350",
		"1.200 Mitarbeitende können sich nicht anmelden.":              "1200",
		"Rund hundertzwanzig Leute kommen nicht rein.":                 "120",
		"30 bis 50 Nutzer kommen nicht rein.":                          "30",
		"Ein Drittel unserer 900 Nutzer kommt nicht rein.":             "300",
		"Ein paar hundert Nutzer kommen nicht rein.":                   "unknown",
		"Betroffen sind 85.":                                           "85",
		"Dutzende Kollegen kommen nicht rein.":                         "unknown",
		"Von 2.000 Benutzern können sich 150 Personen nicht anmelden.": "150",
	} {
		got := "unknown"
		if c := shipped().Read(note, "").Count; c.Known {
			got = fmt.Sprint(c.N)
		}
		if got != want {
			t.Errorf("%q: %s people, want %s", note, got, want)
		}
	}
}

func TestLengthsOfTimeAreThoseOfTheTrouble(t *testing.T) {
	for note, want := range map[string]string{
		"Reports have failed for a day and a half.":          "36",
		"SSO has been down for 5 hours.":                     "5",
		"Uploads fail since two days.":                       "48",
		"No report arrived in the last 30 hours.":            "30",
		"SSO went down 3 hours ago.":                         "3",
		"It has been failing for half an hour.":              "0.5",
		"Our launch is in 2 days and SSO is down.":           "unknown",
		"SSO is down, please fix it within 4 hours.":         "unknown",
		"Every page takes 40 seconds.":                       "unknown",
		"Reports have failed since Monday.":                  "unknown",
		"Seit anderthalb Wochen schlagen alle Uploads fehl.": "252",
		"Seit eineinhalb Tagen kommt kein Bericht an.":       "36",
		"SSO ist seit 3,5 Stunden ausgefallen.":              "3.5",
		"Die Suche geht seit zwei Wochen nicht.":             "336",
		"Vor drei Stunden ist SSO ausgefallen.":              "3",
		"Seit über 24h schlagen alle Uploads fehl.":          "24",
		"In zwei Tagen ist Rollout, SSO geht nicht.":         "unknown",
		"Seit 2 Tagen und 4 Stunden geht SSO nicht.":         "52",
	} {
		got := "unknown"
		if l, _ := func() (Lasting, Lasting) { r := shipped().Read(note, ""); return r.Lasting, r.Silent }(); l.Known {
			got = fmt.Sprint(l.Hours)
		}
		if got != want {
			t.Errorf("%q: %s hours, want %s", note, got, want)
		}
	}
}

func TestOnlyWhatIsAssertedNowIsFound(t *testing.T) {
	for note, want := range map[string]string{
		"SSO is down.":                                   "sso asserted",
		"SSO is not down.":                               "",
		"Is SSO down?":                                   "sso asked",
		"If SSO fails, we are lost.":                     "sso supposed",
		"SSO was down yesterday.":                        "sso over",
		"SSO is down. Update: it works again.":           "sso over",
		"SSO works fine, but Insights is down.":          "insights asserted",
		"There is no outage.":                            "",
		"Nobody can open Insights.":                      "insights asserted",
		"SSO geht nicht.":                                "sso asserted",
		"SSO ist nicht ausgefallen.":                     "",
		"Ist SSO ausgefallen?":                           "sso asked",
		"Falls SSO ausfällt, stehen wir da.":             "sso supposed",
		"SSO war gestern gestört.":                       "sso over",
		"SSO geht wieder nicht.":                         "sso asserted",
		"SSO fiel aus. Inzwischen läuft es wieder.":      "sso over",
		"Wenn ich mich anmelden will, kommt Fehler 503.": "login asserted",
		"Es gab keinen Ausfall von Insights.":            "",
	} {
		got := ""
		for _, f := range shipped().Read(note, "").Findings {
			got = string(f.Topic) + " " + string(f.Polarity)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", note, got, want)
		}
	}
}

func TestARequestIsToldFromTalkAboutEscalations(t *testing.T) {
	for note, want := range map[string]bool{
		"Please escalate this ticket.":                     true,
		"We request an escalation.":                        true,
		"Could you bump the priority of this one?":         true,
		"Escalation please!":                               true,
		"Please fix this as soon as possible.":             true,
		"The customer wants this escalated.":               true,
		"This was escalated yesterday.":                    false,
		"Thanks for escalating.":                           false,
		"No need to escalate.":                             false,
		"Please do not escalate this.":                     false,
		"We withdraw our request for escalation.":          false,
		"How do I escalate a ticket?":                      false,
		"What is the status of our escalation?":            false,
		"If it happens again we will escalate.":            false,
		"Bitte eskalieren Sie dieses Ticket.":              true,
		"Wir beantragen eine Eskalation.":                  true,
		"Könnt ihr das bitte höher priorisieren?":          true,
		"Bitte umgehend beheben!":                          true,
		"Eine Eskalation ist nicht nötig.":                 false,
		"Danke fürs Eskalieren.":                           false,
		"Wir ziehen unseren Antrag auf Eskalation zurück.": false,
		"Wie läuft eine Eskalation ab?":                    false,
		"Das Ticket wurde bereits eskaliert.":              false,
	} {
		if got := shipped().Read(note, "").Ask.Asked; got != want {
			t.Errorf("%q asks: %v, want %v", note, got, want)
		}
	}
}

func TestUrgencyIsAWhy(t *testing.T) {
	for note, want := range map[string]bool{
		"URGENT!!! Please escalate, SSO has an error.":       false,
		"Please escalate, the audit is on Friday.":           true,
		"Please escalate, we lose revenue.":                  true,
		"Nobody can open Insights. Please escalate.":         true,
		"Reports have failed since Monday. Please escalate.": false,
		"Please escalate, but there is no rush.":             false,
		"DRINGEND! Bitte eskalieren.":                        false,
		"Bitte eskalieren, bis Freitag muss es gehen.":       true,
		"Bitte eskalieren, sonst drohen Bußgelder.":          true,
		"Guten Morgen, bitte eskalieren.":                    false,
	} {
		if got := shipped().Read(note, "").Urgency.Given; got != want {
			t.Errorf("%q is urgent: %v, want %v", note, got, want)
		}
	}
}

func TestMistypedWordsAreRead(t *testing.T) {
	for mistyped, want := range map[string]string{
		"unavialable": "unavailable", "escalte": "escalate", "authentcate": "authenticate", "loign": "login",
		"verfgbar": "", "filled": "", "sailed": "",
	} {
		if got := shipped().dictionaries[index(English)].correct(mistyped); got != want {
			t.Errorf("%q is read as %q, want %q", mistyped, got, want)
		}
	}
}
