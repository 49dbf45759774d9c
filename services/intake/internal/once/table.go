package once

import (
	"encoding/binary"
	"math/bits"
)

// A slot is one thing of a table; its tag is 0 where there is none.
type slot struct {
	key Key
	tag uint32
}

// slotBytes is how large a slot is.
const slotBytes = 16

// A table is keys with their tags, by open addressing: what finds its place taken goes
// to the next free one. It grows by half when it is full to four fifths, so that a
// thing takes 20 to 30 bytes.
type table struct {
	slots []slot
	n     int
}

// firstSlots is how large a table is at first.
const firstSlots = 1024

// find says where the key is, or where it would be, in a table that is not empty.
func (t *table) find(seed uint64, k Key) (at int, is bool) {
	at = t.home(seed, k)
	for {
		switch s := &t.slots[at]; {
		case s.tag == 0:
			return at, false
		case s.key == k:
			return at, true
		}
		if at++; at == len(t.slots) {
			at = 0
		}
	}
}

// home is where the key belongs. The seed is of this process alone: nobody else can
// choose names so that their keys crowd.
func (t *table) home(seed uint64, k Key) int {
	hash := (binary.LittleEndian.Uint64(k[:]) ^ seed) * (seed | 1)
	hi, _ := bits.Mul64(hash, uint64(len(t.slots)))
	return int(hi) //nolint:gosec // less than the length
}

// tag is the key's; 0 if the table does not have it.
func (t *table) tag(seed uint64, k Key) uint32 {
	if t.n == 0 {
		return 0
	}
	at, _ := t.find(seed, k)
	return t.slots[at].tag
}

// add adds a key that the table may have: then the tag stays.
func (t *table) add(seed uint64, k Key, tag uint32) {
	if (t.n+1)*5 > len(t.slots)*4 {
		t.grow(seed)
	}
	at, is := t.find(seed, k)
	if !is {
		t.slots[at], t.n = slot{k, tag}, t.n+1
	}
}

func (t *table) grow(seed uint64) {
	was := t.slots
	t.slots = make([]slot, max(firstSlots, len(was)+len(was)/2))
	for _, s := range was {
		if s.tag != 0 {
			at, _ := t.find(seed, s.key)
			t.slots[at] = s
		}
	}
}
