package decide

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// An Erasure is a person's order that what is known of a tenant's people be taken out.
type Erasure struct {
	// ID names the order: the same one again is the same.
	ID     string
	Tenant string
	By     string
	At     time.Time
}

// Erase takes out of a case what it holds of a tenant's people: its tickets, and,
// where the case is the tenant's alone, what was written on it. Such a case is
// closed: nobody is left to decide it for. One that others share goes on with what
// is theirs. What happened to it stays in the audit, which has ids only. False is
// a case that others share and that held nothing.
func (c *Case) Erase(o Erasure, p *policy.Policy) (Event, bool) {
	from, own := c.State, c.Tenant == o.Tenant
	theirs := func(t Ticket) bool { return t.Tenant == o.Tenant }
	if !own && !slices.ContainsFunc(c.Tickets, theirs) {
		return Event{}, false
	}
	c.Tickets = slices.DeleteFunc(slices.Clone(c.Tickets), theirs)
	switch {
	case own:
		c.unwrite()
		if !from.Final() {
			c.end(Closed)
		}
	case !from.Final():
		c.weigh(p)
		if from.Undecided() {
			c.State = c.standing()
		}
		if c.State.Ended() {
			c.end(c.State)
		}
	}
	return c.advance(Event{Name: WasErased, Actor: o.By, Person: true, At: o.At, Cause: o.ID, Tenant: o.Tenant}, from), true
}

// unwrite takes out what people wrote on the case.
func (c *Case) unwrite() {
	for _, text := range c.written() {
		*text = ""
	}
	c.LastUpdate = nil
}

// written are the texts that people wrote on the case, not on its tickets.
func (c *Case) written() []*string {
	texts := []*string{&c.Question, &c.ETAReason}
	if c.Decision != nil {
		texts = append(texts, &c.Decision.Note)
	}
	if c.Appealed != nil {
		texts = append(texts, &c.Appealed.Note)
	}
	for i := range c.Past {
		texts = append(texts, &c.Past[i].Note)
	}
	for i := range c.Promises {
		texts = append(texts, &c.Promises[i].Reason)
	}
	return texts
}
