package route

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Clock is a time of the day, as 07:30.
type Clock struct{ Hour, Minute int }

var clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)$`)

// UnmarshalText reads 00:00 to 23:59.
func (c *Clock) UnmarshalText(text []byte) error {
	m := clockForm.FindSubmatch(text)
	if m == nil {
		return fmt.Errorf("%q is no time of the day as 07:30", text)
	}
	c.Hour, _ = strconv.Atoi(string(m[1]))
	c.Minute, _ = strconv.Atoi(string(m[2]))
	return nil
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour, c.Minute) }

// on is the instant at which the clock shows c on the day of t.
func (c Clock) on(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), c.Hour, c.Minute, 0, 0, t.Location())
}

// A Zone is a time zone by its name, as Europe/Berlin; the zero value is UTC.
type Zone struct{ Location *time.Location }

// UnmarshalText reads the name of a zone.
func (z *Zone) UnmarshalText(text []byte) error {
	l, err := time.LoadLocation(string(text))
	if err != nil || string(text) == "" || strings.EqualFold(string(text), "local") {
		return fmt.Errorf("%q is no time zone as Europe/Berlin", text)
	}
	z.Location = l
	return nil
}

// of is t as clocks of the zone show it.
func (z Zone) of(t time.Time) time.Time {
	if z.Location == nil {
		return t.UTC()
	}
	return t.In(z.Location)
}

// A Day is a day of the week, mon to sun.
type Day time.Weekday

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// UnmarshalText reads mon to sun.
func (d *Day) UnmarshalText(text []byte) error {
	i := slices.Index(dayNames, strings.ToLower(string(text)))
	if i < 0 {
		return fmt.Errorf("%q is no day: mon, tue, wed, thu, fri, sat or sun", text)
	}
	*d = Day(i)
	return nil
}

// UnmarshalText reads a rate, as 30/m or 5/h.
func (r *Rate) UnmarshalText(text []byte) error {
	n, per, found := strings.Cut(string(text), "/")
	count, err := strconv.Atoi(n)
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[per]
	if !found || err != nil || count < 1 || unit == 0 {
		return fmt.Errorf("%q is no rate as 30/m (s, m or h)", text)
	}
	r.N, r.Per = count, unit
	return nil
}

// Cover says whether the hours cover an instant, and until when they do. Hours
// that pass midnight belong to the day on which they begin.
func (h *Hours) Cover(t time.Time) (until time.Time, covered bool) {
	local := h.Zone.of(t)
	for _, back := range []int{1, 0} { // those that began yesterday may last
		day := local.AddDate(0, 0, -back)
		if len(h.Days) > 0 && !slices.Contains(h.Days, Day(day.Weekday())) {
			continue
		}
		from, to := h.From.on(day), h.To.on(day)
		if !to.After(from) {
			to = h.To.on(day.AddDate(0, 0, 1))
		}
		if !local.Before(from) && local.Before(to) {
			return to, true
		}
	}
	return time.Time{}, false
}

// After is the first time that the digest is due after an instant.
func (d *Digest) After(t time.Time) time.Time {
	local := d.Zone.of(t)
	due := d.At.on(local)
	if !due.After(local) {
		due = d.At.on(local.AddDate(0, 0, 1))
	}
	return due
}
