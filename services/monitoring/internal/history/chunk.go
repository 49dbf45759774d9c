package history

import (
	"bytes"
	"cmp"
	"encoding/binary"

	"tocsin/services/monitoring/internal/detect"
)

// An instant is an event time: any that a signal may state, not only those that
// can be counted in nanoseconds.
type instant struct {
	sec  int64
	nano uint32
}

func (a instant) compare(b instant) int {
	return cmp.Or(cmp.Compare(a.sec, b.sec), cmp.Compare(a.nano, b.nano))
}

// rank is the instant as bytes that compare as it does.
func (a instant) rank() rank {
	var r rank
	binary.BigEndian.PutUint64(r[:8], uint64(a.sec)^1<<63)
	binary.BigEndian.PutUint32(r[8:], a.nano)
	return r
}

// A chunk is the part of a history that is in memory.
type chunk struct {
	first  uint64 // the number of its first signal
	data   []byte
	places []place
}

// A place is where a signal stands in a chunk.
type place struct {
	instant instant
	from    uint32
	to      uint32
	nth     uint32 // it came as the nth
}

const placeSize = 32

func (c *chunk) add(e *entry, payload []byte) {
	from := len(c.data)
	c.data = append(c.data, payload...)
	c.places = append(c.places, place{e.instant, uint32(from), uint32(len(c.data)), uint32(len(c.places))})
}

func (c *chunk) size() int               { return len(c.data) + placeSize*len(c.places) }
func (c *chunk) payload(p *place) []byte { return c.data[p.from:p.to] }
func (c *chunk) compare(a, b place) int {
	if d := a.instant.compare(b.instant); d != 0 {
		return d
	}
	return comparePayloads(c.payload(&a), c.payload(&b))
}

func (c *chunk) reset(first uint64) {
	c.first, c.data, c.places = first, c.data[:0], c.places[:0]
}

// comparePayloads orders signals of one instant by source, id and content.
func comparePayloads(a, b []byte) int {
	x, _ := detect.HeadOf(a)
	y, _ := detect.HeadOf(b)
	return cmp.Or(bytes.Compare(x.Source, y.Source), bytes.Compare(x.ID, y.ID), bytes.Compare(a, b))
}
