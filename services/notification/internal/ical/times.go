package ical

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Forms of times.
const (
	dayForm   = "20060102"
	localForm = "20060102T150405"
	utcForm   = "20060102T150405Z"
)

// zones are the time zones that a calendar names.
type zones struct {
	// own is the schedule's.
	own *time.Location
	// said are the places that the calendar gives for its names.
	said map[string]string
}

// zonesOf reads what the calendar says of its zones: a program's own name for one
// comes with the place that it means, or is it.
func zonesOf(calendar *component, own *time.Location) zones {
	z := zones{own, map[string]string{}}
	for _, part := range calendar.parts {
		id, place := part.props["TZID"], part.props["X-LIC-LOCATION"]
		if part.name == "VTIMEZONE" && len(id) > 0 && len(place) > 0 {
			z.said[id[0].value] = place[0].value
		}
	}
	return z
}

// of is the zone of a time.
func (z zones) of(p *property) (*time.Location, error) {
	id := p.param("TZID")
	if id == "" {
		return z.own, nil
	}
	names := []string{id, z.said[id]}
	if parts := strings.Split(id, "/"); len(parts) > 2 && parts[0] == "" { // as /mozilla.org/20050126_1/Europe/Berlin
		names = append(names, strings.Join(parts[len(parts)-2:], "/"))
	}
	for _, name := range names {
		if l, err := time.LoadLocation(name); err == nil && name != "" && !strings.EqualFold(name, "local") {
			return l, nil
		}
	}
	return nil, wrong(p.line, "%s: %q is no time zone as Europe/Berlin; export the calendar in such a zone or in UTC", p.name, id)
}

// time reads one value of a property: an instant, or a whole day in the schedule's zone.
func (z zones) time(p *property, value string) (t time.Time, day bool, err error) {
	in, err := z.of(p)
	if err != nil {
		return t, false, err
	}
	switch {
	case len(value) == len(dayForm):
		t, err = time.ParseInLocation(dayForm, value, z.own)
		day = true
	case strings.HasSuffix(value, "Z"):
		t, err = time.Parse(utcForm, value)
	default:
		t, err = time.ParseInLocation(localForm, value, in)
	}
	if err != nil {
		return t, false, wrong(p.line, "%s: %q is no time as 20261102T090000Z or 20261102", p.name, value)
	}
	return t, day, nil
}

// list reads the values of all properties of a name.
func (z zones) list(c *component, name string) (all []moment, err error) {
	for i := range c.props[name] {
		p := &c.props[name][i]
		for value := range strings.SplitSeq(p.value, ",") {
			t, day, err := z.time(p, strings.TrimSpace(value))
			if err != nil {
				return nil, err
			}
			all = append(all, moment{t, day})
		}
	}
	return all, nil
}

// A moment is a time or a whole day.
type moment struct {
	at  time.Time
	day bool
}

// A length is how long a shift is: days on the calendar, and then a time, or the
// time of the day at which it ends.
type length struct {
	days int
	rest time.Duration
	// clock says that rest is the time of the day.
	clock bool
}

// after is when a shift ends that begins at t.
func (l length) after(t time.Time) time.Time {
	if l.clock {
		return time.Date(t.Year(), t.Month(), t.Day()+l.days, 0, 0, int(l.rest/time.Second), 0, t.Location())
	}
	return t.AddDate(0, 0, l.days).Add(l.rest)
}

// longest is more than the shift ever takes.
func (l length) longest() time.Duration {
	return time.Duration(l.days)*24*time.Hour + l.rest + 26*time.Hour
}

// between is the length that clocks show from one time to another.
func between(from, until time.Time) length {
	until = until.In(from.Location())
	h, m, s := until.Clock()
	rest := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	return length{int(dayOf(until).Sub(dayOf(from)) / (24 * time.Hour)), rest, true}
}

func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?)$`)

// duration reads a length as PT8H or P1W.
func duration(p *property) (length, error) {
	m := durationForm.FindStringSubmatch(p.value)
	if m == nil {
		return length{}, wrong(p.line, "DURATION: %q is no length as PT8H or P1W", p.value)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	rest := time.Duration(n(3))*time.Hour + time.Duration(n(4))*time.Minute + time.Duration(n(5))*time.Second
	return length{days: n(1)*7 + n(2), rest: rest}, nil
}
