package detect

import (
	"slices"

	"tocsin/pkg/policy"
)

// A result is one probe result.
type result struct {
	at     int64
	prober uint32
	status Status
	mark   mark // with prober: who it was
}

// A verdict is what the probers of one component say together (policy 3.5),
// brought forward result by result in event time.
//
//	          more than half DOWN
//	no spell ────────────────────▶ spell ──── other verdict ────▶ spell, in a gap
//	    ▲                            ▲                                │      │
//	    │                            └────────── DOWN again ──────────┘      │
//	    └──────────────────── the gap has lasted EndsAfter ──────────────────┘
//
// A spell meets the rule once it has been DOWN for long enough, outside a gap
// and with enough DOWN results; having met it, it does so until it is over.
type verdict struct {
	probers []result // the latest of each prober seen, in order of appearance
	time    int64    // of the last step
	spell   bool
	met     bool
	since   int64 // since when it meets the rule, outside a gap
	start   int64 // of the spell
	gap     int64 // since when another verdict holds within the spell, or never
	downs   int   // DOWN results of the spell
	first   int64 // event time of the first of them
	last    newest
	up      int64 // event time of the newest UP result while the verdict was UP
}

// demand is what makes a spell count.
type demand struct {
	policy.Verdict
	downFor int64
}

// pass lets time alone bring the verdict to the instant.
func (v *verdict) pass(h house, d *demand, to int64) {
	for at := v.next(d); at <= to; at = v.next(d) {
		if v.spell && at >= after(v.gap, d.EndsAfter) {
			v.spell, v.met, v.downs, v.last.list = false, false, 0, nil
		}
		v.probers = slices.DeleteFunc(v.probers, func(r result) bool { return r.at <= at-int64(d.Seen) })
		v.judge(h, d, at)
	}
}

// next is when time alone may change the verdict or its spell.
func (v *verdict) next(d *demand) int64 {
	next := never
	for i := range v.probers {
		next = min(next, after(v.probers[i].at, d.Seen))
	}
	if !v.spell {
		return next
	}
	next = min(next, after(v.gap, d.EndsAfter))
	if due := v.start + d.downFor; due > v.time && !v.met {
		next = min(next, due)
	}
	return next
}

// take reads a result that is not before any step taken yet.
func (v *verdict) take(h house, d *demand, r result) {
	i := slices.IndexFunc(v.probers, func(p result) bool {
		return p.prober == r.prober && p.mark.source == r.mark.source
	})
	if i < 0 {
		i = len(v.probers)
		v.probers = append(v.probers, result{at: longAgo})
	}
	if compareResults(h, v.probers[i], r) < 0 {
		v.probers[i] = r
	}
	if v.spell && r.status == StatusDown {
		v.count(h, r)
	}
	v.judge(h, d, max(r.at, v.time))
}

// compareResults orders results by what decides: event time, then UP, then
// source and id.
func compareResults(h house, a, b result) int {
	switch {
	case a.at != b.at && a.at < b.at:
		return -1
	case a.at != b.at:
		return 1
	case a.status == StatusUp && b.status != StatusUp:
		return 1
	case a.status != StatusUp && b.status == StatusUp:
		return -1
	}
	return h.names.compareMarks(a.mark, b.mark)
}

func (v *verdict) count(h house, r result) {
	v.downs++
	v.first = min(v.first, r.at)
	v.last.add(h.names, sample{r.at, r.mark})
}

// tally counts the probers seen, those DOWN and those UP.
func (v *verdict) tally() (seen, down, up int, newestUp int64) {
	newestUp = longAgo
	for i := range v.probers {
		switch v.probers[i].status {
		case StatusDown:
			down++
		case StatusUp:
			up++
			newestUp = max(newestUp, v.probers[i].at)
		}
	}
	return len(v.probers), down, up, newestUp
}

// judge takes the verdict at an instant and moves the spell.
func (v *verdict) judge(h house, d *demand, at int64) {
	v.time = at
	held := v.holds()
	seen, down, up, newestUp := v.tally()
	switch {
	case 2*down > seen && !v.spell:
		v.spell, v.start, v.gap = true, at, never
		v.first, v.last = never, newest{limit: h.rules.Samples}
		for _, p := range v.probers {
			if p.status == StatusDown {
				v.count(h, p)
			}
		}
	case 2*down > seen:
		v.gap = never
	case v.spell && v.gap == never:
		v.gap = at
	}
	v.met = v.met || v.meets(d, at)
	if !held && v.holds() {
		v.since = at
	}
	if 2*up > seen {
		v.up = max(v.up, newestUp)
	}
}

// holds reports whether the rule is met and no other verdict holds now.
func (v *verdict) holds() bool { return v.met && v.gap == never }

// meets reports whether the spell is long and sure enough, and in no gap.
func (v *verdict) meets(d *demand, at int64) bool {
	return v.spell && v.gap == never && v.downs >= d.Results && at >= v.start+d.downFor
}

func (v *verdict) clone() verdict {
	c := *v
	c.probers = slices.Clone(v.probers)
	c.last.list = slices.Clone(v.last.list)
	return c
}

func (v *verdict) code(c *coder) {
	codeResults(c, &v.probers)
	for _, f := range []*bool{&v.spell, &v.met} {
		c.flag(f)
	}
	for _, t := range []*int64{&v.time, &v.since, &v.start, &v.gap, &v.first, &v.up} {
		c.int(t)
	}
	c.size(&v.downs)
	c.size(&v.last.limit)
	v.last.code(c)
}

func codeResults(c *coder, list *[]result) {
	n := c.length(len(*list))
	if c.reading {
		*list = make([]result, n)
	}
	for i := range *list {
		r := &(*list)[i]
		c.int(&r.at)
		c.name(&r.prober)
		c.small((*uint8)(&r.status))
		c.mark(&r.mark)
	}
}
