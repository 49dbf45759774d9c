package decide

import (
	"fmt"
	"time"

	"tocsin/pkg/policy"
)

// UpdateEvery is after how long those who asked should hear again of a case that
// was approved, by its priority.
func UpdateEvery(p policy.Priority) time.Duration {
	switch p {
	case policy.PriorityCritical:
		return time.Hour
	case policy.PriorityHigh:
		return 4 * time.Hour
	}
	return 24 * time.Hour
}

// Cadence is how far apart updates are at least, by the case's priority. It is
// never longer than UpdateEvery.
func Cadence(p policy.Priority) time.Duration {
	switch p {
	case policy.PriorityCritical:
		return 15 * time.Minute
	case policy.PriorityHigh:
		return time.Hour
	}
	return 4 * time.Hour
}

// An Update is how it goes, in the words of whoever gave it. It is replaced, never changed.
type Update struct {
	Note string    `json:"note"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	// ToldAt is when those who asked were told; zero while it waits.
	ToldAt time.Time `json:"told_at,omitzero"`
}

// Update tells those who asked how it goes, in the words of the note. When they
// should hear again counts from then. Within the cadence it waits until NewsFrom,
// unless something that can not wait takes it along; a later one takes its place.
func (c *Case) Update(cmd Command) (Event, error) {
	if err := c.allow(cmd, Agent, Detected, NeedsInfo, PendingReview, Approved, InProgress, Denied); err != nil {
		return Event{}, err
	}
	if cmd.Note == "" {
		return Event{}, fmt.Errorf("update: %w", ErrNote)
	}
	u, name := Update{Note: cmd.Note, By: cmd.By.ID, At: cmd.At}, UpdateWaits
	if !cmd.At.Before(c.NewsFrom()) {
		u.ToldAt, name = cmd.At, Progress
	}
	c.LastUpdate = &u
	return c.advance(cmd.event(name, Event{}), c.State), nil
}

// Waits says that an update waits until those who asked may be told again.
func (c *Case) Waits() bool { return c.LastUpdate != nil && c.LastUpdate.ToldAt.IsZero() }

// NewsFrom is when those who asked may be told an update again: a cadence after
// the last one, but no later than they were promised one. Zero is at any time.
func (c *Case) NewsFrom() time.Time {
	if c.NewsAt.IsZero() {
		return time.Time{}
	}
	from := c.NewsAt.Add(Cadence(c.Impact.Priority))
	if due := c.UpdateDueAt; due.After(c.NewsAt) && due.Before(from) {
		return due // a promise goes before the cadence
	}
	return from
}

// Later is the case and the event when the update that waits is told, if nothing
// happens before; false where none waits.
func (c *Case) Later(actor string) (Case, Event, bool) {
	if !c.Waits() {
		return Case{}, Event{}, false
	}
	then := *c
	n := News{Cause: "later", Actor: actor, At: c.NewsFrom()}
	return then, then.tellUpdate(n.event(Event{})), true
}

// tellUpdate tells the update that waits.
func (c *Case) tellUpdate(e Event) Event {
	e.Name, e.Note, e.Subject = Progress, c.LastUpdate.Note, c.LastUpdate.By
	return c.advance(e, c.State)
}

// news keeps when those who asked were told an update. What can not wait and
// reaches all of them takes along the update that waits; where nobody will be
// told any more, nothing waits.
func (c *Case) news(e Event) {
	switch {
	case e.Name == Progress && !c.Waits():
		c.NewsAt = e.At
	case !c.Waits():
	case reachesAll(e.Name) || c.State == Resolved:
		told := *c.LastUpdate
		told.ToldAt, c.NewsAt = e.At, e.At
		c.LastUpdate = &told
	case c.State.Ended():
		c.LastUpdate = nil
	}
}

// reachesAll says that everybody who is told how it goes is told of this at once.
func reachesAll(name Name) bool {
	switch name {
	case Progress, WasApproved, ETAGiven, ETAMoved, ETAOverdue:
		return true
	}
	return false
}

// inherit takes over when those who asked in another case were told, and the
// update that waits there. One that was written for one tenant is not told to others.
func (c *Case) inherit(o *Case) {
	if o.NewsAt.After(c.NewsAt) {
		c.NewsAt = o.NewsAt
	}
	if o.Waits() && o.Tenant == c.Tenant && (!c.Waits() || o.LastUpdate.At.After(c.LastUpdate.At)) {
		c.LastUpdate = o.LastUpdate
	}
}
