package text

import (
	"fmt"
	"strings"
	"testing"
)

// peopleIn is how many people a note says are hit, as text.
func peopleIn(note string, by Author) string {
	if c := shipped().Read(note, by).Count; c.Known {
		return fmt.Sprint(c.N)
	}
	return "unknown"
}

func hoursIn(note string) string {
	if l := shipped().Read(note, "").Lasting; l.Known {
		return fmt.Sprint(l.Hours)
	}
	return "unknown"
}

func TestPeopleAreCountedWhateverTheyAreCalled(t *testing.T) {
	for note, want := range map[string]string{
		"310 crane drivers cannot log in.":                                                    "310",
		"340 of my pickers cannot log in.":                                                    "340",
		"SSO is down for all 2,200 of us.":                                                    "2200",
		"1,900 RNs cannot log in.":                                                            "1900",
		"640 shop-floor staff cannot log in.":                                                 "640",
		"SSO is down for the pilot group of 60.":                                              "60",
		"SSO is down for the whole workforce (5,400).":                                        "5400",
		"Users affected: 190\nSSO is down.":                                                   "190",
		"Our launch to 2,000 is blocked, SSO is down.":                                        "2000",
		"A hundred and seventy-four profiles show the wrong manager.":                         "174",
		"Between one hundred and fifty and two hundred clerks cannot log in.":                 "150",
		"SSO is down for our 2 700 clerks.":                                                   "2700",
		"SSO is down and affects only me.":                                                    "1",
		"Insights is dead for the six-strong team.":                                           "6",
		"85 Leut kommen nicht rein.":                                                          "85",
		"SSO ist tot, betroffen sind 260 Mann.":                                               "260",
		"Unsere 166 Hebammen kommen nicht rein.":                                              "166",
		"12 HR-Businesspartner kommen nicht rein.":                                            "12",
		"300 Kolleg:innen kommen nicht rein.":                                                 "300",
		"Wir kommen zu neunt nicht rein.":                                                     "9",
		"Für den elfköpfigen Kreis ist Insights nicht verfügbar.":                             "11",
		"Von unseren 900 Leuten kommen 30 Prozent nicht rein.":                                "270",
		"Jeder Zehnte unserer 450 Fahrer kommt nicht rein.":                                   "45",
		"312 unserer 1.040 Angestellten kommen nicht rein.":                                   "312",
		"Not one of our 1,800 attendants can log in.":                                         "1800",
		"Three managers out of 4,300 staff cannot see Insights.":                              "3",
		"18 Führungskräfte sehen leere Feeds, die anderen 4.000 Nutzer sind nicht betroffen.": "18",
		"Sixteen clerks cannot log in, the other 2,300 are fine.":                             "16",
		"SSO is down. 57 new hires start on Monday.":                                          "unknown",
		"One in five of my guys cannot log in.":                                               "unknown",
		"SSO is down on every one of our 40 sites.":                                           "unknown",
		"SSO is down, error 503 Service Unavailable, ticket 20817, lot 77.":                   "unknown",
		"All 12 filters in Insights are broken, at 4pm, on 3 tablets.":                        "unknown",
		"Seit 4 Uhr fehlen 37 Lernpfade, 12 Schulungsdateien und 3 Auswertungen":              "unknown",
	} {
		if got := peopleIn(note, ""); got != want {
			t.Errorf("%q: %s people, want %s", note, got, want)
		}
	}
}

// invented are nouns that nobody has heard of.
func invented() []string {
	var out []string
	for _, a := range []string{"bran", "flo", "gurp", "snor", "twe", "vil"} {
		for _, b := range []string{"dab", "kel", "mup", "zog"} {
			out = append(out, a+b)
		}
	}
	return out
}

func TestANumberBeforeAnUnknownNounCountsPeopleAndBeforeAThingDoesNot(t *testing.T) {
	for i, noun := range invented() {
		n := fmt.Sprint(3 + 37*i)
		for _, note := range []string{n + " " + noun + "s cannot log in.", "SSO is down for our " + n + " crane " + noun + "s."} {
			if got := peopleIn(note, ""); got != n {
				t.Errorf("%q: %s people", note, got)
			}
		}
		if note := n + " " + strings.ToUpper(noun[:1]) + noun[1:] + "en kommen nicht rein."; peopleIn(note, "") != n {
			t.Errorf("%q: %s people", note, peopleIn(note, ""))
		}
	}
	for noun := range strings.FieldsSeq(englishThings) {
		if note := "SSO is down, 12 " + noun + "s failed."; peopleIn(note, "") != "unknown" {
			t.Errorf("%q: %s people", note, peopleIn(note, ""))
		}
	}
	for noun := range strings.FieldsSeq(germanThings) {
		noun = strings.TrimPrefix(noun, "=")
		if note := "SSO ist ausgefallen, 12 " + strings.ToUpper(noun[:1]) + noun[1:] + " fehlen."; peopleIn(note, "") != "unknown" {
			t.Errorf("%q: %s people", note, peopleIn(note, ""))
		}
	}
}

