package detect

import (
	"crypto/sha256"
	"encoding/binary"
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

// compareMarks orders by source, then id.
func (n *names) compareMarks(a, b mark) int {
	if a.source != b.source {
		return strings.Compare(n.all[a.source], n.all[b.source])
	}
	return strings.Compare(a.id, b.id)
}

// A key stands for two strings together: a tenant's person, a source's signal.
// Keys are as good as the strings: they collide as rarely as SHA-256 cut to
// 128 bits does.
type key [16]byte

func keyOf(a, b string) key {
	var buf [128]byte
	t := binary.BigEndian.AppendUint32(buf[:0], uint32(len(a)))
	t = append(t, a...)
	t = append(t, b...)
	sum := sha256.Sum256(t)
	return key(sum[:16])
}
