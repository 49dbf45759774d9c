package detect

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
)

// A Frozen is an engine's state at one moment, to be written while the engine
// goes on. It may be written from another goroutine, once.
type Frozen struct {
	parts []part
}

// A part is bytes, or what writes them later.
type part struct {
	bytes []byte
	write func(*coder)
}

// Freeze takes a snapshot's state. It takes its time from reading: what is
// small it encodes, what is large it only copies, and leaves the rest to
// WriteTo (shard.BenchmarkStall gives the figures).
func (e *Engine) Freeze() *Frozen {
	c := &coder{names: e.names, b: make([]byte, 0, e.frozen+e.frozen/8)}
	e.head(c)
	e.code(c)
	e.frozen = len(c.b)
	return &Frozen{append(c.parts, part{bytes: c.b})}
}

// WriteTo writes the snapshot.
func (f *Frozen) WriteTo(w io.Writer) (int64, error) {
	sum, written := sha256.New(), int64(0)
	put := func(b []byte) error {
		n, err := w.Write(b)
		written += int64(n)
		if err != nil {
			return fmt.Errorf("writing a snapshot: %w", err)
		}
		return nil
	}
	for _, p := range f.parts {
		if p.write != nil {
			c := &coder{}
			p.write(c)
			p.bytes = c.b
		}
		sum.Write(p.bytes)
		if err := put(p.bytes); err != nil {
			return written, err
		}
	}
	return written, put(sum.Sum(nil))
}

// later has a part written when the snapshot is, by a coder of its own. What it
// reads must not change until then.
func (c *coder) later(write func(*coder)) {
	c.parts = append(c.parts, part{bytes: c.b}, part{write: write})
	c.b = nil
}

// atOnce is up to how many things are encoded at once; of more a copy is taken.
const atOnce = 1 << 12

// codeTable writes the things of a table in the order of their keys; each is
// written by one, which may use the table and the marks it is given.
func codeTable[V any](c *coder, t *timed[V], m *marks, one func(c *coder, it *item[V], m *marks)) {
	c.length(t.live)
	write := func(c *coder, t *timed[V], m *marks) {
		c.order = t.sorted(c.order)
		for _, i := range c.order {
			one(c, &t.list[i], m)
		}
	}
	if t.live <= atOnce {
		write(c, t, m)
		return
	}
	frozen := &timed[V]{list: slices.Clone(t.list), live: t.live}
	if m != nil {
		m = c.frozenMarks(m)
	}
	c.later(func(c *coder) { write(c, frozen, m) })
}

// frozenMarks is a copy of the engine's marks, one for all tables.
func (c *coder) frozenMarks(m *marks) *marks {
	if c.marks == nil {
		c.marks = m.clone()
	}
	return c.marks
}