func TestNumbersInWordsAreReadAsWritten(t *testing.T) {
	ones := strings.Fields("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens := strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")
	small := func(n int) string {
		if n < 20 {
			return ones[n-1]
		}
		if n%10 == 0 {
			return tens[n/10-2]
		}
		return tens[n/10-2] + "-" + ones[n%10-1]
	}
	for n := 1; n < 2000; n++ {
		var parts []string
		if n >= 1000 {
			parts = append(parts, ones[n/1000-1]+" thousand")
		}
		if h := n / 100 % 10; h > 0 {
			parts = append(parts, ones[h-1]+" hundred")
		}
		if r := n % 100; r > 0 {
			if n > 100 {
				parts = append(parts, "and")
			}
			parts = append(parts, small(r))
		}
		words := strings.Join(parts, " ")
		tokens := shipped().memo.tokenize(words, nil)
		if got, end, ok := number(tokens, 0, English); !ok || int(got) != n || end != len(tokens) {
			t.Fatalf("%q is %v, want %d", words, got, n)
		}
	}
}

func TestHowLongIsToldFromHowLongNobodyAnswered(t *testing.T) {
	for note, want := range map[string]string{
		"Spreadsheets dead, every one, 3 days now.":                                 "72",
		"SSO dead 3h, crew stuck.":                                                  "3",
		"FTP is blocked in prod, 14 hours.":                                         "14",
		"Nobody can log in.\n- Duration: 4 hours\n- Deadline: today":                "4",
		"All uploads failed, duration twenty-four hours\nUrgency: audit in 2 hours": "24",
		"Uploads rejected x 2 days.":                                                "48",
		"Alle Dateien werden abgewiesen (gut 50 h).":                                "50",
		"Six days and not one peep out of your side.":                               "unknown",
		"Nine days. Not a word from your side.":                                     "unknown",
		"Seit sechs Tagen höre ich nichts von Ihnen.":                               "unknown",
		"SSO is down. Your agent told me so 20 minutes ago.":                        "unknown",
		"SSO is down and the hiring fair closes in 10 days.":                        "unknown",
		"SSO is down since 40 minutes before the town hall.":                        "unknown",
		"Would a failure of all uploads for 24 hours qualify?":                      "unknown",
	} {
		if got := hoursIn(note); got != want {
			t.Errorf("%q: %s hours, want %s", note, got, want)
		}
	}
}

func TestThePlaceIsWhereTheTroubleIs(t *testing.T) {
	for note, want := range map[string]Place{
		"The video player is black on live.":                           Production,
		"SSO is down, live, since noon.":                               Production,
		"No pathway opens in prod.":                                    Production,
		"Unsere Produktivseite ist unten.":                             Production,
		"Die Suche auf der Live-Seite ist hinüber.":                    Production,
		"Feeds are blank on the beta site. Live site is ok.":           Beta,
		"Only on beta: SSO does not work. Prod ok.":                    Beta,
		"Auf der Beta-Instanz ist alles weg, produktiv ist alles gut.": Beta,
		"The beta site shows nothing. Production shows it correctly.":  Beta,
		"Our go-live is blocked, SSO is down.":                         Nowhere,
		"SSO is down and we cannot do the product training.":           Nowhere,
		"We go live on Monday, and SSO is down.":                       Nowhere,
	} {
		if got := shipped().Read(note, "").Place; got != want {
			t.Errorf("%q: %q, want %q", note, got, want)
		}
	}
}

func TestWhoIsAtWorkAndWhoWaitsIsReadFromHowItIsSaid(t *testing.T) {
	type statement struct{ worked, awaited bool }
	for note, want := range map[string]statement{
		":Your engineer Pavlina is on the bridge right now.":                   {true, false},
		":I know Lindiwe from your team is busy with it as we speak.":          {true, false},
		":Ihr Herr Brunner sitzt gerade an unserem Problem.":                   {true, false},
		":Jonte aus eurem Team ist schon dran.":                                {true, false},
		"agent:Working it, comparing the allow list now.":                      {true, false},
		"agent:Ich bin selbst gerade im Log und sperre die Sessions.":          {true, false},
		":Nobody from your team is working on it right now.":                   {false, false},
		":Our own engineer is working on it now.":                              {false, false},
		":A technician will look at it tomorrow.":                              {false, false},
		":I still owe you the screenshots.":                                    {false, true},
		":You asked for a sample file, which we have not sent yet.":            {false, true},
		":The ball is in my court.":                                            {false, true},
		":Ihre Frage ist bei uns noch unbeantwortet.":                          {false, true},
		"agent:Asked the customer for the key; they have not come back to us.": {false, true},
		"csm:Der Ball liegt beim Kunden.":                                      {false, true},
		"agent:Warte auf den Export des Kunden.":                               {false, true},
		":You asked for the log; we sent it this morning.":                     {false, false},
		"agent:The customer waits for us.":                                     {false, false},
		"agent:Waiting for the deploy.":                                        {false, false},
	} {
		by, text, _ := strings.Cut(note, ":")
		r := shipped().Read(text, Author(by))
		if got := (statement{r.WorkedOn.Given, r.Awaited.Given}); got != want {
			t.Errorf("%q: %+v, want %+v", note, got, want)
		}
	}
}
