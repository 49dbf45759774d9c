package detect

import (
	"slices"

	"tocsin/pkg/policy"
)

// result is one probe result.
type result struct {
	at     int64
	prober uint32
	region uint32
	status Status
	took   uint32 // microseconds, 0 if not stated
	mark   mark   // with prober: who it was
}

// A verdict is what the probers of one component say together (policy 3.5),
// brought forward result by result in event time. A spell is of one verdict,
// the one that is demanded: DOWN here, or DEGRADED.
//
//	          more than half DOWN
//	no spell ────────────────────▶ spell ──── other verdict ────▶ spell, in a gap
//	    ▲                            ▲                                │      │
//	    │                            └────────── DOWN again ──────────┘      │
//	    └──────────────────── the gap has lasted EndsAfter ──────────────────┘
//
// A spell meets the rule once it has been DOWN for long enough, outside a gap
// and with enough DOWN results (and, where that is demanded, slow enough);
// having met it, it lasts until it is over.
type verdict struct {
	probers []result // the latest of each prober seen, in order of appearance
	time    int64    // of the last step
	spell   bool
	met     bool  // it has met the rule
	holds   bool  // and meets it now
	since   int64 // since when it does
	start   int64 // of the spell
	gap     int64 // since when another verdict holds within the spell, or never
	results int   // those of the spell that say what is demanded
	first   int64 // event time of the first of them
	last    newest
	up      int64 // event time of the newest UP result while the verdict was UP
	upSince int64 // since when the verdict has been UP without a break, or never
	slowly  spans // only where latencies are demanded
}

// demand is what makes a spell count.
type demand struct {
	policy.Verdict
	status  Status // the verdict that a spell is of
	lasting int64
	regions bool      // regions vote, not probers
	slow    *slowness // nil: whatever the latency
}

func blankVerdict() verdict {
	return verdict{time: longAgo, gap: never, first: never, up: longAgo, upSince: never}
}

// pass lets time alone bring the verdict to the instant.
func (v *verdict) pass(h house, d *demand, to int64) {
	for at := v.next(d); at <= to; at = v.next(d) {
		if v.spell && at >= after(v.gap, d.EndsAfter) {
			v.spell, v.met, v.holds, v.results, v.last.list = false, false, false, 0, nil
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
	if due := v.start + d.lasting; due > v.time && !v.met {
		next = min(next, due)
	} else if d.slow != nil {
		next = min(next, v.slowly.next(d.slow))
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
	if v.spell && r.status == d.status {
		v.count(h, r)
	}
	if d.slow != nil {
		v.slowly.take(r)
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
	v.results++
	v.first = min(v.first, r.at)
	v.last.add(h.names, sample{r.at, r.mark})
}

// judge takes the verdict at an instant and moves the spell.
func (v *verdict) judge(h house, d *demand, at int64) {
	v.time = at
	votes := v.tally(d)
	says := 2*votes.say > votes.seen
	switch {
	case says && !v.spell:
		v.begin(h, d, at)
	case says:
		v.gap = never
	case v.spell && v.gap == never:
		v.gap = at
	}
	if d.slow != nil {
		v.slowly.pass(d.slow, at)
	}
	held := v.holds
	v.holds = v.meets(d, at)
	v.met = v.met || v.holds
	if v.holds && !held {
		v.since = at
	}
	if 2*votes.up <= votes.seen {
		v.upSince = never
		return
	}
	v.up = max(v.up, v.newestUp())
	v.upSince = min(v.upSince, at)
}

// begin starts a spell.
func (v *verdict) begin(h house, d *demand, at int64) {
	v.spell, v.start, v.gap = true, at, never
	v.first, v.last = never, newest{limit: h.rules.Samples}
	for _, p := range v.probers {
		if p.status == d.status {
			v.count(h, p)
		}
	}
	if d.slow != nil {
		v.slowly.usual = d.slow.usual(at)
	}
}

// meets reports whether the spell is long and sure enough, and in no gap.
func (v *verdict) meets(d *demand, at int64) bool {
	return v.spell && v.gap == never && v.results >= d.Results && at >= v.start+d.lasting &&
		(d.slow == nil || v.slowly.met(d.slow, at))
}

func (v *verdict) clone() verdict {
	c := *v
	c.probers = slices.Clone(v.probers)
	c.last.list = slices.Clone(v.last.list)
	c.slowly.lately = slices.Clone(v.slowly.lately)
	return c
}

func (v *verdict) code(c *coder) {
	codeResults(c, &v.probers)
	for _, f := range []*bool{&v.spell, &v.met, &v.holds} {
		c.flag(f)
	}
	for _, t := range []*int64{&v.time, &v.since, &v.start, &v.gap, &v.first, &v.up, &v.upSince} {
		c.int(t)
	}
	c.size(&v.results)
	c.size(&v.last.limit)
	v.last.code(c)
	v.slowly.code(c)
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
		c.name(&r.region)
		c.small((*uint8)(&r.status))
		c.number(&r.took)
		c.mark(&r.mark)
	}
}
