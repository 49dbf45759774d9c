package ical

import (
	"slices"
	"sync"
	"time"

	"tocsin/services/notification/internal/oncall"
)

// ahead is how much more than it was asked for a calendar keeps in memory: rules
// are followed from where they begin, which need not happen for each question.
const ahead = 32 * 24 * time.Hour

// A Calendar is a file that was read. It is safe for concurrent use.
type Calendar struct {
	// Left are the events that are no shifts, in the order of the file.
	Left []Left

	events []*event

	mu          sync.Mutex
	from, until time.Time
	shifts      []oncall.Shift
}

// Between are the shifts that have an instant of a span, in the order of the file.
func (c *Calendar) Between(from, until time.Time) []oncall.Shift {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shifts == nil || from.Before(c.from) || until.After(c.until) {
		c.from, c.until = from, until.Add(ahead)
		c.shifts = []oncall.Shift{}
		for _, e := range c.events {
			c.shifts = append(c.shifts, e.between(c.from, c.until)...)
		}
	}
	var in []oncall.Shift
	for _, s := range c.shifts {
		if s.From.Before(until) && from.Before(s.Until) {
			in = append(in, s)
		}
	}
	return in
}

// between are the event's shifts that have an instant of a span, oldest first.
func (e *event) between(from, until time.Time) (shifts []oncall.Shift) {
	begins := append([]time.Time{e.begins}, e.more...)
	if e.rule != nil {
		begins = append(e.rule.Between(from.Add(-e.length.longest()), until, true), e.more...)
	}
	slices.SortFunc(begins, time.Time.Compare)
	begins = slices.CompactFunc(begins, time.Time.Equal)
	for _, t := range begins {
		s := oncall.Shift{From: t, Until: e.length.after(t), Person: e.person, Source: oncall.FromCalendar}
		if t.Equal(e.begins) {
			s.Until = e.ends
		}
		if !e.out[t.Unix()] && s.From.Before(until) && from.Before(s.Until) {
			shifts = append(shifts, s)
		}
	}
	return shifts
}
