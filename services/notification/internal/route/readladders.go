package route

import (
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"time"
)

const (
	// mostRepeats is how often a ladder may be climbed again.
	mostRepeats = 20
	// longestStep is how long a step may wait to be acknowledged.
	longestStep = 24 * time.Hour
)

// ladders checks what stands under ladders and schedules.
func (c *checker) ladders(f *File) {
	seen := map[string]bool{}
	for i := range f.Ladders {
		c.ladder(f, i, seen)
	}
	for _, name := range f.ScheduleNames() {
		path := "$.schedules." + quoted(name)
		if !nameForm.MatchString(name) {
			c.wrong(path, "schedule %q: a name has up to 32 lower-case letters, digits and dashes", name)
		}
		if _, is := f.Destinations[name]; is {
			c.wrong(path, "there is a destination %q too: a ladder would not know which is meant", name)
		}
		c.schedule(path, f, f.Schedules[name])
	}
}

func (c *checker) ladder(f *File, i int, seen map[string]bool) {
	l, path := &f.Ladders[i], "$.ladders["+strconv.Itoa(i)+"]"
	switch {
	case !nameForm.MatchString(l.Name):
		c.wrong(path, "a ladder has a name of up to 32 lower-case letters, digits and dashes")
	case seen[l.Name]:
		c.wrong(path+".name", "there are two ladders %q", l.Name)
	}
	seen[l.Name] = true
	if w := l.When; len(w.Audience)+len(w.Kinds)+len(w.Sources)+len(w.Languages) > 0 {
		c.wrong(path+".when", "a ladder is for cases: tenants, reasons, severity and hours")
	}
	c.match(path+".when", &l.When)
	if len(l.Steps) == 0 {
		c.wrong(path, "ladder %q has no steps", l.Name)
	}
	if l.Repeat < 0 || l.Repeat > mostRepeats {
		c.wrong(path+".repeat", "repeat is from 0 to %d", mostRepeats)
	}
	for j, s := range l.Steps {
		at := path + ".steps[" + strconv.Itoa(j) + "]"
		if len(s.To) == 0 {
			c.wrong(at, "a step calls somebody: to names destinations or schedules")
		}
		each(c, at+".to", "destination or schedule", s.To, append(f.Names(), f.ScheduleNames()...))
		for _, to := range s.To {
			c.callable(at+".to", f, to)
		}
		if s.Within < time.Second || s.Within > longestStep {
			c.wrong(at+".within", "within is from 1s to %s, as 5m", longestStep)
		}
	}
}

// callable says where a destination is no place to call somebody at.
func (c *checker) callable(path string, f *File, destination string) {
	d := f.Destinations[destination]
	if slices.Contains(c.known.Helpdesks, d.Channel) {
		c.wrong(path, "destination %q writes on tickets (%s): a call is no note on one", destination, d.Channel)
	}
	if d.people() {
		c.wrong(path, "destination %q writes to whoever a message is for, and a call is for leadership: name an address", destination)
	}
}

func (c *checker) schedule(path string, f *File, s Schedule) {
	if s.Zone.Location == nil {
		c.wrong(path, "a schedule names its zone, as Europe/Berlin")
	}
	people := slices.Sorted(maps.Keys(s.People))
	if len(people) == 0 {
		c.wrong(path, "a schedule has people")
	}
	for _, name := range people {
		at := path + ".people." + quoted(name)
		if !nameForm.MatchString(name) {
			c.wrong(at, "person %q: a name has up to 32 lower-case letters, digits and dashes; known_as takes any", name)
		}
		if len(s.People[name].To) == 0 {
			c.wrong(at, "person %q is called nowhere: to names destinations", name)
		}
		for _, to := range s.People[name].To {
			c.among(at, "destination", to, f.Names())
			c.callable(at, f, to)
		}
	}
	if r := s.Rotation; r != nil {
		if len(r.People) == 0 || r.Begins == (Date{}) || r.Every == 0 {
			c.wrong(path+".rotation", "a rotation has people, begins, handover and every")
		}
		each(c, path+".rotation.people", "person", r.People, people)
	}
	if s.Calendar != "" && !fs.ValidPath(s.Calendar) {
		c.wrong(path+".calendar", "calendar %q: a file beside this one, as oncall.ics", s.Calendar)
	}
	if s.Rotation == nil && s.Calendar == "" && len(s.Overrides) == 0 {
		c.wrong(path, "a schedule has a rotation, a calendar or overrides: else nobody is ever on call")
	}
	for i, o := range s.Overrides {
		at := path + ".overrides[" + strconv.Itoa(i) + "]"
		if !o.Until.After(o.From) {
			c.wrong(at, "an override has from and, later, until")
		}
		c.among(at+".person", "person", o.Person, people)
	}
}
