package oncall

import (
	"time"

	"tocsin/services/notification/internal/route"
)

// handover is the instant at which turn n of the rotation begins.
func (s Schedule) handover(n int) time.Time {
	r := s.Rotation
	return r.Handover.On(r.Begins.AddDays(n*int(r.Every)), s.Zone)
}

// number is which turn an instant is in, from 0; negative before the rotation begins.
func (s Schedule) number(t time.Time) int {
	n := floor(s.Zone.DayOf(t).Since(s.Rotation.Begins), int(s.Rotation.Every))
	if t.Before(s.handover(n)) { // on the day of the handover, before it
		n--
	}
	return n
}

// turn is whose turn it is by the rotation.
func (s Schedule) turn(t time.Time) Shift {
	if s.Rotation == nil {
		return Shift{}
	}
	n := s.number(t)
	if n < 0 {
		return Shift{}
	}
	people := s.Rotation.People
	return Shift{s.handover(n), s.handover(n + 1), people[n%len(people)], FromRotation}
}

// handovers are the instants in a span at which the rotation hands over.
func (s Schedule) handovers(from, until time.Time) []time.Time {
	if s.Rotation == nil {
		return nil
	}
	var all []time.Time
	for n := max(s.number(from), 0); ; n++ {
		t := s.handover(n)
		if !t.Before(until) {
			return all
		}
		all = append(all, t)
	}
}

// floor divides downwards.
func floor(a, b int) int {
	if q := a / b; a%b >= 0 {
		return q
	}
	return a/b - 1
}

// Of are the schedules of a file, each with its calendar of calendars, by name.
func Of(f *route.File, calendars map[string]Calendar) map[string]Schedule {
	all := map[string]Schedule{}
	for name, s := range f.Schedules {
		all[name] = Schedule{s, calendars[name]}
	}
	return all
}
