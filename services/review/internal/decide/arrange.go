package decide

import (
	"fmt"
	"slices"

	"tocsin/pkg/policy"
)

// A TicketID names a ticket.
type TicketID struct{ Tenant, Ticket string }

// An Opening is what a person opens a case with. Reason is the policy's, or
// empty; Tickets are such as belong to no case.
type Opening struct {
	Tenant  string
	Reason  policy.ReasonID
	Tickets []TicketID
}

// Open opens a case by hand. Facts alone do not end its round.
func (d *Desk) Open(cmd Command, o Opening) ([]Change, error) {
	_, known := d.Policy.Reason(o.Reason)
	switch {
	case cmd.By.ID == "":
		return nil, ErrNobody
	case !cmd.By.May(Leadership):
		return nil, fmt.Errorf("%s is %q: %w", cmd.By.ID, cmd.By.Role, ErrNotLeader)
	case o.Tenant == "" || !cmd.By.Sees(o.Tenant):
		return nil, ErrHidden
	case cmd.Note == "":
		return nil, fmt.Errorf("open a case: %w", ErrNote)
	case o.Reason != "" && !known:
		return nil, fmt.Errorf("open a case for %q: %w", o.Reason, ErrReason)
	}
	c := open(o.Tenant, "command/"+cmd.ID, cmd.At) // its id is Made(cmd)
	c.ByHand, c.OpenedBy, c.Named = true, cmd.By.ID, o.Reason
	for _, id := range o.Tickets {
		i := slices.IndexFunc(d.Loose, id.names)
		if i < 0 || !covers(o.Tenant, id.Tenant) {
			return nil, fmt.Errorf("open a case with ticket %s of %s: %w", id.Ticket, id.Tenant, ErrTicket)
		}
		if c.ticket(id.Tenant, id.Ticket) == nil {
			t := d.Loose[i]
			t.LinkedAt = cmd.At
			c.Tickets = append(c.Tickets, t)
		}
	}
	return []Change{d.settle(c, cmd.event(Opened, Event{}), false)}, nil
}

// Made is the id of the case that a command makes: Open and Split make one.
func Made(cmd Command) string { return IDFrom("command/" + cmd.ID) }

func (id TicketID) names(t Ticket) bool { return t.Tenant == id.Tenant && t.ID == id.Ticket }

// Merge has a case go on in another, by hand. The command's version is that of
// the case that ends. Only a case that nobody has decided can go on in another;
// that one keeps its decision, and who joins is concerned by it. Of cases of two
// tenants comes one of the platform.
func (d *Desk) Merge(cmd Command, id, into string) ([]Change, error) {
	c, host := d.byID(id), d.byID(into)
	if c == nil || host == nil {
		return nil, ErrHidden
	}
	if err := c.allow(cmd, Leadership, Detected, NeedsInfo, PendingReview); err != nil {
		if c.Decision != nil && cmd.By.May(Leadership) && c.visible(cmd.By) {
			return nil, fmt.Errorf("merge a case that %s decided, which keeps its decision; merge the other into it: %w", c.Decision.By, ErrDecided)
		}
		return nil, err
	}
	if err := host.allow(Command{By: cmd.By}, Leadership, Detected, NeedsInfo, PendingReview, Approved, InProgress); err != nil {
		return nil, fmt.Errorf("merge into case %s: %w", into, err)
	}
	switch {
	case !cmd.By.Sees(c.Tenant) || !cmd.By.Sees(host.Tenant):
		return nil, ErrHidden
	case c == host:
		return nil, fmt.Errorf("merge a case into itself: %w", ErrState)
	case cmd.Note == "":
		return nil, fmt.Errorf("merge: %w", ErrNote)
	}
	if host.Tenant != c.Tenant {
		host.Tenant = Platform
	}
	for i := range c.Tickets {
		c.Tickets[i].LinkedAt = cmd.At
	}
	return d.gather(host, []*Case{c}, cmd.event(Absorbed, Event{}), false), nil
}

// A Part is what is to become a case of its own.
type Part struct {
	Tickets    []TicketID
	Conditions []string
}

