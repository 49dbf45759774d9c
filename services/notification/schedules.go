package notification

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/notification/internal/ical"
	"tocsin/services/notification/internal/oncall"
	"tocsin/services/notification/internal/route"
)

// An OnCall is a span in which one person of a schedule is on call, or nobody.
type OnCall struct {
	Schedule string    `json:"schedule"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	// Person is empty where nobody is on call.
	Person string `json:"person"`
	// To are the destinations at which the person is called.
	To []string `json:"to,omitempty"`
	// Source is override, calendar or rotation.
	Source string `json:"source,omitempty"`
}

// An Unused is an event of a calendar that is no shift.
type Unused struct {
	// Line is where it begins in the file.
	Line    int    `json:"line"`
	Summary string `json:"summary"`
	Why     string `json:"why"`
}

// A Span is some days on the clocks of a schedule's zone; their hours mean nothing.
type Span struct{ From, Until time.Time }

// in is the span in a zone: from the first day's midnight to the last one's.
func (s Span) in(z route.Zone) (from, until time.Time, err error) {
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, z.Place())
	}
	if from, until = midnight(s.From), midnight(s.Until); !until.After(from) {
		return from, until, fmt.Errorf("from %s until %s holds no day", s.From.Format(time.DateOnly), s.Until.Format(time.DateOnly))
	}
	if until.Sub(from) > 2*366*24*time.Hour {
		return from, until, fmt.Errorf("from %s until %s is more than two years", s.From.Format(time.DateOnly), s.Until.Format(time.DateOnly))
	}
	return from, until, nil
}

// Schedules are those of a file of routes, with the calendars beside it.
type Schedules struct{ all map[string]oncall.Schedule }

// ReadSchedules reads them. It needs neither the bus nor secrets.
func ReadSchedules(text []byte, p *policy.Policy, beside Beside) (Schedules, error) {
	file, err := route.Read(text, known(p))
	if err != nil {
		return Schedules{}, err
	}
	all, err := readSchedules(text, file, beside, nil)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("the file has no schedules")
	}
	return Schedules{all}, err
}

// Show says who is on call when, by one schedule or, where its name is empty, all.
func (s Schedules) Show(schedule string, span Span) (shown []OnCall, err error) {
	names := []string{schedule}
	if schedule == "" {
		names = s.names()
	}
	for _, name := range names {
		one, err := s.one(name)
		if err != nil {
			return nil, err
		}
		from, until, err := span.in(one.Zone)
		if err != nil {
			return nil, err
		}
		for _, shift := range one.Between(from, until) {
			shown = append(shown, OnCall{name, shift.From, shift.Until, shift.Person, one.People[shift.Person].To, shift.Source})
		}
	}
	return shown, nil
}

// Import says which shifts a calendar has for a schedule's people, whatever else
// the schedule says, and which of its events are none.
func (s Schedules) Import(calendar []byte, schedule string, span Span) (shifts []OnCall, unused []Unused, err error) {
	one, err := s.one(schedule)
	if err != nil {
		return nil, nil, err
	}
	read, err := ical.Read(calendar, one.Schedule)
	if err != nil {
		return nil, nil, err
	}
	one.Events, one.Rotation, one.Overrides = read, nil, nil
	all, err := Schedules{map[string]oncall.Schedule{schedule: one}}.Show(schedule, span)
	for _, left := range read.Left {
		unused = append(unused, Unused(left))
	}
	return slices.DeleteFunc(all, func(o OnCall) bool { return o.Person == "" }), unused, err
}

func (s Schedules) one(name string) (oncall.Schedule, error) {
	one, is := s.all[name]
	if !is {
		return one, fmt.Errorf("there is no schedule %q: %s", name, strings.Join(s.names(), ", "))
	}
	return one, nil
}

func (s Schedules) names() (all []string) {
	for name := range s.all {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
