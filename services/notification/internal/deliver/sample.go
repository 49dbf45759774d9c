package deliver

import (
	"time"

	"tocsin/pkg/policy"
)

// A Sample is a change that shows words: for previews, and to check words before they are used.
type Sample struct {
	Name   string
	Change Change
}

// sampleAt is when the changes of samples happen.
func sampleAt() time.Time { return time.Date(2026, 11, 20, 9, 41, 7, 0, time.UTC) }

// Samples are changes of one case of the tenant whose requesters write lang: one
// at least for each message, each named for what happens.
func Samples(lang, tenant string) []Sample {
	s := &samples{lang: lang, tenant: tenant}
	s.beginning()
	s.decided()
	s.waiting()
	return s.list
}

type samples struct {
	lang, tenant string
	list         []Sample
}

// add is a change by its transition's name and states.
func (s *samples) add(sample, name string, states [2]string, edit func(*Change)) {
	c := outage(s.lang)
	c.State = states[1]
	change := changed(c, name, states[0])
	if edit != nil {
		edit(&change)
	}
	if change.Case.Tenant != Platform {
		change.Case.Tenant = s.tenant
	}
	if change.Transition.Tenant != "" {
		change.Transition.Tenant = s.tenant
	}
	for i := range change.Case.Tickets {
		change.Case.Tickets[i].Tenant = s.tenant
	}
	s.list = append(s.list, Sample{sample, change})
}

// beginning is what happens until a case is decided.
func (s *samples) beginning() {
	s.add("opened", "opened", [2]string{"", "pending_review"}, func(c *Change) {
		c.Case.Recommendation, c.Case.Denials = "ineligible", []policy.GroundID{policy.TechniciansActive, policy.BetaOnly}
	})
	s.add("opened_by_hand", "opened", [2]string{"", "pending_review"}, func(c *Change) { c.Transition.Note = "A customer called." })
	s.add("opened_for_everyone", "opened", [2]string{"", "detected"}, func(c *Change) {
		c.Case.Tenant, c.Case.Tenants, c.Case.Tickets = Platform, 12, nil
	})
	s.add("info_needed", "opened", [2]string{"", "needs_info"}, func(c *Change) {
		waits(c)
		c.Case.Conditions, c.Case.Reasons, c.Case.People = nil, nil, nil
		c.Case.Tickets = c.Case.Tickets[:1]
		c.Case.Tickets[0].Recommendation, c.Case.Recommendation = "needs_info", "needs_info"
		c.Case.Tickets[0].Missing = []policy.MissingID{policy.MissingReason, policy.MissingUrgency}
	})
	s.add("question", "info_requested", [2]string{"pending_review", "needs_info"}, func(c *Change) {
		waits(c)
		c.Case.Question = "Which browser do they use?"
	})
	s.add("answered", "ticket_updated", [2]string{"needs_info", "pending_review"}, func(c *Change) {
		c.Transition.Tenant, c.Transition.Ticket = "acme", "T-1"
		c.Case.Tickets[0].LinkedAt = c.Transition.At.Add(-2 * time.Hour)
	})
	s.add("condition_linked", "condition_linked", [2]string{"pending_review", "pending_review"}, nil)
	s.add("condition_ended", "condition_ended", [2]string{"pending_review", "pending_review"}, func(c *Change) { c.Case.Conditions[0].Live = false })
	s.add("withdrawn", "ticket_withdrawn", [2]string{"pending_review", "withdrawn"}, nil)
	s.add("expired", "condition_ended", [2]string{"detected", "expired"}, nil)
}

