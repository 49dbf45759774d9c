package decide

import (
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
)

// A Reach is what one fact can touch, so that whoever keeps the cases can lay
// them on a Desk.
type Reach struct {
	// Scope is the tenant, or Platform, whose open cases are within reach. The
	// platform's own always are; Platform reaches those of all tenants.
	Scope string
	// Tenant and Ticket name a ticket whose case is within reach wherever it stands.
	Tenant, Ticket string
	// Condition names a condition whose case is within reach wherever it stands.
	Condition string
	// Wide says that the other cases of the scope are needed too, and the
	// tickets that claim something and belong to no case.
	Wide bool
}

// Reach is what an assessment of the ticket can touch.
func (t *Ticket) Reach() Reach {
	return Reach{Scope: t.Tenant, Tenant: t.Tenant, Ticket: t.ID, Wide: true}
}

// Reach is what a change of the condition can touch: others only when it is raised.
func (c *Condition) Reach() Reach {
	r := Reach{Scope: c.Scope, Condition: c.ID, Wide: c.Live()}
	if c.Reason == policy.StaleTicket1w {
		r.Tenant, r.Ticket = c.Scope, c.Subject
	}
	return r
}

// A Desk holds what one fact can touch, and works out what the fact changes.
// It is used for one fact.
type Desk struct {
	Policy *policy.Policy
	// Cases are those within reach. Hear changes them in place.
	Cases []*Case
	// Loose are tickets that claim something and belong to no case.
	Loose []Ticket
	// Heard is the revision of the ticket within reach that was heard last; 0 if none was.
	Heard uint64
	// Over says that the condition within reach is known to have ended without
	// ever having been linked to a case.
	Over bool
}

// A Change is a case as it now is, and the event that says why.
type Change struct {
	Case  *Case
	Event Event
}

// sorted brings the cases into the order in which they are asked: those of the
// platform first, then the one that was opened first.
func (d *Desk) sorted() []*Case {
	cases := slices.Clone(d.Cases)
	slices.SortFunc(cases, func(a, b *Case) int {
		if p, q := a.Tenant == Platform, b.Tenant == Platform; p != q {
			if p {
				return -1
			}
			return 1
		}
		if n := a.OpenedAt.Compare(b.OpenedAt); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return cases
}

// open makes a case of its first cause.
func (d *Desk) open(tenant, cause string, at time.Time) *Case {
	return &Case{ID: IDFrom(cause), Tenant: tenant, Round: 1, OpenedAt: at, RoundAt: at}
}

// HearTicket works out what an assessment changes: at most one case states
// something about the ticket, and cases merged into it state that.
func (d *Desk) HearTicket(t Ticket, n News) []Change {
	if t.Revision <= d.Heard {
		return nil
	}
	return nil
}

// HearCondition works out what a change of a condition changes.
func (d *Desk) HearCondition(c Condition, n News) []Change {
	if d.Over {
		return nil
	}
	return nil
}
