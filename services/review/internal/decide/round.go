package decide

import (
	"fmt"
	"slices"
	"time"
)

// Reopen begins the next round of a case that was denied or has ended. Facts
// alone do not end that round.
func (c *Case) Reopen(cmd Command) (Event, error) {
	if err := c.allow(cmd, Leadership, Resolved, Denied, Withdrawn, Expired); err != nil {
		return Event{}, err
	}
	if cmd.Note == "" {
		return Event{}, fmt.Errorf("reopen: %w", ErrNote)
	}
	from := c.State
	c.again(cmd.At)
	c.ByHand = true
	c.State = c.standing()
	return c.advance(cmd.event(Reopened, Event{}), from), nil
}

// Appeal asks leadership to look at a denial again, and begins the next round.
// An agent may, and the CSM of the tenant. The denial of an appeal stands:
// against it nobody may appeal, until leadership or something new has begun
// another round.
func (c *Case) Appeal(cmd Command) (Event, error) {
	role := Agent
	if cmd.By.Role == CSM {
		role = CSM
	}
	if err := c.allow(cmd, role, Denied); err != nil {
		return Event{}, err
	}
	switch {
	case cmd.Note == "":
		return Event{}, fmt.Errorf("appeal: %w", ErrNote)
	case c.Appealed != nil:
		return Event{}, fmt.Errorf("%s appealed on %s: %w", c.Appealed.By, c.Appealed.At.Format(time.DateOnly), ErrAppealed)
	}
	from := c.State
	c.again(cmd.At)
	c.Appealed = &Appeal{By: cmd.By.ID, At: cmd.At, Note: cmd.Note}
	c.ByHand = !c.carries() && !c.Live() // then nothing but the appeal asks
	c.State = c.standing()
	return c.advance(cmd.event(WasAppealed, Event{}), from), nil
}

// Withdraw ends a case because those who asked said, elsewhere than on their
// ticket, that they take it back. What is measured can not be taken back.
func (c *Case) Withdraw(cmd Command) (Event, error) {
	if err := c.allow(cmd, Agent, Detected, NeedsInfo, PendingReview, Approved, InProgress); err != nil {
		return Event{}, err
	}
	if cmd.Note == "" {
		return Event{}, fmt.Errorf("withdraw: %w", ErrNote)
	}
	if c.Live() {
		return Event{}, fmt.Errorf("withdraw a case whose condition still holds: %w", ErrState)
	}
	from := c.State
	c.end(Withdrawn)
	return c.advance(cmd.event(WasWithdrawn, Event{}), from), nil
}

// again begins a round that a person asked for; it has as long as the one before.
func (c *Case) again(at time.Time) {
	within := c.DecisionDueAt.Sub(c.RoundAt)
	c.nextRound(at)
	c.DecisionDueAt = at.Add(within)
}

// nextRound opens the case for another decision; the last one moves to Past.
func (c *Case) nextRound(at time.Time) {
	if c.Decision != nil {
		c.Past = append(slices.Clip(c.Past), *c.Decision)
	}
	c.settlePromise(Void, at)
	c.Round++
	c.Decision, c.Appealed, c.ByHand, c.RoundAt = nil, nil, false, at
	c.DecisionDueAt, c.EndedAt = time.Time{}, time.Time{}
	c.Level, c.Rang = 1, nil
	c.AcknowledgedBy, c.AcknowledgedAt = "", time.Time{}
	c.forgetQuestion()
	c.ETA, c.ETAReason = time.Time{}, ""
}
