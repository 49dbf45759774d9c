package classify

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// method is the shipped one.
var method = New(policy.Default(), nil)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// ticket is one of tenant acme with the given notes, an hour apart, the last at noon.
func ticket(notes ...TicketNote) Ticket {
	for i := range notes {
		notes[i].ID = string(rune('a' + i))
		notes[i].At = noon.Add(-time.Duration(len(notes)-1-i) * time.Hour)
	}
	return Ticket{ID: "T-1", Tenant: "acme", Notes: notes, Status: "OPEN"}
}

func says(by AuthorKind, words string) TicketNote { return TicketNote{Author: by, Text: words} }

func assess(t Ticket, conditions ...Condition) Assessment {
	return method.Assess(t, conditions, noon)
}

func number(n int) *int { return &n }

const manyLockedOut = "500 users cannot log in. Please escalate, the exam is tomorrow."

func TestALaterNoteCorrectsAnEarlierOne(t *testing.T) {
	a := assess(ticket(says(Customer, manyLockedOut), says(Customer, "Correction: it is actually 40 users who cannot log in.")))
	if a.Facts.AffectedUsers == nil || *a.Facts.AffectedUsers != 40 || a.Recommendation != Ineligible {
		t.Errorf("got %s with %v", a.Recommendation, a.Facts.AffectedUsers)
	}
	a = assess(ticket(says(Customer, manyLockedOut), says(Agent, "Log-in works again for all users.")))
	if len(a.Reasons) != 0 {
		t.Errorf("after the recovery: %v", a.Reasons)
	}
	a = assess(ticket(says(Customer, manyLockedOut), says(Customer, "Please withdraw our escalation request.")))
	if a.Request || !a.Withdrawn || a.Recommendation != NotARequest {
		t.Errorf("after the withdrawal: %+v", a)
	}
}

func TestWhatAMachineWritesIsNotRead(t *testing.T) {
	if a := assess(ticket(says(System, manyLockedOut))); a.Request || len(a.Reasons) > 0 {
		t.Errorf("got %+v", a)
	}
}

func TestAFlagIsARequestAndNeedsAReason(t *testing.T) {
	tk := ticket(says(Customer, "There is a question about my invoice."))
	tk.Requests = []Request{{ID: "f", Author: CSM}}
	if a := assess(tk); !a.Request || a.Recommendation != NeedsInfo {
		t.Errorf("without a reason: %s", a.Recommendation)
	}
	tk.Requests[0].Reason, tk.Requests[0].Urgency = "Insights is unavailable for the whole company.", "The board meets tomorrow."
	if a := assess(tk); a.Recommendation != Eligible {
		t.Errorf("with one: %+v", a)
	}
}

func TestWhatAnAgentSetBeatsWhatTheNoteSays(t *testing.T) {
	tk := ticket(says(Customer, manyLockedOut))
	tk.AffectedUsers, tk.AffectedBy = number(60), Agent
	a := assess(tk)
	if *a.Facts.AffectedUsers != 60 || len(a.Reasons) != 0 || len(a.Contradictions) != 1 {
		t.Errorf("set by an agent: %+v", a)
	}
	tk.AffectedBy = Customer
	if a = assess(tk); *a.Facts.AffectedUsers != 500 {
		t.Errorf("set by the customer: %d", *a.Facts.AffectedUsers)
	}
}

func TestAConditionBeatsWords(t *testing.T) {
	raised := Condition{ID: "c1", Reason: policy.AuthFailuresOver100, Scope: "acme", Value: 143, People: 143, Raised: true, At: noon}
	a := assess(ticket(says(Customer, manyLockedOut)), raised)
	if *a.Facts.AffectedUsers != 143 || !slices.Equal(a.Matched, []string{"c1"}) || len(a.Contradictions) != 1 {
		t.Errorf("500 claimed, 143 measured: %+v", a)
	}
	a = assess(ticket(says(Customer, "Many users cannot log in, please escalate.")), raised)
	if a.Recommendation != Eligible {
		t.Errorf("a claim that a condition matches needs no urgency: %+v", a)
	}
	other := raised
	other.Scope = "globex"
	if a = assess(ticket(says(Customer, manyLockedOut)), other); len(a.Matched) != 0 {
		t.Error("a condition of another tenant matched")
	}
	own := raised
	own.ClaimedOnly = true
	if a = assess(ticket(says(Customer, manyLockedOut)), own); len(a.Matched) != 0 {
		t.Error("a condition from the tenant's own token matched")
	}
	ended := raised
	ended.Raised = false
	if a = assess(ticket(says(Customer, manyLockedOut)), ended); slices.Contains(a.Reasons, policy.AuthFailuresOver100) || len(a.Contradictions) == 0 {
		t.Errorf("a condition that has ended since: %+v", a)
	}
}

func TestARaisedConditionWinsOverGroundsButNotOverBeta(t *testing.T) {
	raised := Condition{ID: "c1", Reason: policy.InsightsUnavailable, Scope: "platform", Raised: true, At: noon}
	tk := ticket(says(Customer, "Insights does not load at all. Please escalate, board meeting tomorrow."))
	tk.Status, tk.AgentActedAt = InProgress, noon.Add(-time.Hour)
	if a := assess(tk); a.Recommendation != Ineligible || !slices.Contains(a.Denials, policy.TechniciansActive) {
		t.Errorf("alone: %+v", a)
	}
	if a := assess(tk, raised); a.Recommendation != Eligible || !slices.Contains(a.Denials, policy.TechniciansActive) {
		t.Errorf("with a condition: %+v", a)
	}
	tk.Environment, tk.EnvironmentBy = Beta, Agent
	if a := assess(tk, raised); a.Recommendation != Ineligible {
		t.Errorf("on beta: %+v", a)
	}
}

