package detect

import "slices"

// A tried is one failed attempt of one person.
type tried struct {
	at     int64
	person key
	tenant uint32
}

// attempts are failed attempts in order of event time, and how many people made
// those of two windows that end now, a short one and a long one.
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

func (a *attempts) insert(t tried, now, short, long int64) {
	a.short.leave(a.list, now-short)
	a.long.leave(a.list, now-long)
	i := len(a.list)
	for i > a.gone && a.list[i-1].at > t.at {
		i--
	}
	a.list = slices.Insert(a.list, i, t)
	a.short.enter(t, now-short)
	a.long.enter(t, now-long)
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

// forget drops the attempts that are as old as the horizon, which lies before
// both windows.
func (a *attempts) forget(horizon int64) {
	for a.gone < len(a.list) && a.list[a.gone].at <= horizon {
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

// between counts the attempts and people in (from, to].
func (a *attempts) between(from, to int64) (n, people int) {
	seen := map[key]bool{}
	for i := len(a.list) - 1; i >= 0 && a.list[i].at > from; i-- {
		if a.list[i].at <= to {
			n++
			seen[a.list[i].person] = true
		}
	}
	return n, len(seen)
}

func (a *attempts) code(c *coder) {
	list := a.list[a.gone:]
	n := c.length(len(list))
	if c.reading {
		list = make([]tried, n)
		a.list = list
	}
	for i := range list {
		c.int(&list[i].at)
		c.key(&list[i].person)
		c.name(&list[i].tenant)
	}
	for _, w := range [...]*crowd{&a.short, &a.long} {
		from := w.from - a.gone
		c.size(&from)
		if c.reading {
			w.restore(c, list, from)
		}
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
