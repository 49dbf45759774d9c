package detect

import (
	"bytes"
	"slices"
)

// keptPeople is the set that was counted at a raise, as signals that came
// later, with event times up to then, have changed it since.
type keptPeople struct {
	at        int64
	floor     int64 // exclusive lower end of the window then
	clock     int64 // how far time was: whoever is there only by later attempts was not there
	unable    int
	attempted int
	was       pasts // those that stand otherwise in the window now
}

// A past is how a person stood at a raise.
type past struct {
	who key
	attempt
}

// pasts are how people stood, in a list that can be copied at once.
type pasts struct {
	index map[key]int
	list  []past
}

func (p *pasts) get(who key) (attempt, bool) {
	i, ok := p.index[who]
	if !ok {
		return attempt{}, false
	}
	return p.list[i].attempt, true
}

func (p *pasts) set(who key, a attempt) {
	if i, ok := p.index[who]; ok {
		p.list[i].attempt = a
		return
	}
	if p.index == nil {
		p.index = map[key]int{}
	}
	p.index[who] = len(p.list)
	p.list = append(p.list, past{who, a})
}

// take lets a new attempt change the kept set, or else keeps the set from
// changing with the window. now is how the person stands in the window. It
// reports whether the attempt now stands in the set.
func (k *keptPeople) take(n *names, who key, now, a attempt) bool {
	was, differs := k.was.get(who)
	fresh := !differs && now.end != nothing && now.at > k.clock // first heard of since the raise
	switch {
	case fresh:
		differs = true
	case !differs:
		was = now
	}
	if a.at > k.at {
		if !differs && (now.end != nothing || a.at <= k.clock) {
			k.was.set(who, was)
		}
		return false
	}
	if a.at <= k.floor || was.end != nothing && !n.later(a, was) {
		return false
	}
	k.unable += count(a) - count(was)
	if was.end == nothing {
		k.attempted++
	}
	if differs {
		k.was.set(who, a)
	}
	return true
}

// leave keeps how a person stood who leaves the window.
func (k *keptPeople) leave(who key, a attempt) {
	if _, differs := k.was.get(who); !differs && a.at <= k.clock {
		k.was.set(who, a)
	}
}

func (k *keptPeople) code(c *coder) {
	c.int(&k.at)
	c.int(&k.floor)
	c.int(&k.clock)
	c.size(&k.unable)
	c.size(&k.attempted)
	n := c.length(len(k.was.list))
	if c.reading {
		for range n {
			var p past
			p.code(c)
			k.was.set(p.who, p.attempt)
		}
		return
	}
	list := slices.Clone(k.was.list)
	c.later(func(c *coder) {
		slices.SortFunc(list, func(a, b past) int { return bytes.Compare(a.who[:], b.who[:]) })
		for i := range list {
			list[i].code(c)
		}
	})
}

func (p *past) code(c *coder) {
	c.key(&p.who)
	p.attempt.code(c)
}
