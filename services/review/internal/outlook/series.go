package outlook

import (
	"slices"
	"time"
)

// A State is how a rule stands.
type State string

// The states, from what presses most to what does not.
const (
	Raised       State = "raised"
	Flapping     State = "flapping" // raised, and comes and goes
	Near         State = "near"
	Undetermined State = "undetermined"
	Calm         State = "calm"
)

// Holds says that the condition is raised.
func (s State) Holds() bool { return s == Raised || s == Flapping }

// rank is higher for what presses more.
func (s State) rank() int {
	switch s {
	case Raised, Flapping:
		return 3
	case Near:
		return 2
	case Undetermined:
		return 1
	case Calm:
	}
	return 0
}

// A Point is the value at one instant.
type Point struct {
	At time.Time
	Figure
	State State
}

// series is what is known of one thing.
type series struct {
	Thing
	standing *Standing
	last     *Change
	flapping bool
	points   []Point
	heard    time.Time
}

func (s *series) stand(st Standing) {
	if s.standing != nil && !st.At.After(s.standing.At) {
		return
	}
	s.standing = &st
	if s.last == nil || st.At.After(s.last.DetectedAt) {
		s.flapping = st.State == Flapping
	}
	s.point(Point{st.At, st.Figure, st.State})
}

func (s *series) change(c Change) {
	if s.last != nil && c.DetectedAt.Before(s.last.DetectedAt) {
		return
	}
	s.last = &c
	state := Raised
	switch {
	case !c.Holds():
		state, s.flapping = Calm, false
	case c.Kind == "raised":
		s.flapping = false
	case c.Kind == "flapping":
		s.flapping = true
	}
	if s.flapping {
		state = Flapping
	}
	s.point(Point{c.DetectedAt, c.Figure, state})
}

// point adds a value at its place; a second one of the same instant replaces
// the first.
func (s *series) point(p Point) {
	i, found := slices.BinarySearchFunc(s.points, p, func(a, b Point) int { return a.At.Compare(b.At) })
	if found {
		s.points[i] = p
		return
	}
	s.points = slices.Insert(s.points, i, p)
	if len(s.points) > mostPoints {
		s.points = slices.Delete(s.points, 0, 1)
	}
}

// repeated is how long an undetermined standing counts without being said again.
const repeated = 65 * time.Minute

// current is the standing that monitoring still says; nil where it does not.
func (o *Outlook) current(s *series) *Standing {
	st := s.standing
	if st == nil || st.State == Calm {
		return st
	}
	looked := o.shard(st.Shard).last.At
	if st.State == Undetermined {
		looked = looked.Add(-repeated)
	}
	if looked.After(st.At) {
		return nil
	}
	return st
}

// state is how a thing stands now.
func (o *Outlook) state(s *series) State {
	st, c := o.current(s), s.last
	switch {
	case c != nil && c.Holds() && s.flapping:
		return Flapping
	case c != nil && c.Holds():
		return Raised
	case st != nil && (c == nil || st.At.After(c.DetectedAt)):
		return st.State
	}
	return Calm
}
