package detect

import (
	"maps"
	"slices"
	"strings"
)

// A mark is the identity of one signal.
type mark struct {
	source uint32
	id     string
}

// clone gives a mark that does not hold on to the signal's memory.
func (m mark) clone() mark { return mark{m.source, strings.Clone(m.id)} }

// compareMarks orders by source, then id.
func (n *names) compareMarks(a, b mark) int {
	if a.source != b.source {
		return strings.Compare(n.all[a.source], n.all[b.source])
	}
	return strings.Compare(a.id, b.id)
}

// A noted is the place of a mark among many, 0 for none.
type noted uint32

// marks keep the identities of many signals in one piece, without a string each.
type marks struct {
	slots []slot
	free  noted
	long  map[noted]string // ids that no slot holds
}

type slot struct {
	source uint32 // of a free one: the next free one
	length uint8  // longID: in long
	id     [35]byte
}

const longID = 255

// note keeps a mark.
func (m *marks) note(own mark) noted {
	if len(m.slots) == 0 {
		m.slots = append(m.slots, slot{}) // none has place 0
	}
	at := m.free
	if at != 0 {
		m.free = noted(m.slots[at].source)
	} else {
		at = noted(len(m.slots))
		m.slots = append(m.slots, slot{})
	}
	s := &m.slots[at]
	s.source = own.source
	if len(own.id) <= len(s.id) {
		s.length = uint8(copy(s.id[:], own.id))
		return at
	}
	s.length = longID
	if m.long == nil {
		m.long = map[noted]string{}
	}
	m.long[at] = strings.Clone(own.id)
	return at
}

// forget frees a place.
func (m *marks) forget(at noted) {
	if at == 0 {
		return
	}
	if m.slots[at].length == longID {
		delete(m.long, at)
	}
	m.slots[at] = slot{source: uint32(m.free)}
	m.free = at
}

// get gives the mark at a place.
func (m *marks) get(at noted) mark {
	if at == 0 {
		return mark{}
	}
	s := &m.slots[at]
	if s.length == longID {
		return mark{s.source, m.long[at]}
	}
	return mark{s.source, string(s.id[:s.length])}
}

// compare orders a kept mark and another like compareMarks.
func (m *marks) compare(n *names, at noted, other mark) int {
	if at == 0 {
		return n.compareMarks(mark{}, other)
	}
	s := &m.slots[at]
	if s.length == longID || s.source != other.source {
		return n.compareMarks(m.get(at), other)
	}
	if id := s.id[:s.length]; string(id) == other.id {
		return 0
	} else if string(id) < other.id {
		return -1
	}
	return 1
}

func (m *marks) clone() *marks {
	return &marks{slots: slices.Clone(m.slots), free: m.free, long: maps.Clone(m.long)}
}
