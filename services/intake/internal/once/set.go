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

// Claim adds a key with the tag 1 unless it is known, and says whether it was not.
func (s *Set) Claim(k Key, now time.Time) bool {
	s.turn(now)
	for i := 1; i < len(s.ages); i++ {
		if s.ages[i].tag(s.seed, k) != 0 {
			return false
		}
	}
	return s.ages[0].add(s.seed, k, 1)
}

// Forget takes away a key, which was claimed in vain.
func (s *Set) Forget(k Key) {
	for i := range s.ages {
		s.ages[i].remove(s.seed, k)
	}
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
