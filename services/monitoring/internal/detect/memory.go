package detect

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
)

// memory knows the signals that a rule counts one by one, so that a repeat
// counts nothing and another content under the same id is noticed.
type memory struct {
	known map[key]memo
	until agenda[key]
}

type memo struct {
	until   int64
	content key
}

// recall says what is known of a signal: repeated or conflicting. Unread is a
// signal not seen before; it is remembered if a rule asks for it.
func (e *Engine) recall(in *input) fate {
	e.memory.forget(e.clock.now)
	until := e.remembers(in)
	if until == longAgo && len(e.memory.known) == 0 {
		return unread
	}
	id := keyOf(in.Source, in.ID)
	if m, ok := e.memory.known[id]; ok {
		if m.content == contentOf(in) {
			return repeated
		}
		return conflicting
	}
	if until > e.clock.now {
		e.memory.known[id] = memo{until, contentOf(in)}
		e.memory.until.push(until, id)
	}
	return unread
}

// remembers says how long the rules that take the signal want its id known.
func (e *Engine) remembers(in *input) int64 {
	until := longAgo
	for _, r := range in.readers {
		remember := e.list[r.rule].remember
		if remember == nil || in.at < in.now-int64(e.rules.Lateness) {
			continue
		}
		if d := remember(in.Signal); d > 0 {
			until = max(until, in.at+int64(d)+1)
		}
	}
	return until
}

func contentOf(in *input) key {
	var buf [256]byte
	sum := sha256.Sum256(in.AppendContent(buf[:0]))
	return key(sum[:16])
}

func (m *memory) forget(now int64) {
	for m.until.first() <= now {
		delete(m.known, m.until.pop())
	}
}

func (m *memory) code(c *coder) {
	list := slices.Clone(m.until.list)
	slices.SortFunc(list, func(a, b entry[key]) int {
		return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.item[:], b.item[:]))
	})
	for i := range c.length(len(list)) {
		var known memo
		var id key
		if !c.reading {
			id = list[i].item
			known = m.known[id]
		}
		c.key(&id)
		c.int(&known.until)
		c.key(&known.content)
		if c.reading {
			m.known[id] = known
			m.until.push(known.until, id)
		}
	}
}
