package history

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"tocsin/services/monitoring/internal/detect"
)

// A record is one signal as it was written down.
type record struct {
	number  uint64
	instant instant
	head    detect.Head
	payload []byte
}

// A cursor goes through one sorted run, in the temporary file or in memory.
type cursor struct {
	record
	file *bufio.Reader
	buf  []byte
	held *chunk
	next int
}

// advance goes to the next record; io.EOF after the last.
func (c *cursor) advance() (err error) {
	if c.held != nil {
		if c.next == len(c.held.places) {
			return io.EOF
		}
		p := &c.held.places[c.next]
		c.next++
		c.number, c.payload = c.held.first+uint64(p.nth), c.held.payload(p)
	} else if err := c.read(); err != nil {
		return err
	}
	if c.head, err = detect.HeadOf(c.payload); err != nil {
		return damaged(err)
	}
	c.instant = instant{c.head.At.Unix(), uint32(c.head.At.Nanosecond())}
	return nil
}

func (c *cursor) read() error {
	number, err := binary.ReadUvarint(c.file)
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	n, err2 := binary.ReadUvarint(c.file)
	if err := errors.Join(err, err2); err != nil {
		return damaged(err)
	}
	if uint64(cap(c.buf)) < n {
		c.buf = make([]byte, n, 2*n)
	}
	c.number, c.payload = number, c.buf[:n]
	if _, err := io.ReadFull(c.file, c.payload); err != nil {
		return damaged(err)
	}
	return nil
}

// compare orders cursors by what they stand at.
func (c *cursor) compare(d *cursor) int {
	if o := c.instant.compare(d.instant); o != 0 {
		return o
	}
	if o := bytes.Compare(c.head.Source, d.head.Source); o != 0 {
		return o
	}
	if o := bytes.Compare(c.head.ID, d.head.ID); o != 0 {
		return o
	}
	return bytes.Compare(c.payload, d.payload)
}

// cursors is a heap, the first on top; with AsGiven a queue.
type cursors struct {
	list    []*cursor
	asGiven bool
}

func (c *cursors) Len() int           { return len(c.list) }
func (c *cursors) Less(i, j int) bool { return c.list[i].compare(c.list[j]) < 0 }
func (c *cursors) Swap(i, j int)      { c.list[i], c.list[j] = c.list[j], c.list[i] }
func (c *cursors) Push(any)           {} // none comes later
func (c *cursors) Pop() any           { c.list = c.list[:len(c.list)-1]; return nil }

// open stands a cursor at the first record of every run.
func (h *History) open() (*cursors, error) {
	all := &cursors{asGiven: h.opts.AsGiven}
	buffer := min(256<<10, max(16<<10, h.opts.Memory/2/(len(h.runs)+1)))
	for _, run := range h.runs {
		all.list = append(all.list, &cursor{file: h.spill.reader(run, buffer)})
	}
	if len(h.chunk.places) > 0 {
		all.list = append(all.list, &cursor{held: &h.chunk})
	}
	for _, c := range all.list {
		if err := c.advance(); err != nil {
			return nil, err
		}
	}
	if !all.asGiven {
		heap.Init(all)
	}
	return all, nil
}

// step takes the first cursor to its next record.
func (c *cursors) step() error {
	err := c.list[0].advance()
	switch {
	case errors.Is(err, io.EOF) && c.asGiven:
		c.list = c.list[1:]
	case errors.Is(err, io.EOF):
		c.Swap(0, len(c.list)-1)
		c.Pop()
		if len(c.list) > 0 {
			heap.Fix(c, 0)
		}
	case err != nil:
		return err
	case !c.asGiven:
		heap.Fix(c, 0)
	}
	return nil
}

// Each hands out every signal that stands, with the bytes that came with it,
// in the order of detect.Compare or as they were given. It ends with the first
// error of yield.
func (h *History) Each(yield func(s *detect.Signal, with []byte) error) error {
	all, err := h.open()
	if err != nil {
		return err
	}
	out := turn{yield: yield, spill: h.spill, limit: h.opts.Memory / 4, asGiven: h.opts.AsGiven}
	for len(all.list) > 0 {
		r := &all.list[0].record
		if !h.dropped.has(r.number) {
			if err := h.give(&out, r); err != nil {
				return err
			}
		}
		if err := all.step(); err != nil {
			return err
		}
	}
	return out.end()
}

// give hands a record on, unless it is of the source and id of the one before.
func (h *History) give(out *turn, r *record) error {
	if !h.opts.AsGiven && out.repeats(r) {
		h.counts.count(bytes.Equal(r.payload, out.last))
		return nil
	}
	s, with, err := detect.ParseContent(r.payload)
	if err != nil {
		return damaged(fmt.Errorf("signal number %d: %w", r.number, err))
	}
	return out.take(r, &s, with)
}
