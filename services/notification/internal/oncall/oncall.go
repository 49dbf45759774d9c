package oncall

import (
	"cmp"
	"slices"
	"time"

	"tocsin/services/notification/internal/route"
)

// The sources of a shift.
const (
	FromOverride = "override"
	FromCalendar = "calendar"
	FromRotation = "rotation"
)

// A Shift is a span in which one person is on call, or, where Person is empty, nobody.
type Shift struct {
	From, Until time.Time
	Person      string
	// Source is override, calendar or rotation; empty where nobody is on call.
	Source string
}

// A Calendar is what a calendar's file says.
type Calendar interface {
	// Between are the shifts that have an instant of a span, in the order of the
	// file; each whole, as long as it is.
	Between(from, until time.Time) []Shift
}

// A Schedule is one of the file of routes, with its calendar; nil has none.
type Schedule struct {
	route.Schedule
	Events Calendar
}

// At is who is on call at an instant. From and Until of what it returns are those
// of the source, whatever else covers a part of them; nobody has neither.
func (s Schedule) At(t time.Time) Shift {
	return s.winner(t, s.events(t, t.Add(1)))
}

// Between is who is on call in a span: shifts without a gap, of which no two that
// follow each other are the same person's by the same source.
func (s Schedule) Between(from, until time.Time) []Shift {
	events := s.events(from, until)
	edges := []time.Time{from, until}
	edge := func(t time.Time) {
		if t.After(from) && t.Before(until) {
			edges = append(edges, t)
		}
	}
	for _, e := range events {
		edge(e.From)
		edge(e.Until)
	}
	for _, o := range s.Overrides {
		edge(o.From)
		edge(o.Until)
	}
	for _, t := range s.handovers(from, until) {
		edge(t)
	}
	slices.SortFunc(edges, time.Time.Compare)
	edges = slices.CompactFunc(edges, time.Time.Equal)
	var shifts []Shift
	for i, begins := range edges[:len(edges)-1] {
		w := s.winner(begins, events)
		w.From, w.Until = begins.In(s.Zone.Place()), edges[i+1].In(s.Zone.Place())
		if last := len(shifts) - 1; last >= 0 && shifts[last].Person == w.Person && shifts[last].Source == w.Source {
			shifts[last].Until = w.Until
			continue
		}
		shifts = append(shifts, w)
	}
	return shifts
}

func (s Schedule) events(from, until time.Time) []Shift {
	if s.Events == nil {
		return nil
	}
	return s.Events.Between(from, until)
}

// winner is the shift that counts at an instant.
func (s Schedule) winner(t time.Time, events []Shift) Shift {
	for _, o := range slices.Backward(s.Overrides) {
		if !t.Before(o.From) && t.Before(o.Until) {
			return Shift{o.From, o.Until, o.Person, FromOverride}
		}
	}
	var best *Shift
	for i := range events {
		e := &events[i]
		if !t.Before(e.From) && t.Before(e.Until) && (best == nil || cmp.Compare(e.From.UnixNano(), best.From.UnixNano()) >= 0) {
			best = e
		}
	}
	if best != nil {
		return Shift{best.From, best.Until, best.Person, FromCalendar}
	}
	return s.turn(t)
}
