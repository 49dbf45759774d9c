package decide

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// CloseAfter is how long a case that has ended can be reopened by a new request
// on one of its tickets; then it is closed.
const CloseAfter = 7 * 24 * time.Hour

// RemindAfter is how long those who asked may leave a question unanswered until
// they are reminded; ExpireAfter is how long until the case expires.
const (
	RemindAfter = 2 * 24 * time.Hour
	ExpireAfter = 7 * 24 * time.Hour
)

// A Deadline is one kind of time that a case waits for.
type Deadline string

// The deadlines; the package comment says when each passes and what follows.
const (
	DecisionDue Deadline = "decision"  // somebody should have decided
	NextLevel   Deadline = "level"     // the level above is called
	NewsDue     Deadline = "news"      // the update that waits may be told
	UpdateDue   Deadline = "update"    // those who asked should have heard
	ETANear     Deadline = "eta_near"  // the trouble should soon be over
	ETADue      Deadline = "eta"       // the trouble should be over
	AnswerDue   Deadline = "answer"    // those who were asked should have answered
	Unanswered  Deadline = "no_answer" // nobody will answer any more
	Closing     Deadline = "closing"   // the case has been at its end for CloseAfter
)

// A Ring says of one deadline that it has passed.
type Ring struct {
	Of Deadline  `json:"of"`
	At time.Time `json:"at"`
}

// Next is the earliest deadline of which the case has not said that it passed;
// a zero time where there is none.
func (c *Case) Next() Ring {
	var next Ring
	for _, r := range c.deadlines() {
		if r.At.IsZero() || c.rang(r) {
			continue
		}
		if next.At.IsZero() || r.At.Before(next.At) {
			next = r
		}
	}
	return next
}

// WakeAt is the next deadline's time; zero where the case has none.
func (c *Case) WakeAt() time.Time { return c.Next().At }

// deadlines are all that the case has where it stands. Of two at one time the one
// that stands first is stated first: an update that waits is told before it is
// said that there is none.
func (c *Case) deadlines() []Ring {
	var all []Ring
	if c.Waits() {
		all = append(all, Ring{NewsDue, c.NewsFrom()})
	}
	switch {
	case c.State.Undecided():
		all = append(all, Ring{DecisionDue, c.DecisionDueAt}, Ring{ETANear, c.etaNear()}, Ring{ETADue, c.ETA})
		if within := c.DecisionDueAt.Sub(c.RoundAt); within > 0 {
			all = append(all, Ring{NextLevel, c.DecisionDueAt.Add(within / 2)})
		}
		if c.State == NeedsInfo && !c.WaitsSince.IsZero() {
			all = append(all, Ring{AnswerDue, c.WaitsSince.Add(RemindAfter)})
			if c.mayExpire() {
				all = append(all, Ring{Unanswered, c.WaitsSince.Add(ExpireAfter)})
			}
		}
		return all
	case c.State == Approved || c.State == InProgress:
		return append(all, Ring{ETANear, c.etaNear()}, Ring{ETADue, c.ETA}, Ring{UpdateDue, c.UpdateDueAt})
	case c.State.Ended() && !c.State.Final() && !c.Live():
		return []Ring{{Closing, c.EndedAt.Add(CloseAfter)}}
	}
	return all
}

// mayExpire says that silence may end the case: nothing measured holds, no
// person began the round, and no ticket states what makes a case by itself.
func (c *Case) mayExpire() bool {
	return !c.Live() && !c.ByHand && !slices.ContainsFunc(c.Tickets, func(t Ticket) bool { return t.MakesCase && t.Carries() })
}

// rang says that the case has said of the deadline that it passed. That a
// decision is due is said once a round, even if it becomes due sooner.
func (c *Case) rang(r Ring) bool {
	return slices.ContainsFunc(c.Rang, func(o Ring) bool {
		return o.Of == r.Of && (o.At.Equal(r.At) || r.Of == DecisionDue || r.Of == NextLevel)
	})
}

// ring notes that the case says so now; of each deadline the last is kept.
func (c *Case) ring(r Ring) {
	c.Rang = slices.DeleteFunc(slices.Clone(c.Rang), func(o Ring) bool { return o.Of == r.Of })
	c.Rang = append(c.Rang, r)
}

// Wake states that the next deadline has passed, once for each.
func (c *Case) Wake(n News) (Event, error) {
	due := c.Next()
	if due.At.IsZero() || n.At.Before(due.At) {
		return Event{}, fmt.Errorf("wake case %s at %s: %w", c.ID, n.At.Format(time.RFC3339), ErrNotDue)
	}
	from, e := c.State, n.event(Event{})
	if c.ring(due); due.Of == ETANear && !n.At.Before(c.ETA) {
		due = c.Next() // the clock stood still meanwhile: that it passes soon is no longer true
		c.ring(due)
	}
	switch due.Of {
	case DecisionDue:
		e.Name = DecisionOverdue
	case NextLevel:
		c.Level = 2
		e.Name, e.Subject = DecisionPassedOn, strconv.Itoa(int(c.Level))
	case NewsDue:
		return c.tellUpdate(e), nil
	case ETANear:
		e.Name = ETAIsNear
	case ETADue:
		e.Name = ETAOverdue
		c.settlePromise(Missed, n.At)
	case UpdateDue:
		e.Name = UpdateOverdue
	case AnswerDue:
		e.Name = InfoReminder
	case Unanswered:
		e.Name = WasExpired
		c.end(Expired)
	case Closing:
		e.Name = WasClosed
		c.end(Closed)
	}
	return c.advance(e, from), nil
}
