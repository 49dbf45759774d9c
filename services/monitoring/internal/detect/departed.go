package detect

import (
	"cmp"
	"slices"
)

// A departure is a person whose latest attempt left the window, at that
// attempt's time and a window.
type departure struct {
	at     int64 // of the attempt
	unable bool
}

// departures are those of the last few minutes, in no order: a share that a
// late signal shows to be crossed may have been so only since they left.
type departures struct {
	list []departure
	full int // at how many to look for old ones
}

func (d *departures) add(p departure) { d.list = append(d.list, p) }

// forget drops those of attempts as old as the floor, when there are twice as
// many as the last time.
func (d *departures) forget(floor int64) {
	if len(d.list) < d.full {
		return
	}
	d.list = d.after(d.list[:0], floor)
	d.full = 2*len(d.list) + atOnce
}

// after appends to a list those of attempts after an instant.
func (d *departures) after(list []departure, at int64) []departure {
	for _, p := range d.list {
		if p.at > at {
			list = append(list, p)
		}
	}
	return list
}

func sortDepartures(list []departure) {
	slices.SortFunc(list, func(a, b departure) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(flag(a.unable), flag(b.unable)))
	})
}

// code codes those of attempts after the floor.
func (d *departures) code(c *coder, floor int64) {
	if c.reading {
		d.list = make([]departure, c.length(0))
		for i := range d.list {
			d.list[i].code(c)
		}
		return
	}
	list := d.after(nil, floor)
	c.length(len(list))
	c.later(func(c *coder) {
		sortDepartures(list)
		for i := range list {
			list[i].code(c)
		}
	})
}

func (p *departure) code(c *coder) {
	c.int(&p.at)
	c.flag(&p.unable)
}
