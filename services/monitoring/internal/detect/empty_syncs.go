package detect

import (
	"cmp"
	"slices"
	"time"
)

// An emptyRow is the unbroken row of syncs that brought nothing where items
// were expected: those after the last sync with items.
//
// It holds the syncs of one expiry, which late ones may still cut short, and the
// last few beyond that as evidence; the first is remembered by its time. A sync
// with items empties it, so nothing grows where a provider does well.
type emptyRow struct {
	items   int64    // event time of the last sync with items, longAgo if none
	first   int64    // of the first of the row, never if it is empty
	last    int64    // of the last of the row, longAgo if it is empty
	row     []sample // in order of event time, source and id
	ignored []sample // empty ones with nothing expected, as long as items is longAgo
}

func newEmptyRow() emptyRow { return emptyRow{items: longAgo, first: never, last: longAgo} }

// heard is the event time of the last relevant sync.
func (r *emptyRow) heard() int64 { return max(r.items, r.last) }

// spans is how long the row is, from its first sync to its last.
func (r *emptyRow) spans() time.Duration {
	if r.first == never {
		return 0
	}
	return time.Duration(r.last - r.first)
}

// reaches reports whether there is a row, and at least so long a one.
func (r *emptyRow) reaches(d time.Duration) bool { return r.first != never && r.spans() >= d }

// take reads one sync.
func (r *emptyRow) take(n *names, s sample, sync *IntegrationSync) fate {
	if sync.Present > 0 {
		return r.full(n, s.at)
	}
	return r.empty(n, s, sync.Expected > 0)
}

// full takes a sync with items: the row begins anew after it. The first such
// sync shows that items were expected by all that followed it.
func (r *emptyRow) full(n *names, at int64) fate {
	if at <= r.items {
		return fateOf(at == r.items)
	}
	for _, s := range r.ignored {
		r.row = insertSample(n, r.row, s)
	}
	r.ignored, r.items = nil, at
	r.row = slices.DeleteFunc(r.row, func(s sample) bool { return s.at <= at })
	r.first, r.last = never, longAgo
	if len(r.row) > 0 {
		r.first, r.last = r.row[0].at, r.row[len(r.row)-1].at
	}
	return counted
}

// fateOf is counted, or too late.
func fateOf(counts bool) fate {
	if counts {
		return counted
	}
	return stale
}

// empty takes a sync that brought nothing.
func (r *emptyRow) empty(n *names, s sample, expected bool) fate {
	switch {
	case s.at <= r.items:
		return fateOf(s.at == r.items)
	case !expected && r.items == longAgo:
		r.ignored = insertSample(n, r.ignored, s)
		return unread
	}
	if i := len(r.row) - 1; i >= 0 && r.row[i].mark == s.mark {
		return repeatOf(r.row[i].at == s.at)
	}
	before := len(r.row)
	if r.row = insertSample(n, r.row, s); len(r.row) == before {
		return repeated
	}
	r.first, r.last = min(r.first, s.at), max(r.last, s.at)
	return counted
}

// forget drops what is as old as the floor, but for the last few of the row.
func (r *emptyRow) forget(floor int64, few int) {
	old, _ := slices.BinarySearchFunc(r.row, floor+1, atSample)
	r.row = slices.Delete(r.row, 0, max(0, min(old, len(r.row)-few)))
	old, _ = slices.BinarySearchFunc(r.ignored, floor+1, atSample)
	r.ignored = slices.Delete(r.ignored, 0, old)
}

func atSample(s sample, at int64) int { return cmp.Compare(s.at, at) }

// insertSample puts a sample in its place, unless it stands there.
func insertSample(n *names, list []sample, s sample) []sample {
	i, found := slices.BinarySearchFunc(list, s, func(a, b sample) int { return compareSamples(n, a, b) })
	if found {
		return list
	}
	return slices.Insert(list, i, s)
}

// upTo is the row as it was at an instant: without what came later.
func (r *emptyRow) upTo(at int64) emptyRow {
	later := func(s sample) bool { return s.at > at }
	out := *r
	out.row = slices.DeleteFunc(slices.Clone(r.row), later)
	out.ignored = slices.DeleteFunc(slices.Clone(r.ignored), later)
	return out
}

func (r *emptyRow) code(c *coder) {
	c.int(&r.items)
	c.int(&r.first)
	c.int(&r.last)
	codeSamples(c, &r.row)
	codeSamples(c, &r.ignored)
}
