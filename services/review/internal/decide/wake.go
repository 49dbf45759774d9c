package decide

import (
	"fmt"
	"time"
)

// CloseAfter is how long a case that has ended can be reopened by a new request
// on one of its tickets; then it is closed.
const CloseAfter = 7 * 24 * time.Hour

// WakeAt is the next deadline of the case; zero where it has none.
func (c *Case) WakeAt() time.Time {
	var at time.Time
	switch {
	case c.State.Undecided():
		at = c.DecisionDueAt
	case c.State == Approved || c.State == InProgress:
		at = c.ETA
	case c.State.Ended() && !c.State.Final() && !c.Live():
		return c.EndedAt.Add(CloseAfter)
	}
	if !c.RemindedAt.Before(at) {
		return time.Time{}
	}
	return at
}

// Wake states that a deadline has passed, once for each: the decision is
// overdue, the ETA is, or the case has been at its end for CloseAfter and is closed.
func (c *Case) Wake(n News) (Event, error) {
	due := c.WakeAt()
	if due.IsZero() || n.At.Before(due) {
		return Event{}, fmt.Errorf("wake case %s at %s: %w", c.ID, n.At.Format(time.RFC3339), ErrNotDue)
	}
	from, e := c.State, n.event(Event{})
	switch {
	case c.State.Undecided():
		e.Name, c.RemindedAt = DecisionOverdue, due
	case c.State.Ended():
		e.Name = WasClosed
		c.end(Closed)
	default:
		e.Name, c.RemindedAt = ETAOverdue, due
	}
	return c.advance(e, from), nil
}