// Split makes a case of its own of some tickets and conditions of a case. It
// waits for a decision of its own; what is left keeps its decision. Facts do
// not bring the two together again. What has been told is not told again: the
// deadlines that passed, who has seen it, the question and the ETA go along.
func (d *Desk) Split(cmd Command, id string, part Part) ([]Change, error) {
	c := d.byID(id)
	if c == nil {
		return nil, ErrHidden
	}
	if err := c.allow(cmd, Leadership, Detected, NeedsInfo, PendingReview, Approved, InProgress, Denied); err != nil {
		return nil, err
	}
	switch {
	case !cmd.By.Sees(c.Tenant):
		return nil, ErrHidden
	case cmd.Note == "":
		return nil, fmt.Errorf("split: %w", ErrNote)
	}
	n := open(c.Tenant, "command/"+cmd.ID, cmd.At)
	n.OpenedAt, n.SplitFrom, n.Technician = c.OpenedAt, c.ID, c.Technician
	n.Apart = []string{c.ID}
	n.Question, n.AskedAt, n.ETA = c.Question, c.AskedAt, c.ETA
	n.LastUpdate, n.NewsAt = c.LastUpdate, c.NewsAt
	if c.State.Undecided() {
		n.RoundAt, n.Level, n.Rang, n.WaitsSince = c.RoundAt, c.Level, slices.Clone(c.Rang), c.WaitsSince
		n.AcknowledgedBy, n.AcknowledgedAt = c.AcknowledgedBy, c.AcknowledgedAt
	}
	if err := c.part(n, part); err != nil {
		return nil, err
	}
	c.Apart = append(slices.Clip(c.Apart), n.ID)
	return []Change{
		d.settle(c, cmd.event(WasSplit, Event{Subject: n.ID}), false),
		d.settle(n, cmd.event(SplitOff, Event{Subject: c.ID}), false),
	}, nil
}

// part moves tickets and conditions to another case. Something has to stay, and
// something has to go; where that can not be, the case stays as it is.
func (c *Case) part(to *Case, part Part) error {
	tickets, conditions := slices.Clone(c.Tickets), slices.Clone(c.Conditions)
	for _, id := range part.Tickets {
		i := slices.IndexFunc(tickets, id.names)
		if i < 0 {
			return fmt.Errorf("ticket %s of %s is not in it: %w", id.Ticket, id.Tenant, ErrPart)
		}
		to.Tickets = append(to.Tickets, tickets[i])
		tickets = slices.Delete(tickets, i, i+1)
	}
	for _, id := range part.Conditions {
		i := slices.IndexFunc(conditions, func(cond Condition) bool { return cond.ID == id })
		if i < 0 {
			return fmt.Errorf("condition %s is not in it: %w", id, ErrPart)
		}
		to.Conditions = append(to.Conditions, conditions[i])
		conditions = slices.Delete(conditions, i, i+1)
	}
	if len(to.Tickets)+len(to.Conditions) == 0 || len(tickets)+len(conditions) == 0 {
		return fmt.Errorf("something has to stay, and something has to go: %w", ErrPart)
	}
	c.Tickets, c.Conditions, to.Tenant = tickets, conditions, to.home()
	return nil
}

// home is the one tenant of all that the case holds, or the platform.
func (c *Case) home() string {
	home := ""
	for _, t := range c.Tickets {
		if home != "" && home != t.Tenant {
			return Platform
		}
		home = t.Tenant
	}
	for _, cond := range c.Conditions {
		if home != "" && home != cond.Scope {
			return Platform
		}
		home = cond.Scope
	}
	return home
}

// apart says that a person parted the two.
func apart(a, b *Case) bool { return slices.Contains(a.Apart, b.ID) || slices.Contains(b.Apart, a.ID) }

// absorb takes over what another case holds.
func (c *Case) absorb(o *Case) {
	c.Tickets = append(c.Tickets, o.Tickets...)
	c.Conditions = append(c.Conditions, o.Conditions...)
	c.AskedAgain += o.AskedAgain
	c.Apart = slices.DeleteFunc(append(slices.Clip(c.Apart), o.Apart...), func(id string) bool { return id == c.ID || id == o.ID })
	if c.Named == "" {
		c.Named = o.Named
	}
	if c.ETA.IsZero() && !o.ETA.IsZero() { // what was promised is still owed
		c.ETA, c.Promises, o.Promises = o.ETA, append(c.Promises, o.Promises...), nil
	}
	c.inherit(o)
	o.Tickets, o.Conditions = nil, nil
}

func (d *Desk) byID(id string) *Case {
	for _, c := range d.Cases {
		if c.ID == id {
			return c
		}
	}
	return nil
}
