package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Clock is a time of day, in minutes since midnight.
type Clock int

// ParseClock reads a time of day from 00:00 to 24:00.
func ParseClock(text string) (Clock, error) {
	var h, m int
	if n, err := fmt.Sscanf(text, "%02d:%02d", &h, &m); err != nil || n != 2 || len(text) != 5 || m > 59 || h < 0 || m < 0 || h*60+m > 24*60 {
		return 0, fmt.Errorf("%q is no time of day, as 09:00", text)
	}
	return Clock(h*60 + m), nil
}

// String is the time of day as 09:00.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// A Shift is a part of each week in which a technician works. Where To is not
// after From it ends on the next day.
type Shift struct {
	// Days are those on which it begins.
	Days     []time.Weekday
	From, To Clock
}

// week are the days as they are written, in the order in which they are said.
var week = [...]struct {
	name string
	day  time.Weekday
}{
	{"mon", time.Monday},
	{"tue", time.Tuesday},
	{"wed", time.Wednesday},
	{"thu", time.Thursday},
	{"fri", time.Friday},
	{"sat", time.Saturday},
	{"sun", time.Sunday},
}

// place is where in the week a day's name stands; -1 where it is none.
func place(name string) int {
	for i, d := range week {
		if d.name == strings.ToLower(strings.TrimSpace(name)) {
			return i
		}
	}
	return -1
}

// ParseShifts reads shifts as "mon-fri 09:00-17:00; sat,sun 22:00-06:00".
func ParseShifts(text string) ([]Shift, error) {
	var all []Shift
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		days, times, ok := strings.Cut(part, " ")
		from, to, dash := strings.Cut(strings.TrimSpace(times), "-")
		if !ok || !dash {
			return nil, fmt.Errorf("shift %q is not as mon-fri 09:00-17:00", part)
		}
		var s Shift
		var err error
		if s.Days, err = parseDays(days); err != nil {
			return nil, fmt.Errorf("shift %q: %w", part, err)
		}
		if s.From, err = ParseClock(from); err == nil {
			s.To, err = ParseClock(to)
		}
		if err == nil {
			err = s.sound()
		}
		if err != nil {
			return nil, fmt.Errorf("shift %q: %w", part, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// parseDays reads days as "mon-fri,sun".
func parseDays(text string) ([]time.Weekday, error) {
	held := [len(week)]bool{}
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		from, to := place(first), place(last)
		if from < 0 || to < 0 {
			return nil, fmt.Errorf("%q is no day of mon, tue, wed, thu, fri, sat, sun", part)
		}
		for i := from; ; i = (i + 1) % len(week) {
			if held[i] = true; i == to {
				break
			}
		}
	}
	var days []time.Weekday
	for i, d := range week {
		if held[i] {
			days = append(days, d.day)
		}
	}
	return days, nil
}

// ShiftsText is the inverse of ParseShifts.
func ShiftsText(shifts []Shift) string {
	parts := make([]string, len(shifts))
	for i, s := range shifts {
		parts[i] = s.String()
	}
	return strings.Join(parts, "; ")
}

// String is the shift as mon-fri 09:00-17:00.
func (s Shift) String() string {
	var parts []string
	for i := 0; i < len(week); i++ {
		if !slices.Contains(s.Days, week[i].day) {
			continue
		}
		first := i
		for i+1 < len(week) && slices.Contains(s.Days, week[i+1].day) {
			i++
		}
		switch i - first {
		case 0:
			parts = append(parts, week[first].name)
		default:
			parts = append(parts, week[first].name+"-"+week[i].name)
		}
	}
	return fmt.Sprintf("%s %s-%s", strings.Join(parts, ","), s.From, s.To)
}

// MarshalText writes the shift as String does.
func (s Shift) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (s *Shift) UnmarshalText(text []byte) error {
	all, err := ParseShifts(string(text))
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("%q is not one shift", text)
	}
	if err == nil {
		*s = all[0]
	}
	return err
}

func (s Shift) sound() error {
	if len(s.Days) == 0 {
		return errors.New("a shift has no day")
	}
	if s.From < 0 || s.From >= 24*60 || s.To < 0 || s.To > 24*60 {
		return fmt.Errorf("a shift from %s to %s is not within a day", s.From, s.To)
	}
	return nil
}

// on is the shift that begins on a day of the wall clock, which any hour of it names.
func (s Shift) on(day time.Time) Span {
	end := day.Day()
	if s.To <= s.From {
		end++
	}
	at := func(day int, c Clock, of time.Time) time.Time {
		return time.Date(of.Year(), of.Month(), day, int(c)/60, int(c)%60, 0, 0, of.Location())
	}
	return Span{at(day.Day(), s.From, day), at(end, s.To, day)}
}

// A Span is a piece of time that holds its beginning and not its end.
type Span struct{ From, To time.Time }

// Covers says whether a time is within.
func (s Span) Covers(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// Duty is when the technician is on shift between two times, absences aside: in
// order, and those that overlap or touch as one.
func (t Technician) Duty(from, to time.Time) []Span {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		zone = time.UTC
	}
	var all []Span
	first, last := from.In(zone), to.In(zone)
	noon := time.Date(first.Year(), first.Month(), first.Day()-2, 12, 0, 0, 0, zone)
	for ; !noon.After(last.AddDate(0, 0, 1)); noon = noon.AddDate(0, 0, 1) {
		for _, s := range t.Shifts {
			if span := s.on(noon); slices.Contains(s.Days, noon.Weekday()) && span.To.After(span.From) && span.To.After(from) && span.From.Before(to) {
				all = append(all, span)
			}
		}
	}
	slices.SortFunc(all, func(a, b Span) int { return a.From.Compare(b.From) })
	var joined []Span
	for _, s := range all {
		if n := len(joined); n > 0 && !s.From.After(joined[n-1].To) {
			if s.To.After(joined[n-1].To) {
				joined[n-1].To = s.To
			}
			continue
		}
		joined = append(joined, s)
	}
	return joined
}
