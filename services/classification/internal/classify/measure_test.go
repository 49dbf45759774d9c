package classify

import (
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// seen is a ticket at which monitoring looks.
func seen(words string) Ticket {
	tk := ticket(says(Customer, words))
	tk.LookedAt = noon.Add(-30 * time.Second)
	return tk
}

func shows(list []Contradiction, about, measured string) bool {
	return slices.ContainsFunc(list, func(c Contradiction) bool { return c.About == about && c.Measured == measured })
}

func bearsOut(list []Confirmation, about, measured string) bool {
	return slices.ContainsFunc(list, func(c Confirmation) bool { return c.About == about && c.Measured == measured })
}

func TestWhatIsMeasuredStandsBesideWhatIsClaimed(t *testing.T) {
	raised := Condition{ID: "c1", Reason: policy.AuthFailuresOver100, Scope: "acme", Value: 143, People: 143, Threshold: 100, Window: time.Hour, Raised: true, At: noon}
	a := assess(seen(manyLockedOut), raised)
	if !shows(a.Contradictions, "affected_users", "143") || !bearsOut(a.Confirmations, string(policy.AuthFailuresOver100), "143 people, threshold 100, in 60 min") {
		t.Errorf("500 claimed, 143 counted: %v %v", a.Contradictions, a.Confirmations)
	}
	a = assess(seen("150 users cannot log in. Please escalate, the exam is tomorrow."), raised)
	if !bearsOut(a.Confirmations, "affected_users", "143") || len(a.Contradictions) > 0 || *a.Facts.AffectedUsers != 143 {
		t.Errorf("150 claimed, 143 counted: %v %v", a.Contradictions, a.Confirmations)
	}
	near := raised
	near.ID, near.Value, near.People, near.Raised, near.Near = "", 60, 60, false, true
	a = assess(seen(manyLockedOut), near)
	if !shows(a.Contradictions, "affected_users", "60") || !shows(a.Contradictions, string(policy.AuthFailuresOver100), "60 people, threshold 100, in 60 min") {
		t.Errorf("500 claimed, 60 counted: %v", a.Contradictions)
	}
	if !slices.Contains(a.Reasons, policy.AuthFailuresOver100) || *a.Facts.AffectedUsers != 500 {
		t.Errorf("counting goes on, and the claim stands: %v", a.Reasons)
	}
	near.At = noon.Add(-time.Hour)
	if a = assess(seen(manyLockedOut), near); shows(a.Contradictions, "affected_users", "60") {
		t.Error("what was counted an hour ago speaks of now")
	}
}

func TestNothingSeenIsSaidAndDecidesNothing(t *testing.T) {
	const nothing = "no failed log-in seen"
	about := string(policy.AuthFailuresOver100)
	a := assess(seen(manyLockedOut))
	if !shows(a.Contradictions, about, nothing) || a.Recommendation != Eligible {
		t.Errorf("monitoring looks and sees nothing: %s %v", a.Recommendation, a.Contradictions)
	}
	blind := seen(manyLockedOut)
	blind.LookedAt = noon.Add(-time.Hour)
	if a = assess(blind); shows(a.Contradictions, about, nothing) {
		t.Error("monitoring did not look")
	}
	silent := Condition{Reason: policy.AuthFailuresOver100, Scope: "acme", Unknown: true, At: noon}
	if a = assess(seen(manyLockedOut), silent); shows(a.Contradictions, about, nothing) {
		t.Error("no data is undetermined")
	}
}

func TestOnlyARecoveryEndsAClaim(t *testing.T) {
	const down = "Insights does not load at all. Please escalate, board meeting tomorrow."
	ended := Condition{ID: "c1", Reason: policy.InsightsUnavailable, Scope: "acme", Subject: "insights", At: noon}
	if a := assess(ticket(says(Customer, down)), ended); len(a.Reasons) > 0 || a.Recommendation != Ineligible {
		t.Errorf("it was seen to work again: %+v", a)
	}
	unknown := ended
	unknown.Unknown = true
	if a := assess(ticket(says(Customer, down)), unknown); a.Recommendation != Eligible {
		t.Errorf("nothing was heard any more: %+v", a)
	}
	other := ended
	other.ID, other.Subject, other.Raised, other.At = "c0", "insights-eu", true, noon.Add(-time.Hour)
	if a := assess(ticket(says(Customer, down)), other, ended); a.Recommendation != Eligible || !slices.Equal(a.Matched, []string{"c0"}) {
		t.Errorf("another part of it is still down: %+v", a)
	}
	platform := Condition{ID: "c1", Reason: policy.AuthFailuresOver100, Scope: Platform, At: noon}
	if a := assess(ticket(says(Customer, manyLockedOut)), platform); a.Recommendation != Eligible || len(a.Contradictions) != 1 {
		t.Errorf("others get in again: %+v", a)
	}
}

func TestTheTicketsOwnHistoryBeatsWhatIsSaidOfSilence(t *testing.T) {
	const words = "We have not heard anything from you for two weeks, and 300 of our users still cannot open their reports. Please escalate, the audit is tomorrow."
	begin := func(acted time.Time) Ticket {
		tk := ticket(says(Customer, "300 of our users cannot open their reports."), says(Customer, words))
		tk.Notes[0].Opening, tk.OpenedAt, tk.Notes[0].At = true, noon.Add(-400*time.Hour), noon.Add(-400*time.Hour)
		tk.SupportActedAt = acted
		return tk
	}
	stale := string(policy.StaleTicket1w)
	a := assess(begin(noon.Add(-20 * time.Hour)))
	if slices.Contains(a.Reasons, policy.StaleTicket1w) || !shows(a.Contradictions, stale, "20 h since support's last activity") {
		t.Errorf("support acted: %v %v", a.Reasons, a.Contradictions)
	}
	if a = assess(begin(noon.Add(-168 * time.Hour))); !slices.Contains(a.Reasons, policy.StaleTicket1w) || !bearsOut(a.Confirmations, stale, "168 h since support's last activity") {
		t.Errorf("a week to the hour: %v %v", a.Reasons, a.Confirmations)
	}
	if a = assess(begin(noon.Add(-168*time.Hour + time.Second))); slices.Contains(a.Reasons, policy.StaleTicket1w) {
		t.Errorf("a second less: %v", a.Reasons)
	}
	waits := begin(time.Time{})
	waits.Status, waits.WaitingSince = AwaitingCustomer, noon
	if a = assess(waits); slices.Contains(a.Reasons, policy.StaleTicket1w) {
		t.Errorf("it waits for the customer: %v", a.Reasons)
	}
	other := Condition{ID: "c1", Reason: policy.StaleTicket1w, Scope: "acme", Subject: "T-2", Raised: true, At: noon}
	if a = assess(begin(noon), other); len(a.Matched) > 0 {
		t.Errorf("another ticket's silence matches: %v", a.Matched)
	}
}

func TestAFieldIsShownBesideTheWords(t *testing.T) {
	for name, c := range map[string]struct {
		words    string
		set      func(*Ticket)
		about    string
		confirms bool
	}{
		"the same number":      {manyLockedOut, func(t *Ticket) { t.AffectedUsers, t.AffectedBy = number(500), Agent }, "affected_users", true},
		"another, an agent's":  {manyLockedOut, func(t *Ticket) { t.AffectedUsers, t.AffectedBy = number(400), Agent }, "affected_users", false},
		"another, a claim":     {manyLockedOut, func(t *Ticket) { t.AffectedUsers, t.AffectedBy = number(400), Customer }, "affected_users", false},
		"the same environment": {"On production nobody can log in.", func(t *Ticket) { t.Environment, t.EnvironmentBy = Production, Agent }, "environment", true},
		"another environment":  {"On production nobody can log in.", func(t *Ticket) { t.Environment, t.EnvironmentBy = Beta, Customer }, "environment", false},
	} {
		t.Run(name, func(t *testing.T) {
			tk := ticket(says(Customer, c.words))
			c.set(&tk)
			a := assess(tk)
			confirmed := slices.ContainsFunc(a.Confirmations, func(k Confirmation) bool { return k.About == c.about })
			opposed := slices.ContainsFunc(a.Contradictions, func(k Contradiction) bool { return k.About == c.about })
			if confirmed != c.confirms || opposed == c.confirms {
				t.Errorf("confirmed %v, opposed %v: %v %v", confirmed, opposed, a.Confirmations, a.Contradictions)
			}
		})
	}
}

func TestWhatANoteSaysOfSupportsWorkHoldsAsLongAsWorkDoes(t *testing.T) {
	tk := ticket(says(Agent, "Our engineers are working on the fix right now."), says(Customer, "Insights does not load at all. Please escalate, board meeting tomorrow."))
	within := policy.Default().Claims.TechniciansActive.Within
	for age, want := range map[time.Duration]bool{time.Hour: true, within - time.Second: true, within: false} {
		tk.Notes[0].At = noon.Add(-age)
		if a := assess(tk); slices.Contains(a.Denials, policy.TechniciansActive) != want {
			t.Errorf("said %v ago: %v", age, a.Denials)
		}
	}
	tk.Notes[0].At, tk.SiteUnusable = noon.Add(-2*time.Hour), true
	if a := assess(tk); slices.Contains(a.Denials, policy.TechniciansActive) {
		t.Error("where the site is unusable two hours count")
	}
}
