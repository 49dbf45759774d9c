package detect

import "slices"

// A tried is one failed attempt of one person.
type tried struct {
	at     int64
	person key
	tenant uint32
	mark   noted
}

// attempts are failed attempts in order of event time, and how many people made
// those of two windows that end now, a short one and a long one. The zero value
// holds none.
type attempts struct {
	list        []tried
	gone        int // how many of the list are forgotten already
	short, long crowd
}

// A crowd is a window that ends now: where it begins in the list, and who is in it.
type crowd struct {
	from   int
	people map[key]int32
}

// live is how many are remembered.
func (a *attempts) live() int { return len(a.list) - a.gone }

func (a *attempts) insert(t tried, now, short, long int64) {
	a.leave(now-short, now-long)
	i := len(a.list)
	for i > a.gone && a.list[i-1].at > t.at {
		i--
	}
	a.list = slices.Insert(a.list, i, t)
	a.short.enter(t, now-short)
	a.long.enter(t, now-long)
}

// leave lets go of the attempts that are as old as the windows' floors.
func (a *attempts) leave(short, long int64) {
	a.short.leave(a.list, short)
	a.long.leave(a.list, long)
}

// enter takes in an attempt unless it is as old as the floor.
func (w *crowd) enter(t tried, floor int64) {
	if t.at <= floor {
		w.from++
		return
	}
	if w.people == nil {
		w.people = map[key]int32{}
	}
	w.people[t.person]++
}

// leave lets go of the attempts that are as old as the floor.
func (w *crowd) leave(list []tried, floor int64) {
	for ; w.from < len(list) && list[w.from].at <= floor; w.from++ {
		p := list[w.from].person
		if w.people[p]--; w.people[p] == 0 {
			delete(w.people, p)
		}
	}
}

// next is when the oldest attempt of the window leaves it.
func (w *crowd) next(list []tried, length int64) int64 {
	if w.from == len(list) {
		return never
	}
	return list[w.from].at + length
}

// forget drops the attempts that are as old as the floor, from the windows too.
func (a *attempts) forget(m *marks, floor int64) {
	if a.gone == len(a.list) {
		return
	}
	a.leave(floor, floor)
	for a.gone < len(a.list) && a.list[a.gone].at <= floor {
		m.forget(a.list[a.gone].mark)
		a.gone++
	}
	if a.gone <= len(a.list)/2 {
		return
	}
	a.list = slices.Delete(a.list, 0, a.gone)
	a.short.from -= a.gone
	a.long.from -= a.gone
	a.gone = 0
}

// enough reports whether at least so many attempts of so many people lie in
// (from, to]. It looks no further than it must.
func (a *attempts) enough(from, to int64, attempts, people int) bool {
	seen, n := map[key]bool{}, 0
	for i := len(a.list) - 1; i >= a.gone && a.list[i].at > from; i-- {
		if a.list[i].at > to {
			continue
		}
		if n++; len(seen) < people {
			seen[a.list[i].person] = true
		}
		if n >= attempts && len(seen) >= people {
			return true
		}
	}
	return false
}

// samples are the last of the attempts from a place in the list on, up to an instant.
func (a *attempts) samples(h house, from int, upTo int64) []sample {
	last := newest{limit: h.rules.Samples}
	for i := len(a.list) - 1; i >= from && last.wants(a.list[i].at); i-- {
		if t := &a.list[i]; t.at <= upTo {
			last.add(h.names, sample{t.at, h.marks.get(t.mark)})
		}
	}
	return last.list
}

func (a *attempts) code(c *coder, h house) {
	list := a.list[a.gone:]
	n := c.length(len(list))
	if c.reading {
		list = make([]tried, n)
		a.list = list
	}
	for i := range list {
		list[i].code(c, h)
	}
	for _, w := range [...]*crowd{&a.short, &a.long} {
		from := w.from - a.gone
		c.size(&from)
		if c.reading {
			w.restore(c, list, from)
		}
	}
}

func (t *tried) code(c *coder, h house) {
	c.int(&t.at)
	c.key(&t.person)
	c.name(&t.tenant)
	own := h.marks.get(t.mark)
	if c.mark(&own); c.reading && c.err == nil {
		t.mark = h.marks.note(own)
	}
}

func (w *crowd) restore(c *coder, list []tried, from int) {
	if from < 0 || from > len(list) {
		c.err = errCut
		return
	}
	w.from = from
	w.people = map[key]int32{}
	for _, t := range list[from:] {
		w.people[t.person]++
	}
}
