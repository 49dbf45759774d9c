package route

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// A Ladder says who is called about a case, one step after another, until
// somebody acknowledges it.
type Ladder struct {
	Name string `yaml:"name"`
	// When is which cases it is for: tenants, reasons, severity and hours.
	When  Match  `yaml:"when"`
	Steps []Step `yaml:"steps"`
	// Repeat is how often the whole ladder is climbed again. After that, all who
	// were called hear that nobody acknowledged.
	Repeat int `yaml:"repeat"`
}

// A Step is whom a ladder calls at once.
type Step struct {
	// To names destinations, and schedules, of which whoever is on call is meant.
	To []string `yaml:"to"`
	// Within is how long they have before the next step.
	Within time.Duration `yaml:"within"`
}

// A Schedule says which of some people is on call.
type Schedule struct {
	// Zone is whose clocks the rotation, and a calendar's times without a zone, go by.
	Zone Zone `yaml:"zone"`
	// People are by name, with where each is called.
	People map[string]Person `yaml:"people"`
	// Rotation, if set, is who is on call where the calendar and the overrides name nobody.
	Rotation *Rotation `yaml:"rotation"`
	// Calendar is an iCalendar file beside the file of routes; empty is none.
	Calendar string `yaml:"calendar"`
	// Overrides go before all else; of several that overlap, the later in the file.
	Overrides []Override `yaml:"overrides"`
}

// A Person can be on call.
type Person struct {
	// To are the destinations at which the person is called, all at once.
	To []string `yaml:"to"`
	// KnownAs are mail addresses and names under which calendars know the person,
	// beside the one that the schedule has.
	KnownAs []string `yaml:"known_as"`
}

// UnmarshalYAML reads a person, or the one destination of a person.
func (p *Person) UnmarshalYAML(read func(any) error) error {
	var one string
	if read(&one) == nil {
		p.To = []string{one}
		return nil
	}
	type whole Person
	return read((*whole)(p))
}

// A Rotation hands over from one person to the next, at the same time of the day.
type Rotation struct {
	People []string `yaml:"people"`
	// Begins is the day of the first one's first handover; before it nobody is on call.
	Begins Date `yaml:"begins"`
	// Handover is when it happens on the clocks of the schedule's zone; the next
	// one is on call from that very instant.
	Handover Clock `yaml:"handover"`
	Every    Turn  `yaml:"every"`
}

// An Override puts somebody on call for a while, half-open.
type Override struct {
	From   time.Time `yaml:"from"`
	Until  time.Time `yaml:"until"`
	Person string    `yaml:"person"`
}

// A Date is a day, as 2026-11-02.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// UnmarshalText reads a day.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is no day as 2026-11-02", text)
	}
	d.Year, d.Month, d.Day = t.Date()
	return nil
}

// A Turn is how many days one person of a rotation is on call.
type Turn int

var turnForm = regexp.MustCompile(`^([1-9]\d{0,2})([dw])$`)

// UnmarshalText reads days or weeks, as 1d or 2w.
func (t *Turn) UnmarshalText(text []byte) error {
	m := turnForm.FindSubmatch(text)
	if m == nil {
		return fmt.Errorf("%q is no turn as 1w (d or w)", text)
	}
	n, _ := strconv.Atoi(string(m[1]))
	if m[2][0] == 'w' {
		n *= 7
	}
	*t = Turn(n)
	return nil
}

// On is the instant at which the clock shows c on a day of a zone. Where the
// clocks leave it out, it is as much later.
func (c Clock) On(d Date, z Zone) time.Time {
	return c.on(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, z.of(time.Time{}).Location()))
}

// DayOf is the day that an instant is on in the zone.
func (z Zone) DayOf(t time.Time) Date {
	var d Date
	d.Year, d.Month, d.Day = z.of(t).Date()
	return d
}

// Place is the zone as package time has it.
func (z Zone) Place() *time.Location { return z.of(time.Time{}).Location() }

// AddDays is the day so many days later.
func (d Date) AddDays(n int) Date {
	var next Date
	next.Year, next.Month, next.Day = time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC).Date()
	return next
}

// Since is how many days d is after another day.
func (d Date) Since(other Date) int {
	day := func(d Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
	return int(day(d).Sub(day(other)) / (24 * time.Hour))
}

// Ladder is the ladder of a name; nil where there is none.
func (f *File) Ladder(name string) *Ladder {
	for i := range f.Ladders {
		if f.Ladders[i].Name == name {
			return &f.Ladders[i]
		}
	}
	return nil
}

// ScheduleNames are the schedules' names, in order.
func (f *File) ScheduleNames() []string { return slices.Sorted(maps.Keys(f.Schedules)) }

// Called are the destinations that a ladder may call, in order.
func (f *File) Called() []string {
	var all []string
	for _, l := range f.Ladders {
		for _, s := range l.Steps {
			for _, to := range s.To {
				schedule, is := f.Schedules[to]
				if !is {
					all = append(all, to)
				}
				for _, p := range schedule.People {
					all = append(all, p.To...)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Calls says whether a ladder may call a destination.
func (f *File) Calls(destination string) bool { return slices.Contains(f.Called(), destination) }

// Climbs is the ladder for a case: the first of the file that matches; nil where
// none does. Later says that one would at another hour, whys why each before the
// one that is found does not.
func (f *File) Climbs(n News, at time.Time) (found *Ladder, later bool, whys []string) {
	for i := range f.Ladders {
		l := &f.Ladders[i]
		not := l.When.unfit(n, at)
		if not == "" {
			return l, false, whys
		}
		whys = append(whys, fmt.Sprintf("ladder %q does not match: %s", l.Name, not))
		anytime := l.When
		anytime.Hours = nil
		later = later || anytime.unfit(n, at) == ""
	}
	return nil, later, whys
}

// Silenced says why a destination is not called of a case; empty where it is. Quiet
// hours, groups and digests are no reason. Mute is the one that silences it.
func (f *File) Silenced(destination string, n News, at time.Time, w World) (why, mute string) {
	if m := w.Muting(destination, n, at); m != nil {
		return m.String(), m.ID
	}
	return f.silenced(n, at, w), ""
}
