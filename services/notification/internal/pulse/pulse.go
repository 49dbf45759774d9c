package pulse

import (
	"cmp"
	"slices"
	"time"
)

// unseen is how long after a look the next one is made at the latest; what passes
// beyond was not watched.
const unseen = time.Minute

// Limits say from when on a silence is too long; zero is never.
type Limits struct {
	// Sources are those that are named, heard before or not.
	Sources map[string]time.Duration
	// Others is for any other source that was heard once.
	Others time.Duration
	// Destinations is for how long one may take nothing of what waits.
	Destinations time.Duration
}

// A Heard is what was found of a source or destination.
type Heard struct {
	Name string
	// Mark changes whenever it is heard; 0 where it never was.
	Mark uint64
	// At is when it was heard last.
	At time.Time
	// Waiting is how many messages wait for a destination.
	Waiting uint64
}

// Facts are what a look finds.
type Facts struct {
	At time.Time
	// Deaf says that sources could not be heard: intake is away.
	Deaf                  bool
	Sources, Destinations []Heard
	Parts                 Parts
}

// A State is what is known after a look. The zero value knows nothing.
type State struct {
	// Since is the first look, At the last.
	Since, At time.Time
	// The voices are in the order of their names.
	Sources, Destinations, Readers []Voice
	Troubles                       []Trouble
}

// A Voice is one who should be heard.
type Voice struct {
	Name string
	Mark uint64
	// Since is when it was first looked for; HeardAt when it was heard last, zero if never.
	Since, HeardAt time.Time
	// Quiet is for how long it has not been heard while it could have been.
	Quiet time.Duration
	// Limit is from when on that is too long; 0 where nobody asks.
	Limit        time.Duration
	Silent, Told bool
	Waiting      uint64
	// CalledAt is when a destination was sent a heartbeat last, for want of news.
	CalledAt time.Time
}

// Next is the state after a look.
func (s State) Next(f Facts, l Limits) State {
	n := State{Since: s.Since, At: f.At}
	if n.Since.IsZero() {
		n.Since = f.At
	}
	step := f.At.Sub(s.At)
	if s.At.IsZero() || step < 0 || step > unseen {
		step = 0
	}
	known := byName(s.Sources)
	for _, h := range named(f.Sources, l.Sources) {
		v := known[h.Name].next(h, f.At, step, !f.Deaf)
		limit, is := l.Sources[h.Name]
		if !is && v.Mark > 0 {
			limit = l.Others
		}
		v.judge(limit)
		n.Sources = append(n.Sources, v)
	}
	known = byName(s.Destinations)
	for _, h := range f.Destinations {
		was := known[h.Name]
		v := was.next(h, f.At, step, was.Waiting > 0)
		if v.Waiting = h.Waiting; v.Waiting == 0 {
			v.Quiet = 0
		}
		v.judge(l.Destinations)
		n.Destinations = append(n.Destinations, v)
	}
	n.Readers, n.Troubles = f.Parts.judge(byName(s.Readers), f.At, step)
	for _, list := range [][]Voice{n.Sources, n.Destinations, n.Readers} {
		slices.SortFunc(list, func(a, b Voice) int { return cmp.Compare(a.Name, b.Name) })
	}
	return n
}

func byName(voices []Voice) map[string]Voice {
	of := make(map[string]Voice, len(voices))
	for _, v := range voices {
		of[v.Name] = v
	}
	return of
}

// named are those that were found, and those that are named and were not.
func named(found []Heard, limits map[string]time.Duration) []Heard {
	there := make(map[string]bool, len(found))
	for _, h := range found {
		there[h.Name] = true
	}
	all := slices.Clone(found)
	for name := range limits {
		if !there[name] {
			all = append(all, Heard{Name: name})
		}
	}
	return all
}

// next takes in what was found. The step counts where it could have been heard,
// and for nothing where it is looked for the first time.
func (v Voice) next(h Heard, at time.Time, step time.Duration, could bool) Voice {
	fresh := v.Name == ""
	if fresh {
		v.Name, v.Since = h.Name, at
	}
	switch {
	case h.Mark != 0 && h.Mark != v.Mark:
		v.Mark, v.HeardAt, v.Silent = h.Mark, h.At, false
		v.Quiet = min(max(at.Sub(h.At), 0), step)
	case could && !fresh:
		v.Quiet += step
	}
	return v
}

// judge says whether it is silent: once it is, until it is heard. Whom nobody asks
// for any more is not.
func (v *Voice) judge(limit time.Duration) {
	if v.Limit = limit; limit == 0 {
		v.Silent, v.Told = false, false
		return
	}
	v.Silent = v.Silent || v.Quiet > limit
}

// A News is what people are to be told of a voice.
type News struct {
	// Destination says that it is one, and else a source.
	Destination bool
	Voice
}

// News is what nobody was told yet: each silence, and the end of each that was told.
func (s State) News() []News {
	var all []News
	for _, v := range s.Sources {
		if v.Silent != v.Told {
			all = append(all, News{false, v})
		}
	}
	for _, v := range s.Destinations {
		if v.Silent != v.Told {
			all = append(all, News{true, v})
		}
	}
	return all
}

// Told takes note that people were told.
func (s *State) Told(n News) {
	list := s.Sources
	if n.Destination {
		list = s.Destinations
	}
	for i := range list {
		if list[i].Name == n.Name {
			list[i].Told = n.Silent
		}
	}
}

// Idle says that a destination was told nothing for longer than a time, and that
// nothing waits for it.
func (v Voice) Idle(at time.Time, longer time.Duration) bool {
	last := v.Since
	for _, t := range []time.Time{v.HeardAt, v.CalledAt} {
		if t.After(last) {
			last = t
		}
	}
	return v.Waiting == 0 && at.Sub(last) > longer
}

// Called takes note that a destination was sent a heartbeat.
func (s *State) Called(name string, at time.Time) {
	for i := range s.Destinations {
		if s.Destinations[i].Name == name {
			s.Destinations[i].CalledAt = at
		}
	}
}
