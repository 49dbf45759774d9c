package decide

import (
	"strconv"
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

// HearTicket works out what an assessment of a ticket changes. A revision that
// was heard before, or one that says nothing new, changes nothing.
func (d *Desk) HearTicket(t Ticket, n News) []Change {
	if t.Revision <= d.Heard {
		return nil
	}
	own := d.ofTicket(t.Tenant, t.ID)
	host := d.showing(&t, own)
	elsewhere := own != nil && host != nil && host != own && !own.Live()
	switch e := n.event(Event{Tenant: t.Tenant, Ticket: t.ID}); {
	case elsewhere && own.State.Undecided() && !own.ByHand:
		own.replace(t, &e)
		e.Name = TicketLinked
		return d.gather(host, []*Case{own}, e, t.Carries())
	case elsewhere && own.State.Ended() && !own.State.Final() && asksAnew(own.ticket(t.Tenant, t.ID), &t):
		return append(d.link(host, t, e), own.supersede(e))
	case own != nil && !own.State.Final():
		if fresh, changed := own.replace(t, &e); changed {
			return []Change{d.settle(own, e, fresh)}
		}
	case host != nil:
		return d.link(host, t, e)
	case own == nil && t.Carries(), own != nil && asksAnew(own.ticket(t.Tenant, t.ID), &t):
		cause := "ticket/" + t.Tenant + "/" + t.ID + "/" + strconv.FormatUint(t.Revision, 10)
		return d.link(open(t.Tenant, cause, n.At), t, e)
	}
	return nil
}

// HearCondition works out what a change of a condition changes. An end that was
// heard before its beginning opens no case; whoever keeps the cases remembers it.
func (d *Desk) HearCondition(c Condition, n News) []Change {
	e := n.event(Event{Condition: c.ID})
	if own := d.ofCondition(c.ID); own != nil {
		return d.follow(own, c, e)
	}
	if d.Over || !c.Live() {
		return nil
	}
	e.Name = ConditionLinked
	host := d.host(&c)
	if host == nil {
		host = d.widen(&c)
	}
	if host == nil {
		e.Name, host = Opened, open(c.Scope, "condition/"+c.ID, n.At)
	}
	c.LinkedAt, c.Peak = n.At, c.People
	if c.RaisedAt.IsZero() {
		c.RaisedAt = c.At // its beginning was not heard
	}
	host.Conditions = append(host.Conditions, c)
	for _, t := range d.Loose {
		if d.shows(&c, &t) && host.ticket(t.Tenant, t.ID) == nil {
			t.LinkedAt = n.At
			host.Tickets = append(host.Tickets, t)
		}
	}
	return d.gather(host, d.alike(host, &c), e, true)
}

// link adds a ticket to a case, and opens the case if it is new.
func (d *Desk) link(c *Case, t Ticket, e Event) []Change {
	t.LinkedAt = e.At
	if e.Name = TicketLinked; c.State == "" {
		e.Name = Opened
	}
	c.Tickets = append(c.Tickets, t)
	return []Change{d.settle(c, e, t.Carries())}
}

// replace puts in what a ticket of the case now says, and says whether that is
// new to the decision of the round, and whether it is new at all.
func (c *Case) replace(t Ticket, e *Event) (fresh, changed bool) {
	link := c.ticket(t.Tenant, t.ID)
	was := *link
	if !c.inDetail(link) {
		t.brief()
	}
	t.LinkedAt = was.LinkedAt
	answered := c.Question != "" && t.Carries() && t.CustomerActedAt.After(c.AskedAt)
	wrote := t.Carries() && t.CustomerActedAt.After(was.CustomerActedAt)
	if was.sameAs(&t) && !answered && !(wrote && (c.State == NeedsInfo || c.State == Expired)) {
		return false, false
	}
	if wrote && c.State == NeedsInfo {
		c.WaitsSince = e.At
	}
	again := t.Carries() && was.Asks != "" && t.Asks != "" && was.Asks != t.Asks
	*link, e.Name = t, TicketUpdated
	switch {
	case again:
		e.Name = WasAskedAgain
		c.AskedAgain++
	case was.Carries() && t.Withdrawn:
		e.Name = TicketWithdrawn
	}
	if answered || again {
		c.forgetQuestion()
	}
	// To repeat a request that was denied is no new fact; after an end it is.
	repeated := again && was.MakesCase == t.MakesCase
	late := wrote && c.State == Expired // the answer came after all
	return late || asksAnew(&was, &t) && !(c.State == Denied && repeated), true
}

// supersede closes a case that has ended and whose ticket asks for something new
// that another case is about.
func (c *Case) supersede(e Event) Change {
	from := c.State
	c.end(Closed)
	e.Name = WasClosed
	return Change{c, c.advance(e, from)}
}

// follow replaces what a condition of the case says. One that has ended does
// not come back: the next episode is another condition.
func (d *Desk) follow(c *Case, cond Condition, e Event) []Change {
	link := c.condition(cond.ID)
	if !link.Live() || cond.DetectedAt.Before(link.DetectedAt) {
		return nil
	}
	cond.LinkedAt, cond.RaisedAt = link.LinkedAt, link.RaisedAt
	cond.Flapping = cond.Flapping || link.Flapping
	cond.Peak = max(cond.People, link.Peak)
	if link.sameAs(&cond) {
		return nil
	}
	*link, e.Name = cond, ConditionUpdated
	if !cond.Live() {
		e.Name = ConditionEnded
	}
	return []Change{d.settle(c, e, false)}
}

// gather merges cases into the host and settles it once.
func (d *Desk) gather(host *Case, cases []*Case, e Event, fresh bool) []Change {
	changes := make([]Change, 1, 1+len(cases))
	for _, c := range cases {
		e.Absorbed = append(e.Absorbed, c.ID)
		host.absorb(c)
		from := c.State
		c.end(Merged)
		c.MergedInto = host.ID
		merged := Event{Name: WasMerged, Actor: e.Actor, Person: e.Person, At: e.At, Cause: e.Cause, Note: e.Note, Subject: host.ID}
		changes = append(changes, Change{c, c.advance(merged, from)})
	}
	changes[0] = d.settle(host, e, fresh)
	return changes
}

// settle moves a case to where facts put it. fresh says that something came that
// the decision of the round, or the end of the case, did not know.
func (d *Desk) settle(c *Case, e Event, fresh bool) Change {
	from := c.State
	for i := InDetail; i < len(c.Tickets); i++ {
		c.Tickets[i].brief()
	}
	c.weigh(d.Policy)
	if from == Denied && c.Decision.Recommended != Eligible && c.Recommendation == Eligible {
		fresh = true
	}
	active := c.carries() || c.Live()
	switch {
	case from == "" || from.Undecided():
		c.State = c.standing()
	case fresh && active && (from == Denied || from.Ended()):
		e.Name = Reopened
		c.nextRound(e.At)
		c.weigh(d.Policy)
		c.State = c.standing()
	case from == Denied && !active:
		c.end(Closed)
	case (from == Approved || from == InProgress) && !active && c.ticketsDone():
		c.end(Resolved)
	}
	if c.State != NeedsInfo {
		c.forgetQuestion()
	}
	return Change{c, c.advance(e, from)}
}

func open(tenant, cause string, at time.Time) *Case {
	return &Case{ID: IDFrom(cause), Tenant: tenant, Round: 1, Level: 1, OpenedAt: at, RoundAt: at}
}

func (n News) event(e Event) Event {
	e.Actor, e.At, e.Cause = n.Actor, n.At, n.Cause
	return e
}
