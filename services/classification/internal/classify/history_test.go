package classify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// a form that asks, an hour before noon.
func form(r Request) Request {
	if r.ID == "" {
		r.ID = "form"
	}
	if r.At.IsZero() {
		r.At = noon.Add(-time.Hour)
	}
	return r
}

func TestTheLastWordOfATicketCounts(t *testing.T) {
	const asks = "SSO is completely down since this morning, nobody in the company can log in. Please escalate, the exam is tomorrow."
	for name, c := range map[string]struct {
		notes          []TicketNote
		recommendation Recommendation
		reasons        []policy.ReasonID
		withdrawn      bool
		asked          string
		users          int
	}{
		"works again, German": {
			notes:          []TicketNote{says(Customer, "SSO ist komplett ausgefallen, niemand kann sich anmelden. Bitte eskalieren, morgen ist Prüfung."), says(Customer, "SSO geht wieder.")},
			recommendation: Ineligible, asked: "a",
		},
		"works again, English": {notes: []TicketNote{says(Customer, asks), says(Agent, "SSO works again for everyone.")}, recommendation: Ineligible, asked: "a"},
		"down again": {
			notes:          []TicketNote{says(Customer, asks), says(Customer, "SSO works again."), says(Customer, "Sorry, SSO is down again, nobody can log in.")},
			recommendation: Eligible, reasons: []policy.ReasonID{policy.SSOUnavailable}, asked: "a",
		},
		"fewer, German": {
			notes:          []TicketNote{says(Customer, "50 Personen können sich nicht anmelden. Bitte eskalieren, die Schulung läuft."), says(Customer, "Jetzt können sich 240 statt 50 Personen nicht anmelden.")},
			recommendation: Eligible, reasons: []policy.ReasonID{policy.AuthFailuresOver100}, asked: "a", users: 240,
		},
		"withdrawn":                   {notes: []TicketNote{says(Customer, asks), says(Customer, "Please withdraw our escalation request.")}, recommendation: NotARequest, withdrawn: true, reasons: []policy.ReasonID{policy.SSOUnavailable}},
		"withdrawn, German":           {notes: []TicketNote{says(Customer, asks), says(Customer, "Wir ziehen die Eskalation zurück.")}, recommendation: NotARequest, withdrawn: true, reasons: []policy.ReasonID{policy.SSOUnavailable}},
		"asked again":                 {notes: []TicketNote{says(Customer, asks), says(Customer, "Please withdraw our escalation request."), says(Customer, "SSO is still down. Please escalate after all.")}, recommendation: Eligible, reasons: []policy.ReasonID{policy.SSOUnavailable}, asked: "c"},
		"support does not withdraw":   {notes: []TicketNote{says(Customer, asks), says(Agent, "I withdraw the escalation request.")}, recommendation: Eligible, reasons: []policy.ReasonID{policy.SSOUnavailable}, asked: "a"},
		"support writes it down":      {notes: []TicketNote{says(Customer, asks), says(Agent, "By phone: the customer has withdrawn the escalation request.")}, recommendation: NotARequest, withdrawn: true, reasons: []policy.ReasonID{policy.SSOUnavailable}},
		"support writes it down (de)": {notes: []TicketNote{says(Customer, asks), says(Agent, "Telefonat: Der Kunde zieht die Eskalation zurück.")}, recommendation: NotARequest, withdrawn: true, reasons: []policy.ReasonID{policy.SSOUnavailable}},
		"support withdraws its own":   {notes: []TicketNote{says(Agent, asks), says(Agent, "I withdraw the escalation request.")}, recommendation: NotARequest, withdrawn: true, reasons: []policy.ReasonID{policy.SSOUnavailable}},
	} {
		t.Run(name, func(t *testing.T) {
			a := assess(ticket(c.notes...))
			if a.Recommendation != c.recommendation || !slices.Equal(a.Reasons, c.reasons) || a.Withdrawn != c.withdrawn || a.AskedIn != c.asked {
				t.Errorf("got %s, reasons %v, withdrawn %v, asked in %q", a.Recommendation, a.Reasons, a.Withdrawn, a.AskedIn)
			}
			if c.users != 0 && (a.Facts.AffectedUsers == nil || *a.Facts.AffectedUsers != c.users) {
				t.Errorf("users %v", a.Facts.AffectedUsers)
			}
		})
	}
}

