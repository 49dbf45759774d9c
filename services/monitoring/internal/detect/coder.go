package detect

import (
	"encoding/binary"
	"errors"
)

var errCut = errors.New("the snapshot ends early")

// A coder writes state into a snapshot or reads it from one, field by field.
// The same lines do both, so that they cannot differ.
type coder struct {
	reading bool
	b       []byte
	names   *names
	now     int64  // the engine's clock
	parts   []part // what comes before b
	order   []uint32
	marks   *marks // a copy, where one was needed
	err     error
}

func (c *coder) take(n int) []byte {
	if c.err != nil || n < 0 || len(c.b) < n {
		if c.err == nil {
			c.err = errCut
		}
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *coder) int(v *int64) {
	if !c.reading {
		c.b = binary.BigEndian.AppendUint64(c.b, uint64(*v))
	} else if b := c.take(8); b != nil {
		*v = int64(binary.BigEndian.Uint64(b))
	}
}

func (c *coder) small(v *uint8) {
	if !c.reading {
		c.b = append(c.b, *v)
	} else if b := c.take(1); b != nil {
		*v = b[0]
	}
}

func (c *coder) flag(v *bool) {
	n := flag(*v)
	c.small(&n)
	*v = n != 0
}

func (c *coder) number(v *uint32) {
	if !c.reading {
		c.b = binary.BigEndian.AppendUint32(c.b, *v)
	} else if b := c.take(4); b != nil {
		*v = binary.BigEndian.Uint32(b)
	}
}

// size codes a count.
func (c *coder) size(v *int) {
	n := int64(*v)
	c.int(&n)
	*v = int(n)
}

// length writes n, or reads and returns what was written. No length read is
// greater than the bytes that are left.
func (c *coder) length(n int) int {
	v := uint32(n)
	c.number(&v)
	if c.reading && int(v) > len(c.b) {
		c.err = errCut
		return 0
	}
	return int(v)
}

func (c *coder) text(s *string) {
	n := c.length(len(*s))
	if !c.reading {
		c.b = append(c.b, *s...)
	} else {
		*s = string(c.take(n))
	}
}

func (c *coder) key(k *key) {
	if !c.reading {
		c.b = append(c.b, k[:]...)
	} else if b := c.take(len(k)); b != nil {
		*k = key(b)
	}
}

// name codes a name by its number.
func (c *coder) name(id *uint32) {
	c.number(id)
	if c.reading && int(*id) >= len(c.names.all) {
		c.err = errors.New("the snapshot names what its table does not hold")
		*id = 0
	}
}

func (c *coder) mark(m *mark) {
	c.name(&m.source)
	c.text(&m.id)
}

// table codes all names, in the order in which they came: the same input
// brings them in the same order.
func (c *coder) table() {
	n := c.length(len(c.names.all))
	if !c.reading {
		all := c.names.all[:n:n] // names are never changed
		room := c.b[len(c.b):]
		c.later(func(c *coder) {
			for i := range all {
				c.text(&all[i])
			}
		})
		c.b = room
		return
	}
	for i := range n {
		var s string
		if c.text(&s); c.err == nil && c.names.id(s) != uint32(i) {
			c.err = errors.New("the snapshot has a name twice")
		}
		if c.err != nil {
			return
		}
	}
}

// optional codes whether there is a thing, makes room for one that is read, and
// reports whether there is one to code.
func optional[T any](c *coder, thing **T) bool {
	there := *thing != nil
	if c.flag(&there); there && c.reading {
		*thing = new(T)
	}
	return there
}
