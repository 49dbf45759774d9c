package detect

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// names gives tenants, sources, probers and subjects small numbers. Number 0
// is the empty name.
type names struct {
	ids map[string]uint32
	all []string
}

func newNames() *names {
	return &names{ids: map[string]uint32{"": 0}, all: []string{""}}
}

func (n *names) id(s string) uint32 {
	if id, ok := n.ids[s]; ok {
		return id
	}
	s = strings.Clone(s)
	id := uint32(len(n.all))
	n.ids[s] = id
	n.all = append(n.all, s)
	return id
}

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

// A key stands for two strings together: a tenant's person, a source's signal.
// It is a 128-bit hash, made for speed: ids that come at random do not collide.
// Who may choose ids freely could at most merge things of their own tenant or
// source. Keys are part of snapshots and the same on every machine.
type key [16]byte

func keyOf(a, b string) key {
	x, y := uint64(len(a))^0x9e3779b97f4a7c15, uint64(len(b))^0xc2b2ae3d27d4eb4f
	x, y = stir(x, y, a)
	x, y = stir(x, y, b)
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
