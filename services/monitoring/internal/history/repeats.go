package history

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

const (
	// parts is how many parts the ids are sorted into; one is in memory at a time.
	parts = 256
	// identity is how many bytes are kept of each signal: key, rank, number.
	identity = 16 + 12 + 8
	// block is how many bytes of a part are written together.
	block = 450 * identity
)

// A key stands for a source and an id: 128 bits under seeds that no producer
// knows.
type key [16]byte

// A rank decides which of those with one key stands: the earliest instant; with
// AsGiven it is a hash of the content and the first stands.
type rank [12]byte

// seeds make keys.
type seeds [2]maphash.Seed

func newSeeds() seeds { return seeds{maphash.MakeSeed(), maphash.MakeSeed()} }

func (s *seeds) key(name []byte) (k key) {
	binary.LittleEndian.PutUint64(k[:8], maphash.Bytes(s[0], name))
	binary.LittleEndian.PutUint64(k[8:], maphash.Bytes(s[1], name))
	return k
}

func (s *seeds) content(b []byte) (r rank) {
	binary.LittleEndian.PutUint64(r[:8], maphash.Bytes(s[0], b))
	binary.LittleEndian.PutUint32(r[8:], uint32(maphash.Bytes(s[1], b)))
	return r
}

// repeats finds the signals whose source and id stand for another one.
type repeats struct {
	spill   *spill
	asGiven bool
	parts   [parts]part
}

// A part holds the identities whose keys begin alike: blocks in the temporary
// file, and one in memory.
type part struct {
	written []section
	open    []byte
}

func (r *repeats) add(e *entry, number uint64) error {
	p := &r.parts[e.key[0]]
	if len(p.open) == block {
		at, err := r.spill.append(p.open)
		if err != nil {
			return err
		}
		p.written, p.open = append(p.written, at), p.open[:0]
	}
	p.open = append(p.open, e.key[:]...)
	p.open = append(p.open, e.rank[:]...)
	p.open = binary.LittleEndian.AppendUint64(p.open, number)
	return nil
}

// find marks those of a part that do not stand. At one instant all stand: Each
// compares their content.
func (r *repeats) find(n int, dropped *bitmap, counts *Counts) error {
	stands := map[key]rank{}
	again := false
	err := r.each(n, func(k key, rk rank, number uint64) {
		first, known := stands[k]
		switch {
		case !known:
			stands[k] = rk
		case !r.asGiven:
			again = true
			if bytes.Compare(rk[:], first[:]) < 0 {
				stands[k] = rk
			}
		default:
			dropped.set(number)
			counts.count(rk == first)
		}
	})
	if err != nil || !again {
		return err
	}
	return r.each(n, func(k key, rk rank, number uint64) {
		if rk != stands[k] { // another instant is other content
			dropped.set(number)
			counts.Conflicting++
		}
	})
}

// count counts one that does not stand.
func (c *Counts) count(same bool) {
	if same {
		c.Duplicates++
	} else {
		c.Conflicting++
	}
}

// each goes through a part in the order in which it was added.
func (r *repeats) each(n int, fn func(key, rank, uint64)) error {
	p := &r.parts[n]
	all := func(b []byte) {
		for ; len(b) > 0; b = b[identity:] {
			fn(key(b[:16]), rank(b[16:28]), binary.LittleEndian.Uint64(b[28:]))
		}
	}
	buf := make([]byte, block)
	for _, at := range p.written {
		if _, err := r.spill.file.ReadAt(buf, at.from); err != nil {
			return damaged(err)
		}
		all(buf)
	}
	all(p.open)
	return nil
}

// A bitmap is a set of numbers.
type bitmap []uint64

func (b *bitmap) set(n uint64) {
	for uint64(len(*b)) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b bitmap) has(n uint64) bool {
	return n/64 < uint64(len(b)) && b[n/64]>>(n%64)&1 == 1
}
