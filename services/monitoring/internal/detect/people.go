package detect

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

func (a *attempt) code(c *coder) {
	c.int(&a.at)
	c.small((*uint8)(&a.end))
	if a.end != gotIn && a.end != nothing {
		c.mark(&a.mark)
	}
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

// A person is the latest attempt of one person in the window; its time and who
// it is are the table's.
type person struct {
	tenant uint32
	mark   noted // of failures only
	end    outcome
}

// people are the persons that attempted in a window.
type people struct {
	timed[person]
	unable int
}

// get is the attempt of the person at a place.
func (p *people) get(h house, i uint32) attempt {
	it := &p.list[i]
	return attempt{at: it.at, end: it.val.end, mark: h.marks.get(it.val.mark)}
}

// put makes an attempt the person's latest.
func (p *people) put(h house, i uint32, a attempt) {
	it := &p.list[i]
	p.count(it.val.end, -1)
	h.marks.forget(it.val.mark)
	it.at, it.val.end, it.val.mark = a.at, a.end, h.note(a)
	p.count(a.end, 1)
}

// join takes in a person who is not there.
func (p *people) join(h house, k key, tenant uint32, a attempt) {
	p.count(a.end, 1)
	p.add(k, a.at, person{tenant: tenant, mark: h.note(a), end: a.end})
}

func (p *people) count(end outcome, n int) {
	if end == unable {
		p.unable += n
	}
}

// part lets go of what is kept of a person who leaves.
func (p *people) part(h house, it *item[person]) {
	p.count(it.val.end, -1)
	h.marks.forget(it.val.mark)
}

// note keeps the mark of a failure.
func (h house) note(a attempt) noted {
	if a.end == gotIn {
		return 0
	}
	return h.marks.note(a.mark)
}

// code writes the people in the order of their keys.
func (p *people) code(h house, c *coder) {
	if c.reading {
		n := c.length(0)
		p.reserve(n)
		for range n {
			p.read(h, c)
		}
		return
	}
	codeTable(c, &p.timed, h.marks, func(c *coder, it *item[person], m *marks) {
		a := attempt{at: it.at, end: it.val.end, mark: m.get(it.val.mark)}
		c.key(&it.key)
		c.name(&it.val.tenant)
		a.code(c)
	})
}

func (p *people) read(h house, c *coder) {
	var k key
	var tenant uint32
	var a attempt
	c.key(&k)
	c.name(&tenant)
	if a.code(c); c.err == nil {
		p.join(h, k, tenant, a)
	}
}
