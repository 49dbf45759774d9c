package detect

import (
	"encoding/binary"
	"slices"
)

// outcome is how a person's latest attempt ended.
type outcome uint8

const (
	nothing outcome = iota
	gotIn
	ownFault // failed for the person's own reason
	unable
)

// An attempt is one attempt as 3.1 compares it.
type attempt struct {
	at   int64
	end  outcome
	mark mark // of failures only
}

// later reports whether a decides rather than b: the higher event time; at the
// same time a success, then the greater source and id.
func (n *names) later(a, b attempt) bool {
	if a.at != b.at {
		return a.at > b.at
	}
	if a.end == gotIn || b.end == gotIn {
		return a.end == gotIn && b.end != gotIn
	}
	return n.compareMarks(a.mark, b.mark) > 0
}

// A person is the latest attempt of one person in the window.
type person struct {
	key    key
	at     int64
	queued int64 // the instant under which the person stands in the queue
	tenant uint32
	end    outcome
}

// people are the persons that attempted in a window, flat: an open-addressed
// index over a list, marks kept for failures only.
type people struct {
	index []uint32 // place in list + 1; 0: empty
	list  []person
	free  []uint32
	marks map[uint32]mark
	queue agenda[uint32] // each person once; queued may lag behind at
	live  int
}

func slotOf(k key, size int) int {
	return int(binary.LittleEndian.Uint64(k[:8]) & uint64(size-1))
}

// find gives the person's place in the list.
func (p *people) find(k key) (uint32, bool) {
	if len(p.index) == 0 {
		return 0, false
	}
	for i := slotOf(k, len(p.index)); ; i = (i + 1) & (len(p.index) - 1) {
		at := p.index[i]
		if at == 0 {
			return 0, false
		}
		if p.list[at-1].key == k {
			return at - 1, true
		}
	}
}

func (p *people) get(i uint32) attempt {
	a := attempt{at: p.list[i].at, end: p.list[i].end}
	if a.end != gotIn {
		a.mark = p.marks[i]
	}
	return a
}

func (p *people) set(i uint32, a attempt) {
	was := p.list[i].end
	p.list[i].at, p.list[i].end = a.at, a.end
	if a.end == gotIn {
		p.unmark(i, was)
		return
	}
	if p.marks == nil {
		p.marks = map[uint32]mark{}
	}
	p.marks[i] = a.mark
}

// unmark drops the mark of a person whose attempt ended so, if it has one.
func (p *people) unmark(i uint32, end outcome) {
	if end == ownFault || end == unable {
		delete(p.marks, i)
	}
}

func (p *people) add(k key, tenant uint32, a attempt) {
	if (p.live+1)*4 > len(p.index)*3 {
		p.grow()
	}
	var i uint32
	if n := len(p.free); n > 0 {
		i, p.free = p.free[n-1], p.free[:n-1]
	} else {
		i = uint32(len(p.list))
		p.list = append(p.list, person{})
	}
	p.list[i] = person{key: k, tenant: tenant, queued: a.at}
	p.set(i, a)
	p.place(i)
	p.live++
	p.queue.push(a.at, i)
}

func (p *people) place(at uint32) {
	i := slotOf(p.list[at].key, len(p.index))
	for p.index[i] != 0 {
		i = (i + 1) & (len(p.index) - 1)
	}
	p.index[i] = at + 1
}

func (p *people) grow() {
	p.index = make([]uint32, max(8, 2*len(p.index)))
	for i := range p.list {
		if p.list[i].end != nothing {
			p.place(uint32(i))
		}
	}
}

// leave takes out the next person whose latest attempt is not after the floor,
// if there is one.
func (p *people) leave(floor int64) (person, attempt, bool) {
	for p.queue.first() <= floor {
		i := p.queue.pop()
		if at := p.list[i].at; at > p.list[i].queued {
			p.list[i].queued = at
			p.queue.push(at, i)
			continue
		}
		gone, a := p.list[i], p.get(i)
		p.remove(i)
		return gone, a, true
	}
	return person{}, attempt{}, false
}

func (p *people) remove(at uint32) {
	size := len(p.index)
	i := slotOf(p.list[at].key, size)
	for p.index[i] != at+1 {
		i = (i + 1) & (size - 1)
	}
	for j := (i + 1) & (size - 1); p.index[j] != 0; j = (j + 1) & (size - 1) {
		home := slotOf(p.list[p.index[j]-1].key, size)
		if (j-home)&(size-1) >= (j-i)&(size-1) {
			p.index[i] = p.index[j]
			i = j
		}
	}
	p.index[i] = 0
	p.unmark(at, p.list[at].end)
	p.list[at] = person{}
	p.free = append(p.free, at)
	p.live--
	if p.live == 0 {
		*p = people{}
	}
}

// code writes the people in the order of their keys.
func (p *people) code(c *coder) {
	n := c.length(p.live)
	if c.reading {
		for range n {
			var k key
			var tenant uint32
			var a attempt
			codePerson(c, &k, &tenant, &a)
			if c.err == nil {
				p.add(k, tenant, a)
			}
		}
		return
	}
	order := make([]uint32, 0, n)
	for i := range p.list {
		if p.list[i].end != nothing {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return slices.Compare(p.list[a].key[:], p.list[b].key[:])
	})
	for _, i := range order {
		a := p.get(i)
		codePerson(c, &p.list[i].key, &p.list[i].tenant, &a)
	}
}

func codePerson(c *coder, k *key, tenant *uint32, a *attempt) {
	c.key(k)
	c.name(tenant)
	a.code(c)
}

func (a *attempt) code(c *coder) {
	c.int(&a.at)
	c.small((*uint8)(&a.end))
	if a.end != gotIn && a.end != nothing {
		c.mark(&a.mark)
	}
}