// decided is the decision and what follows.
func (s *samples) decided() {
	s.add("approved", "approved", [2]string{"pending_review", "approved"}, func(c *Change) {
		c.Transition.Note, c.Case.UpdateDueAt = "Two engineers are free.", sampleAt().Add(4*time.Hour)
	})
	s.add("joined_with_eta", "ticket_linked", [2]string{"in_progress", "in_progress"}, func(c *Change) {
		promise(c)
		c.Transition.Tenant, c.Transition.Ticket = "acme", "T-1"
	})
	s.add("denied_small_audience", "denied", [2]string{"pending_review", "denied"}, func(c *Change) {
		c.Case.Ground, c.Case.People, c.Case.Conditions = policy.SmallAudience, new(uint32(12)), nil
	})
	s.add("denied_without_ground", "denied", [2]string{"pending_review", "denied"}, func(c *Change) {
		promise(c)
		c.Transition.Note = "Nobody is free."
	})
	s.add("eta_given", "eta_given", [2]string{"approved", "in_progress"}, promise)
	s.add("eta_moved", "eta_moved", [2]string{"in_progress", "in_progress"}, func(c *Change) {
		promise(c)
		c.Case.ETAReason, c.Case.ETAWas = "A second server failed.", sampleAt().Add(time.Hour)
	})
	s.add("eta_moved_with_update", "eta_moved", [2]string{"in_progress", "in_progress"}, func(c *Change) {
		promise(c)
		c.Case.ETAReason, c.Case.ETAWas = "A second server failed.", sampleAt().Add(time.Hour)
		c.Case.Along, c.Case.UpdateDueAt = "The vendor restores a copy.", sampleAt().Add(4*time.Hour)
	})
	s.add("progress", "progress", [2]string{"in_progress", "in_progress"}, func(c *Change) {
		promise(c)
		c.Transition.Note, c.Case.UpdateDueAt = "The vendor restores a copy.", sampleAt().Add(4*time.Hour)
	})
	s.add("resolved", "resolved", [2]string{"in_progress", "resolved"}, func(c *Change) {
		c.Case.Along = "The copy is restored."
		c.Case.Tickets[0].LinkedAt = c.Transition.At.Add(-2 * time.Hour)
	})
	s.add("reopened", "reopened", [2]string{"resolved", "pending_review"}, func(c *Change) { c.Transition.Note = "It is back." })
}

// waiting is what is said when time passes.
func (s *samples) waiting() {
	s.add("decision_overdue", "decision_overdue", [2]string{"pending_review", "pending_review"}, nil)
	s.add("decision_passed_on", "decision_passed_on", [2]string{"pending_review", "pending_review"}, nil)
	s.add("update_overdue", "update_overdue", [2]string{"in_progress", "in_progress"}, promise)
	s.add("eta_near", "eta_near", [2]string{"in_progress", "in_progress"}, promise)
	s.add("eta_overdue", "eta_overdue", [2]string{"in_progress", "in_progress"}, func(c *Change) { c.Case.ETA = sampleAt() })
	s.add("info_reminder", "info_reminder", [2]string{"needs_info", "needs_info"}, func(c *Change) {
		waits(c)
		c.Case.Question = "Which browser do they use?"
	})
	s.add("unanswered", "expired", [2]string{"needs_info", "expired"}, nil)
}

func promise(c *Change) { c.Case.ETA = sampleAt().Add(2 * time.Hour) }

func waits(c *Change) { c.Case.WaitsSince = sampleAt() }

// outage is a case that a failing log-in opened and two tickets of acme joined.
func outage(lang string) Case {
	return Case{
		ID: "c-1", Tenant: "acme", State: "pending_review", Version: 3, Recommendation: "eligible",
		Reasons: []policy.ReasonID{policy.AuthFailuresOver100}, People: new(uint32(1200)), Tenants: 1,
		DecisionDueAt: sampleAt().Add(time.Hour),
		Tickets: []Ticket{
			{
				Tenant: "acme", ID: "T-1", Source: "zendesk", Subject: "Nobody gets in", Requester: "rita", CSM: "carl", Agent: "anna",
				Status: "OPEN", Asked: true, LinkedAt: sampleAt().Add(-time.Minute), Language: lang, Recommendation: "eligible", Missing: []policy.MissingID{policy.MissingSince},
				Reasons: []policy.ReasonID{policy.SSOUnavailable}, Quote: "our program starts at ten",
			},
			{
				Tenant: "acme", ID: "T-2", Source: "zendesk", Subject: "Log-in fails", Requester: "ralf", CSM: "carl",
				Status: "OPEN", Language: lang, Recommendation: "not_a_request",
			},
		},
		Conditions: []Condition{{
			Reason: policy.AuthFailuresOver100, Scope: "acme", Value: 1200, Threshold: 100, People: 1200,
			Window: time.Hour, Live: true, RaisedAt: sampleAt().Add(-time.Minute),
		}},
	}
}

func changed(c Case, name, from string) Change {
	return Change{Case: c, Transition: Transition{Name: name, From: from, To: c.State, Actor: "lena", At: sampleAt()}}
}
