package ical

import (
	"strings"
	"time"
	"unicode"

	"github.com/teambition/rrule-go"

	"tocsin/services/notification/internal/route"
)

// mostSeries is how many events may repeat: each is followed from where it begins.
const mostSeries = 1000

// A Left is an event that is no shift.
type Left struct {
	// Line is that of its BEGIN.
	Line    int
	Summary string
	Why     string
}

// An event is a shift, or several where it repeats.
type event struct {
	line   int
	person string
	// begins and ends are the first instance's.
	begins, ends time.Time
	length       length
	// rule is nil where it does not repeat by one; more are instances beside it.
	rule *rrule.RRule
	more []time.Time
	// out are instances that do not take place, or as another event, in seconds.
	out map[int64]bool
}

// A reader reads the events of one calendar.
type reader struct {
	zones zones
	names names
	out   *Calendar
	// series are events that repeat, by their id; instead the instances that
	// others stand in place of.
	series  map[string]*event
	instead map[string][]time.Time
	// rules is how many events repeat.
	rules int
}

// Read reads the calendar of a schedule. Its error is an *Error.
func Read(text []byte, s route.Schedule) (*Calendar, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	r := reader{
		zones: zonesOf(root, s.Zone.Place()), names: namesOf(s.People), out: &Calendar{},
		series: map[string]*event{}, instead: map[string][]time.Time{},
	}
	n := 0
	for _, part := range root.parts {
		if part.name != "VEVENT" {
			continue
		}
		if n++; n > mostEvents {
			return nil, wrong(part.line, "the calendar has more than %d events", mostEvents)
		}
		if err := r.event(part); err != nil {
			return nil, err
		}
	}
	for id, instances := range r.instead {
		if e := r.series[id]; e != nil {
			for _, t := range instances {
				e.out[t.Unix()] = true
			}
		}
	}
	return r.out, nil
}

// event takes one event in, or leaves it out.
func (r *reader) event(c *component) error {
	e := &event{line: c.line, out: map[int64]bool{}}
	id, err := c.one("UID")
	if err != nil {
		return err
	}
	instance, err := r.instance(c, id)
	if err != nil {
		return err
	}
	nothing, err := r.span(c, e)
	if err != nil {
		return err
	}
	if err := r.repeats(c, e, instance); err != nil {
		return err
	}
	why := ""
	e.person, why = r.names.meant(c)
	if nothing {
		why = "it has no length"
	}
	if status := c.props["STATUS"]; len(status) > 0 && strings.EqualFold(status[0].value, "CANCELLED") {
		why = "it is cancelled"
	}
	if why != "" {
		left := Left{Line: c.line, Why: why}
		if s := c.props["SUMMARY"]; len(s) > 0 {
			left.Summary = plainly(s[0].value)
		}
		r.out.Left = append(r.out.Left, left)
		return nil
	}
	r.out.events = append(r.out.events, e)
	if id != nil && !instance {
		r.series[id.value] = e
	}
	return nil
}

// plainly is what somebody wrote, on one line and without what moves a screen.
func plainly(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }), " ")
}

// instance says whether the event stands in place of one of a series.
func (r *reader) instance(c *component, id *property) (bool, error) {
	p, err := c.one("RECURRENCE-ID")
	if p == nil || err != nil {
		return false, err
	}
	if p.param("RANGE") != "" {
		return false, wrong(p.line, "RECURRENCE-ID: a change of all that follows (RANGE) is not understood; end the series and begin another")
	}
	if id == nil {
		return false, wrong(p.line, "RECURRENCE-ID: the event has no UID, so that its series is not known")
	}
	t, _, err := r.zones.time(p, p.value)
	if err != nil {
		return false, err
	}
	r.instead[id.value] = append(r.instead[id.value], t)
	return true, nil
}

// span reads when the event begins and how long it is; nothing says that it has no length.
func (r *reader) span(c *component, e *event) (nothing bool, err error) {
	begin, err := c.one("DTSTART")
	if err != nil {
		return false, err
	}
	if begin == nil {
		return false, wrong(c.line, "the event has no DTSTART")
	}
	day := false
	if e.begins, day, err = r.zones.time(begin, begin.value); err != nil {
		return false, err
	}
	end, err := c.one("DTEND")
	if err != nil {
		return false, err
	}
	long, err := c.one("DURATION")
	if err != nil {
		return false, err
	}
	switch {
	case end != nil && long != nil:
		return false, wrong(long.line, "an event has DTEND or DURATION, not both")
	case end != nil:
		ends, wholeDay, err := r.zones.time(end, end.value)
		switch {
		case err != nil:
			return false, err
		case wholeDay != day:
			return false, wrong(end.line, "DTEND: one of begin and end is a whole day and the other is not")
		case ends.Before(e.begins):
			return false, wrong(end.line, "DTEND: %s is before it begins", end.value)
		}
		e.length, e.ends = between(e.begins, ends), ends
	case long != nil:
		if e.length, err = duration(long); err != nil {
			return false, err
		}
	case day:
		e.length = length{days: 1}
	}
	if e.ends.IsZero() {
		e.ends = e.length.after(e.begins)
	}
	return !e.ends.After(e.begins), nil
}

// repeats reads when the event takes place again, and when it does not.
func (r *reader) repeats(c *component, e *event, instance bool) error {
	if old := c.props["EXRULE"]; len(old) > 0 {
		return wrong(old[0].line, "EXRULE is not understood (RFC 5545 has no longer); name the instances by EXDATE")
	}
	p, err := c.one("RRULE")
	if err != nil {
		return err
	}
	if p != nil && instance {
		return wrong(p.line, "RRULE: an event in place of one of a series does not repeat")
	}
	if p != nil {
		if r.rules++; r.rules > mostSeries {
			return wrong(p.line, "the calendar has more than %d events that repeat", mostSeries)
		}
		if e.rule, err = rule(p, e.begins); err != nil {
			return err
		}
	}
	more, err := r.zones.list(c, "RDATE")
	if err != nil {
		return err
	}
	for _, m := range more {
		e.more = append(e.more, m.at)
	}
	out, err := r.zones.list(c, "EXDATE")
	for _, m := range out {
		if m.day { // that day's instance
			b := e.begins
			m.at = time.Date(m.at.Year(), m.at.Month(), m.at.Day(), b.Hour(), b.Minute(), b.Second(), 0, b.Location())
		}
		e.out[m.at.Unix()] = true
	}
	return err
}

// rule reads how an event repeats.
func rule(p *property, begins time.Time) (*rrule.RRule, error) {
	opt, err := rrule.StrToROptionInLocation(p.value, begins.Location())
	if err != nil {
		return nil, wrong(p.line, "RRULE: %v", err)
	}
	if opt.Freq > rrule.DAILY || len(opt.Byhour)+len(opt.Byminute)+len(opt.Bysecond) > 3 {
		return nil, wrong(p.line, "RRULE: a shift repeats at most once a day; write an event for each shift of a day")
	}
	opt.Dtstart = begins
	made, err := rrule.NewRRule(*opt)
	if err != nil {
		return nil, wrong(p.line, "RRULE: %v", err)
	}
	if _, ever := made.Iterator()(); !ever {
		return nil, wrong(p.line, "RRULE: this never takes place")
	}
	return made, nil
}
