package detect

import (
	"math"
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// usualOf bounds the memory of one component: what is usual is the median of
// at most so many latencies, the newest of their window.
const usualOf = 1 << 15

// A latency is how long the component took in one result.
type latency struct {
	at   int64
	took uint32 // microseconds
}

// tookOf gives whole microseconds, at most 71 minutes; 0 where none is stated.
func tookOf(ms float64) uint32 {
	switch us := ms * 1000; {
	case us >= math.MaxUint32:
		return math.MaxUint32
	case us > 0:
		return uint32(us)
	}
	return 0
}

// slowness is what makes a spell of DEGRADED count: the median latency of the
// window that ends now, beside the median of the time before the spell.
type slowness struct {
	policy.Core
	before []latency // of all results since Core.Median before the settled verdict, by at, then took
}

// spans are the latencies that a verdict keeps.
type spans struct {
	lately []latency // of the results in the window that ends at the last step, by at
	usual  int64     // twice the median before the spell, 0 if there was none
}

// remember notes a result's latency, and gives up what no spell can ask for
// that starts at settled or later.
func (s *slowness) remember(r result, settled int64) {
	if r.took == 0 {
		return
	}
	l := latency{r.at, r.took}
	place, _ := slices.BinarySearchFunc(s.before, l, compareLatencies)
	s.before = slices.Insert(s.before, place, l)
	if settled == longAgo {
		return
	}
	cut := s.from(settled - int64(s.Median) + 1)
	s.before = s.before[max(cut, s.from(settled)-usualOf):]
}

// from is the place of the first latency that is not before the instant.
func (s *slowness) from(at int64) int {
	place, _ := slices.BinarySearchFunc(s.before, latency{at: at}, compareLatencies)
	return place
}

func compareLatencies(a, b latency) int {
	switch {
	case a.at < b.at:
		return -1
	case a.at > b.at:
		return 1
	}
	return int(int64(a.took) - int64(b.took))
}

// usual is twice the median of the latencies before a spell that starts then.
func (s *slowness) usual(start int64) int64 {
	end := s.from(start)
	return twiceMedian(s.before[min(max(s.from(start-int64(s.Median)+1), end-usualOf), end):end])
}

// twiceMedian is exact where the median is half a microsecond; 0 of nothing.
func twiceMedian(list []latency) int64 {
	if len(list) == 0 {
		return 0
	}
	var few [64]uint32
	sorted := few[:0]
	for _, l := range list {
		sorted = append(sorted, l.took)
	}
	slices.Sort(sorted)
	n := len(sorted)
	return int64(sorted[(n-1)/2]) + int64(sorted[n/2])
}

func (v *spans) take(r result) {
	if r.took > 0 {
		v.lately = append(v.lately, latency{r.at, r.took})
	}
}

// pass lets the latencies go that have left the window which ends at an instant.
func (v *spans) pass(s *slowness, at int64) {
	n := 0
	for n < len(v.lately) && v.lately[n].at <= at-int64(s.DegradedFor) {
		n++
	}
	v.lately = v.lately[n:]
}

// next is when the first of them leaves.
func (v *spans) next(s *slowness) int64 {
	if len(v.lately) == 0 {
		return never
	}
	return after(v.lately[0].at, s.DegradedFor)
}

// met reports whether the component is slow at an instant that is not before
// the last step, and much slower than usual.
func (v *spans) met(s *slowness, at int64) bool {
	left := *v
	left.pass(s, at)
	twice := twiceMedian(left.lately)
	return v.usual > 0 && twice*int64(time.Microsecond/2) >= int64(s.Latency) && twice/int64(s.Times) >= v.usual
}

func (v *spans) code(c *coder) {
	codeLatencies(c, &v.lately)
	c.int(&v.usual)
}

func codeLatencies(c *coder, list *[]latency) {
	n := c.length(len(*list))
	if c.reading {
		*list = make([]latency, n)
	}
	for i := range *list {
		c.int(&(*list)[i].at)
		c.number(&(*list)[i].took)
	}
}
