package detect

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// A refused session was denied or blocked, latest at an instant, as a signal says.
type refused struct {
	at      int64
	session key
	tenant  uint32
	mark    mark
}

// refusals are sessions by their latest refusal. Each stands once.
type refusals struct {
	list   []refused // by event time, then by session
	gone   int       // how many of the list are forgotten already
	latest map[key]int64
}

func compareRefused(a, b refused) int {
	return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.session[:], b.session[:]))
}

// place is where in the list a session of an event time stands, or would.
func (r *refusals) place(f refused) int {
	i, _ := slices.BinarySearchFunc(r.list[r.gone:], f, compareRefused)
	return r.gone + i
}

// add takes in a refusal unless a later one of its session is known.
func (r *refusals) add(n *names, f refused) fate {
	if at, ok := r.latest[f.session]; ok {
		i := r.place(refused{at: at, session: f.session})
		old := r.list[i]
		if old.mark == f.mark {
			return repeatOf(old == f)
		}
		if compareSamples(n, sample{f.at, f.mark}, sample{at, old.mark}) < 0 {
			return counted
		}
		r.list = slices.Delete(r.list, i, i+1)
	}
	r.list = slices.Insert(r.list, r.place(f), f)
	if r.latest == nil {
		r.latest = map[key]int64{}
	}
	r.latest[f.session] = f.at
	return counted
}

// leave forgets what is as old as the floor.
func (r *refusals) leave(floor int64) {
	for ; r.gone < len(r.list) && r.list[r.gone].at <= floor; r.gone++ {
		delete(r.latest, r.list[r.gone].session)
	}
	if r.gone > len(r.list)/2 {
		r.list = slices.Delete(r.list, 0, r.gone)
		r.gone = 0
	}
}

// after are the sessions refused later than the floor; they are lent.
func (r *refusals) after(floor int64) []refused {
	list := r.list[r.gone:]
	i, _ := slices.BinarySearchFunc(list, floor, func(f refused, floor int64) int {
		if f.at <= floor {
			return -1
		}
		return 1
	})
	return list[i:]
}

func (r *refusals) clone() refusals {
	return refusals{list: slices.Clone(r.list[r.gone:]), latest: maps.Clone(r.latest)}
}

func (r *refusals) code(c *coder) {
	n := c.length(len(r.list) - r.gone)
	if c.reading {
		r.list, r.latest = make([]refused, n), make(map[key]int64, n)
	}
	for i := range r.list[r.gone:] {
		f := &r.list[r.gone+i]
		c.int(&f.at)
		c.key(&f.session)
		c.name(&f.tenant)
		c.mark(&f.mark)
		if c.reading {
			r.latest[f.session] = f.at
		}
	}
}
