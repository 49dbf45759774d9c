package ladder

import (
	"slices"
	"time"

	"tocsin/services/notification/internal/oncall"
	"tocsin/services/notification/internal/route"
)

// A Callee is a destination that is called.
type Callee struct {
	Destination string
	// Schedule and Person are set where a schedule named the destination.
	Schedule, Person string
}

// A Call is a level whose turn came.
type Call struct {
	// Level counts from 1; 0 is the last word.
	Level int
	// Repetition counts from 0.
	Repetition int
	At         time.Time
	// Until is when the next level's turn is; At, where nobody was called.
	Until  time.Time
	Called []Callee
	// Absent are the schedules of which nobody was on call.
	Absent []string
}

// LastWord says that nobody acknowledged, and nothing follows.
func (c Call) LastWord() bool { return c.Level == 0 }

// A Case is what a ladder goes by.
type Case struct {
	State string
	// AcknowledgedAt is when somebody took notice in this round; zero where nobody has.
	AcknowledgedAt time.Time
}

// Waits says whether the case is leadership's to decide and nobody has taken notice.
func (c Case) Waits() bool { return c.State == "pending_review" && c.AcknowledgedAt.IsZero() }

// A Climb is a ladder with those who are on call.
type Climb struct {
	Ladder    *route.Ladder
	Schedules map[string]oncall.Schedule
}

// Due are the levels whose turn has come by now, after the calls there were, and
// the one after them, as it would be made by then; nil where none follows.
func (c Climb) Due(calls []Call, now time.Time) (due []Call, next *Call) {
	calls = slices.Clone(calls)
	for {
		level, repetition, at, more := c.next(calls, now)
		if !more {
			return due, nil
		}
		if at.After(now) {
			then := c.call(calls, level, repetition, at)
			return due, &then
		}
		made := c.call(calls, level, repetition, now)
		due, calls = append(due, made), append(calls, made)
	}
}

// Whole are all calls that there will be, if nobody acknowledges and nothing changes.
func (c Climb) Whole(begins time.Time) []Call {
	due, next := c.Due(nil, begins)
	for all := due; ; {
		if next == nil {
			return all
		}
		due, next = c.Due(all, next.At)
		all = append(all, due...)
	}
}

// next is which level's turn is next, and when.
func (c Climb) next(calls []Call, now time.Time) (level, repetition int, at time.Time, more bool) {
	if len(calls) == 0 {
		return 1, 0, now, true
	}
	last := calls[len(calls)-1]
	switch {
	case last.LastWord():
		return 0, 0, at, false
	case last.Level < len(c.Ladder.Steps):
		return last.Level + 1, last.Repetition, last.Until, true
	}
	at = last.Until
	if since, nobody := idle(calls, last.Repetition); nobody {
		at = since.Add(c.length())
	}
	if last.Repetition < c.Ladder.Repeat {
		return 1, last.Repetition + 1, at, true
	}
	return 0, last.Repetition, at, true
}

// idle says whether nobody was called in a repetition, and when it began.
func idle(calls []Call, repetition int) (since time.Time, nobody bool) {
	for _, call := range calls {
		if call.Repetition != repetition {
			continue
		}
		if since.IsZero() {
			since = call.At
		}
		if len(call.Called) > 0 {
			return since, false
		}
	}
	return since, true
}

// length is how long one repetition takes.
func (c Climb) length() (d time.Duration) {
	for _, s := range c.Ladder.Steps {
		d += s.Within
	}
	return d
}

// call makes a level's call at a time.
func (c Climb) call(calls []Call, level, repetition int, at time.Time) Call {
	made := Call{Level: level, Repetition: repetition, At: at, Until: at}
	if level == 0 {
		for _, call := range calls {
			for _, who := range call.Called {
				made.add(who)
			}
		}
		return made
	}
	step := c.Ladder.Steps[level-1]
	for _, to := range step.To {
		s, is := c.Schedules[to]
		if !is {
			made.add(Callee{Destination: to})
			continue
		}
		person := s.At(at).Person
		if person == "" {
			made.Absent = append(made.Absent, to)
		}
		for _, destination := range s.People[person].To {
			made.add(Callee{destination, to, person})
		}
	}
	if len(made.Called) > 0 {
		made.Until = at.Add(step.Within)
	}
	return made
}

// add calls somebody, once at each destination.
func (c *Call) add(who Callee) {
	if !slices.ContainsFunc(c.Called, func(other Callee) bool { return other.Destination == who.Destination }) {
		c.Called = append(c.Called, who)
	}
}