func TestAFormStandsInTheTicketsOrder(t *testing.T) {
	const down = "SSO is completely down since this morning, nobody in the company can log in."
	tk := ticket(says(Customer, down), says(Customer, "Please withdraw our escalation request."))
	tk.Requests = []Request{form(Request{Author: CSM, Reason: down, Urgency: "The exam is tomorrow.", At: noon.Add(-30 * time.Minute)})}
	if a := assess(tk); a.Request || !a.Withdrawn {
		t.Errorf("a form that was withdrawn later still asks: %+v", a)
	}
	tk.Requests[0].At = noon.Add(time.Minute)
	a := assess(tk)
	if !a.Request || a.Withdrawn || a.AskedIn != "form" || a.Recommendation != Eligible {
		t.Errorf("a form after the withdrawal: %+v", a)
	}
	if i := slices.IndexFunc(a.Evidence, func(e Evidence) bool { return e.For == "request" }); i < 0 || a.Evidence[i].Quote != down || a.Evidence[i].Note != "form" {
		t.Errorf("the form is not quoted: %+v", a.Evidence)
	}
}

func TestTheReasonThatAFormNamesIsAClaim(t *testing.T) {
	for name, c := range map[string]struct {
		note, reason       string
		named              policy.ReasonID
		want               []policy.ReasonID
		confirms, opposite bool
	}{
		"the words say no reason":     {note: "See the form.", reason: "It is as chosen.", named: policy.InsightsUnavailable, want: []policy.ReasonID{policy.InsightsUnavailable}},
		"the words say the same":      {note: "Insights does not load at all.", reason: "See above.", named: policy.InsightsUnavailable, want: []policy.ReasonID{policy.InsightsUnavailable}, confirms: true},
		"the words say another":       {note: "Insights does not load at all.", reason: "See above.", named: policy.FTPDenied, want: []policy.ReasonID{policy.InsightsUnavailable}, opposite: true},
		"the words miss its line":     {note: "40 users cannot log in.", reason: "See above.", named: policy.AuthFailuresOver100, opposite: true},
		"the words say too little":    {note: "All reports fail to process.", reason: "See above.", named: policy.ReportsFailing24h, want: []policy.ReasonID{policy.ReportsFailing24h}},
		"nothing that the policy has": {note: "See the form.", reason: "It is as chosen.", named: "no_such_reason"},
	} {
		t.Run(name, func(t *testing.T) {
			tk := ticket(says(Customer, c.note))
			tk.Requests = []Request{form(Request{Author: Customer, Reason: c.reason, Urgency: "The board meets tomorrow.", PolicyReason: c.named})}
			a := assess(tk)
			about := func(k Contradiction) bool {
				return k.About == string(c.named) && strings.HasPrefix(k.Source, "form by")
			}
			if !slices.Equal(a.Reasons, c.want) || slices.ContainsFunc(a.Contradictions, about) != c.opposite {
				t.Errorf("reasons %v, contradictions %v", a.Reasons, a.Contradictions)
			}
			if slices.ContainsFunc(a.Confirmations, func(k Confirmation) bool { return about(Contradiction(k)) }) != c.confirms {
				t.Errorf("confirmations %v", a.Confirmations)
			}
		})
	}
}