func TestGroundsFollowTheTicketsState(t *testing.T) {
	tk := ticket(says(Customer, "Insights does not load at all. Please escalate, board meeting tomorrow."))
	tk.Status, tk.AgentActedAt = InProgress, noon.Add(-8*time.Hour)
	if a := assess(tk); slices.Contains(a.Denials, policy.TechniciansActive) {
		t.Error("eight hours ago is not active")
	}
	tk.AgentActedAt = noon.Add(-8*time.Hour + time.Second)
	if a := assess(tk); !slices.Contains(a.Denials, policy.TechniciansActive) {
		t.Error("less than eight hours ago is active")
	}
	tk.SiteUnusable = true
	if a := assess(tk); slices.Contains(a.Denials, policy.TechniciansActive) {
		t.Error("where the site is unusable two hours count")
	}
	tk.Status, tk.WaitingSince = AwaitingCustomer, noon.Add(-time.Hour)
	if a := assess(tk); !slices.Contains(a.Denials, policy.AwaitingCustomer) {
		t.Error("the ticket waits for the customer")
	}
	tk.CustomerAt = noon.Add(-time.Minute)
	if a := assess(tk); slices.Contains(a.Denials, policy.AwaitingCustomer) {
		t.Error("the customer's note ends the wait")
	}
}

func TestASecurityBreachWinsOverEveryGround(t *testing.T) {
	a := method.Note("n", "On the beta site an attacker got unauthorised access to one account. Please escalate.", Customer)
	if a.Recommendation != Eligible || !a.MakesCase {
		t.Errorf("a breach: %+v", a)
	}
	a = method.Note("n", "The beta site is down. Please escalate, demo tomorrow.", Customer)
	if a.Recommendation != Ineligible || a.MakesCase {
		t.Errorf("an outage of the beta site: %+v", a)
	}
}

func TestTheRequesterIsToldWhatIsMissing(t *testing.T) {
	a := method.Note("n", "Please escalate!!!", Customer)
	if !slices.Contains(a.Missing, policy.MissingReason) || !slices.Contains(a.Missing, policy.MissingUrgency) {
		t.Errorf("missing %v", a.Missing)
	}
	a = method.Note("n", "Nobody can use SSO since 3 hours. Please escalate, exam at noon.", Customer)
	if slices.Contains(a.Missing, policy.MissingReason) || slices.Contains(a.Missing, policy.MissingSince) || !slices.Contains(a.Missing, policy.MissingAffectedUsers) {
		t.Errorf("missing %v", a.Missing)
	}
}

func TestTheSameTicketGivesTheSameBytes(t *testing.T) {
	tk := ticket(says(Customer, manyLockedOut), says(Agent, "We are looking into it."), says(Customer, "Insights, pathways and feeds are down too."))
	first, _ := json.Marshal(assess(tk))
	for range 20 {
		if again, _ := json.Marshal(assess(tk)); string(again) != string(first) {
			t.Fatalf("%s\n%s", first, again)
		}
	}
}

func TestALargePopulationIsMeasuredSetOrStated(t *testing.T) {
	measured := func(people int) Condition {
		return Condition{ID: "c1", Reason: policy.AuthFailuresOver100, Scope: "acme", Value: people, People: people, Raised: true, At: noon}
	}
	for name, c := range map[string]struct {
		words      string
		unusable   bool
		field      *int
		by         AuthorKind
		conditions []Condition
		want       bool
	}{
		"100 people":                 {words: "100 users cannot open their reports.", want: true},
		"99 people":                  {words: "99 users cannot open their reports."},
		"more than 99 people":        {words: "More than 99 users cannot open their reports.", want: true},
		"everyone":                   {words: "Nobody can log in any more, everyone is affected.", want: true},
		"unknown":                    {words: "The export has no header line."},
		"the site, by its severity":  {words: "The export has no header line.", unusable: true, want: true},
		"the site, by the words":     {words: "Your site is down for 3 of us.", want: true},
		"100, by a field":            {words: "The export has no header line.", field: number(100), by: Customer, want: true},
		"99, by a field":             {words: "The export has no header line.", field: number(99), by: Customer},
		"the agent's, not the words": {words: "500 users cannot open their reports.", field: number(60), by: Agent},
		"the words, not a claim":     {words: "500 users cannot open their reports.", field: number(60), by: Customer, want: true},
		"measured, not the words":    {words: "20 users cannot log in.", conditions: []Condition{measured(143)}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			tk := ticket(says(Customer, c.words))
			tk.SiteUnusable, tk.AffectedUsers, tk.AffectedBy = c.unusable, c.field, c.by
			if a := assess(tk, c.conditions...); a.LargePopulation != c.want {
				t.Errorf("large %v, want %v: %+v", a.LargePopulation, c.want, a.Facts)
			}
		})
	}
}
