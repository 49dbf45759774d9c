package deliver

import (
	"slices"

	"tocsin/pkg/policy"
)

// hide takes personal data out of what people wrote.
func (t Teller) hide(c *Change) {
	if t.Redact == nil {
		return
	}
	for _, s := range []*string{&c.Case.Title, &c.Case.ETAReason, &c.Case.Question, &c.Case.Along, &c.Transition.Note} {
		*s = t.redacted(*s)
	}
	for i := range c.Case.Tickets {
		ticket := &c.Case.Tickets[i]
		subject := t.redacted(ticket.Subject)
		ticket.personal = subject != ticket.Subject
		ticket.Subject, ticket.Quote = subject, t.redacted(ticket.Quote)
	}
}

func (t Teller) redacted(s string) string {
	if s == "" {
		return s
	}
	return t.Redact(s)
}

// outsiders is what words for people outside leadership may read of a change:
// whatever those words are, they can not say what is not here.
func outsiders(kind Kind, c Change, own []Ticket) (Case, Transition) {
	seen := Case{
		ID: c.Case.ID, Tenant: own[0].Tenant, State: c.Case.State, Version: c.Case.Version, Tickets: own, Ground: c.Case.Ground,
		ETA: c.Case.ETA, ETAWas: c.Case.ETAWas, ETAReason: c.Case.ETAReason, Question: c.Case.Question, Along: c.Case.Along,
		DecisionDueAt: c.Case.DecisionDueAt, UpdateDueAt: c.Case.UpdateDueAt, WaitsSince: c.Case.WaitsSince,
	}
	change := Transition{Name: c.Transition.Name, From: c.Transition.From, To: c.Transition.To, At: c.Transition.At}
	if kind == Progress {
		change.Note = c.Transition.Note // it is written for them
	}
	return seen, change
}

// own are the tickets as people outside leadership may read of them: nothing of
// security, no quote, no recommendation, and no subject that holds personal
// data, for the number says enough.
func own(tickets []Ticket) []Ticket {
	tickets = slices.Clone(tickets)
	for i := range tickets {
		t := &tickets[i]
		t.Quote, t.Recommendation = "", ""
		if t.personal {
			t.Subject = ""
		}
		t.Reasons = slices.DeleteFunc(slices.Clone(t.Reasons), func(r policy.ReasonID) bool { return r == policy.SecurityBreach })
	}
	return tickets
}
