package once

import (
	"math/rand/v2"
	"time"
)

// generations is how many ages are told apart.
const generations = 3

// A Set is what was stored lately.
type Set struct {
	span time.Duration // of a generation
	most int           // things in a generation
	seed uint64

	ages  [generations]table // newest first
	since time.Time          // when the newest began
}

// New returns a set that knows a thing for at least the window, and at most so many
// things.
func New(window time.Duration, most int) *Set {
	return &Set{span: window / (generations - 1), most: max(1, most/generations), seed: rand.Uint64()} //nolint:gosec // spreads keys; nothing secret hangs on it alone
}

// Tag is the tag that the key was added with; 0 if it is not known. What was known may
// be known still when the window is over.
func (s *Set) Tag(k Key) uint32 {
	for i := range s.ages {
		if tag := s.ages[i].tag(s.seed, k); tag != 0 {
			return tag
		}
	}
	return 0
}

// Add makes a key known from now on; one that is known keeps its tag, and is known
// for a window from now. A tag of 0 is 1. Now does not run back.
func (s *Set) Add(k Key, tag uint32, now time.Time) {
	s.turn(now)
	if known := s.Tag(k); known != 0 {
		tag = known
	}
	s.ages[0].add(s.seed, k, max(1, tag))
}

// turn begins a generation where the newest is old enough, or full.
func (s *Set) turn(now time.Time) {
	switch age := now.Sub(s.since); {
	case age >= generations*s.span: // all are too old
		s.ages, s.since = [generations]table{}, now
	case age >= s.span || s.ages[0].n >= s.most:
		copy(s.ages[1:], s.ages[:generations-1])
		s.ages[0], s.since = table{}, now
	}
}

// Len is how many things are known; one that was added in two generations counts twice.
func (s *Set) Len() (n int) {
	for i := range s.ages {
		n += s.ages[i].n
	}
	return n
}

// Bytes is how much memory the things take.
func (s *Set) Bytes() (n int) {
	for i := range s.ages {
		n += s.ages[i].size() * slotBytes
	}
	return n
}

// A Draft is things that are to be added to a set together, or not at all. It goes with
// its set, by the same goroutine.
type Draft struct {
	set  *Set
	has  table
	list []Key
}

// Draft returns one that has nothing yet.
func (s *Set) Draft() *Draft { return &Draft{set: s} }

// Add takes a key, and says false if the set knows it or the draft has it.
func (d *Draft) Add(k Key) bool {
	if d.set.Tag(k) != 0 || !d.has.add(d.set.seed, k, 1) {
		return false
	}
	d.list = append(d.list, k)
	return true
}

// Keep adds to the set what the draft has, with the tag 1.
func (d *Draft) Keep(now time.Time) {
	for _, k := range d.list {
		d.set.turn(now)
		d.set.ages[0].add(d.set.seed, k, 1)
	}
}

// Clear begins anew.
func (d *Draft) Clear() {
	d.has.empty()
	d.list = d.list[:0]
}
