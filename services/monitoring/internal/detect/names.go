package detect

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// names gives tenants, sources, probers and subjects small numbers, in the
// order in which they come. Number 0 is the empty name.
type names struct {
	index []uint32 // number + 1, by hash; 0: empty
	tags  []uint32 // the upper half of the hash that stands there
	all   []string
}

func newNames() *names { return &names{all: []string{""}} }

// id gives the name's number; a new name is copied.
func (n *names) id(s string) uint32 {
	if s == "" {
		return 0
	}
	id, place, tag := n.look(s)
	if id != 0 {
		return id
	}
	if len(n.all)*4 > len(n.index)*3 {
		n.grow()
		_, place, tag = n.look(s)
	}
	id = uint32(len(n.all))
	n.index[place], n.tags[place] = id+1, tag
	n.all = append(n.all, strings.Clone(s))
	return id
}

// known gives a name's number if it has one.
func (n *names) known(s string) (uint32, bool) {
	if s == "" {
		return 0, true
	}
	id, _, _ := n.look(s)
	return id, id != 0
}

// look gives the name's number, or 0 and the place for a new one.
func (n *names) look(s string) (id uint32, place uint64, tag uint32) {
	h := hashText(s)
	tag = uint32(h >> 32)
	if len(n.index) == 0 {
		return 0, 0, tag
	}
	mask := uint64(len(n.index) - 1)
	for place = h & mask; n.index[place] != 0; place = (place + 1) & mask {
		if n.tags[place] == tag && n.all[n.index[place]-1] == s {
			return n.index[place] - 1, place, tag
		}
	}
	return 0, place, tag
}

func (n *names) grow() {
	size := max(16, 2*len(n.index))
	n.index, n.tags = make([]uint32, size), make([]uint32, size)
	for i, s := range n.all[1:] {
		_, place, tag := n.look(s)
		n.index[place], n.tags[place] = uint32(i)+2, tag
	}
}

func hashText(s string) uint64 {
	x, y := stir(uint64(len(s))^0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, s)
	return fold(x^y>>32, 0xff51afd7ed558ccd)
}

// A key stands for a name and a string: a tenant's person, a source's signal.
// It is a 128-bit hash, made for speed: ids that come at random do not collide.
// Who may choose ids freely could at most merge things of their own tenant or
// source. The same input gives the same keys on every machine.
type key [16]byte

func keyOf(name uint32, s string) key {
	x, y := uint64(name)^0x9e3779b97f4a7c15, uint64(len(s))^0xc2b2ae3d27d4eb4f
	x, y = stir(x, y, s)
	x, y = fold(x^y>>32, 0xff51afd7ed558ccd), fold(y^x>>32, 0xc4ceb9fe1a85ec53)
	var k key
	binary.LittleEndian.PutUint64(k[:8], x)
	binary.LittleEndian.PutUint64(k[8:], y)
	return k
}

// stir takes eight bytes at a time into both lanes.
func stir(x, y uint64, s string) (uint64, uint64) {
	for len(s) > 0 {
		var word uint64
		if len(s) >= 8 {
			word = uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
				uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
			s = s[8:]
		} else {
			for i := range len(s) {
				word |= uint64(s[i]) << (8 * i)
			}
			s = ""
		}
		x = fold(x^word, 0xa0761d6478bd642f) + y
		y = fold(y^bits.RotateLeft64(word, 29), 0xe7037ed1a0b428db) ^ x
	}
	return x, y
}

// fold multiplies to 128 bits and lays one half over the other.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