func TestTheComponentSaysWhichCoreFunctionIsDown(t *testing.T) {
	down := ticket(says(Customer, "The search is completely down, it returns an error for everybody. Please escalate, the board meets tomorrow."))
	slow := ticket(says(Customer, "Everything is extremely slow, each page takes a minute to load. Please escalate, the board meets tomorrow."))
	for _, c := range []struct {
		ticket     Ticket
		components []string
		want       policy.ReasonID
	}{
		{down, nil, policy.CoreFunctionDown},
		{down, []string{"insights"}, policy.InsightsUnavailable},
		{down, []string{"feeds", "plans"}, policy.LXPFeaturesUnavailable},
		{down, []string{"insights", "feeds"}, policy.CoreFunctionDown},
		{slow, []string{"insights"}, policy.CoreFunctionDown},
	} {
		c.ticket.Components = c.components
		if a := assess(c.ticket); !slices.Equal(a.Reasons, []policy.ReasonID{c.want}) {
			t.Errorf("components %v: %v, want %s", c.components, a.Reasons, c.want)
		}
	}
}

func TestACalendarDayIsALengthWhereTheNotesTimeIsKnown(t *testing.T) {
	at := time.Date(2026, 11, 18, 15, 0, 0, 0, time.UTC) // a Wednesday
	for words, want := range map[string]float64{
		"All reports have failed since Monday.": 48, "Seit Montag schlagen alle Berichte fehl.": 48, "Seit gestern 8 Uhr schlagen alle Berichte fehl.": 31,
		"Seit gestern um 8:30 Uhr schlagen alle Berichte fehl.": 30.5, "All reports have failed since yesterday 9 am.": 30, "Insights is down since 9:15.": 5.75,
		"Seit vorgestern schlagen alle Berichte fehl.": 48, "All reports have failed since Wednesday.": 0, "Seit heute schlagen alle Berichte fehl.": 0,
		"All reports have failed since last Friday.": 120, "All reports have failed for 30 hours.": 30,
		"Seit Montagmorgen schlagen alle Berichte fehl.": 48, "Insights is down since 20:00.": 19,
	} {
		tk := ticket(says(Customer, words))
		tk.Notes[0].At = at
		a := method.Assess(tk, nil, at)
		got := 0.0
		if a.Facts.DurationHours != nil {
			got = *a.Facts.DurationHours
		}
		if got != want {
			t.Errorf("%q: %v hours, want %v", words, got, want)
		}
		if alone := method.Note("n", words, Customer); want != 30 && alone.Facts.DurationHours != nil {
			t.Errorf("%q read alone: %v hours", words, *alone.Facts.DurationHours)
		}
	}
}

func TestWordsInAnotherLanguageAreLeftToAPerson(t *testing.T) {
	const french, chinese = "Le portail ne marche pas depuis ce matin, nous sommes tous bloqués, merci de faire vite.", "所有人都无法登录，请尽快升级处理。"
	for _, words := range []string{french, chinese} {
		tk := ticket(says(Customer, words), says(Agent, "I have asked a colleague who speaks the language."))
		a := assess(tk)
		if a.Language != "" || !a.Unsupported || !slices.Contains(a.Unclear, "language") || a.Request {
			t.Errorf("%q: language %q, unsupported %v, unclear %v, asked %v", words, a.Language, a.Unsupported, a.Unclear, a.Request)
		}
		tk.Requests = []Request{form(Request{Author: Customer, PolicyReason: policy.SSOUnavailable})}
		if a = assess(tk); !a.Request || a.Recommendation != NeedsInfo || !a.Unsupported || !slices.Equal(a.Reasons, []policy.ReasonID{policy.SSOUnavailable}) {
			t.Errorf("%q by form: %+v", words, a)
		}
	}
	a := assess(ticket(says(Customer, french), says(Customer, "Sorry, in English: SSO is down for all of us, please escalate, the exam is tomorrow.")))
	if a.Language != "en" || a.Unsupported || a.Recommendation != Eligible {
		t.Errorf("said again in English: %+v", a)
	}
	if a = assess(ticket(says(Customer, "T-4711 4711"))); a.Unsupported {
		t.Error("a number is no language")
	}
}
