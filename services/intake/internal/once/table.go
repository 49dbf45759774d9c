package once

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// A slot is one thing of a table; its tag is 0 where there is none.
type slot struct {
	key Key
	tag uint32
}

// slotBytes is how large a slot is.
const slotBytes = 16

// A table is keys with their tags, in parts by the keys' hashes.
type table struct {
	parts [parts]part
	n     int
}

// parts is how many parts a table has. Each grows by itself, so that nobody waits while
// all of a large table is copied; and they begin in different sizes, so that they
// do not grow at the same time.
const parts = 64

// A part is keys by open addressing: what finds its place taken goes to the next free
// one. It grows by half when it is full to four fifths, so that a thing takes 20 to 30
// bytes.
type part struct {
	slots []slot
	n     int
}

// leastSlots is how large a part is at first; the last one is half as large again.
const leastSlots = 16

func firstSlots(i int) int {
	return int(leastSlots * math.Pow(1.5, float64(i)/parts))
}

// hash spreads keys. The seed is of this process alone: nobody else can choose names so
// that their keys crowd.
func hash(seed uint64, k Key) uint64 {
	return (binary.LittleEndian.Uint64(k[:]) ^ seed) * (seed | 1)
}

// place is the part that the hash belongs to, and where there is its place among all.
func place(hash uint64) (i int, rest uint64) { return int(hash >> 58), hash << 6 }

// tag is the key's; 0 if the table does not have it.
func (t *table) tag(seed uint64, k Key) uint32 {
	if t.n == 0 {
		return 0
	}
	i, rest := place(hash(seed, k))
	return t.parts[i].tag(rest, k)
}

// add adds a key that the table may have: then the tag stays, and it says false.
func (t *table) add(seed uint64, k Key, tag uint32) bool {
	i, rest := place(hash(seed, k))
	p := &t.parts[i]
	if (p.n+1)*5 > len(p.slots)*4 {
		p.grow(seed, firstSlots(i))
	}
	if !p.add(rest, k, tag) {
		return false
	}
	t.n++
	return true
}

// remove takes a key away, if the table has it.
func (t *table) remove(seed uint64, k Key) {
	if t.n == 0 {
		return
	}
	i, rest := place(hash(seed, k))
	if t.parts[i].remove(seed, rest, k) {
		t.n--
	}
}

// size is how many slots there are.
func (t *table) size() (n int) {
	for i := range t.parts {
		n += len(t.parts[i].slots)
	}
	return n
}

// find says where the key is, or where it would be, in a part that has slots.
func (p *part) find(rest uint64, k Key) (at int, is bool) {
	home, _ := bits.Mul64(rest, uint64(len(p.slots)))
	at = int(home) //nolint:gosec // less than the length
	for {
		switch s := &p.slots[at]; {
		case s.tag == 0:
			return at, false
		case s.key == k:
			return at, true
		}
		at = p.after(at)
	}
}

func (p *part) tag(rest uint64, k Key) uint32 {
	if p.n == 0 {
		return 0
	}
	at, _ := p.find(rest, k)
	return p.slots[at].tag
}

func (p *part) add(rest uint64, k Key, tag uint32) bool {
	at, is := p.find(rest, k)
	if !is {
		p.slots[at], p.n = slot{k, tag}, p.n+1
	}
	return !is
}

// remove takes a key away, and puts those behind it, which may have found its place
// taken, where they belong now.
func (p *part) remove(seed, rest uint64, k Key) bool {
	if p.n == 0 {
		return false
	}
	at, is := p.find(rest, k)
	if !is {
		return false
	}
	p.slots[at], p.n = slot{}, p.n-1
	for at = p.after(at); p.slots[at].tag != 0; at = p.after(at) {
		s := p.slots[at]
		p.slots[at] = slot{}
		_, rest := place(hash(seed, s.key))
		to, _ := p.find(rest, s.key)
		p.slots[to] = s
	}
	return true
}

// after is the place behind one.
func (p *part) after(at int) int {
	if at++; at == len(p.slots) {
		return 0
	}
	return at
}

func (p *part) grow(seed uint64, first int) {
	was := p.slots
	p.slots = make([]slot, max(first, len(was)+len(was)/2))
	for _, s := range was {
		if s.tag != 0 {
			_, rest := place(hash(seed, s.key))
			at, _ := p.find(rest, s.key)
			p.slots[at] = s
		}
	}
}
