package detect

import (
	"crypto/sha256"

	"tocsin/pkg/policy"
)

// memory knows the signals that a rule counts one by one, so that a repeat
// counts nothing and another content under the same id is noticed.
type memory struct {
	known timed[key] // content by id, until its time
}

func newMemory(r *policy.Rules) memory {
	return memory{known: timed[key]{window: int64(r.Lateness + max(r.SSO.Window, r.SSO.Sparse))}}
}

// recall says what is known of a signal that a rule wants remembered: repeated
// or conflicting. Unread is any other, and one not seen before, which is
// remembered from now on.
func (e *Engine) recall(in *input) fate {
	now, until := e.clock.now, e.remembers(in)
	if until <= now {
		return unread
	}
	m := &e.memory
	m.known.sweep(now, func(*item[key]) {})
	id, content := keyOf(in.mark.source, in.ID), contentOf(in)
	i, ok := m.known.find(id)
	switch {
	case !ok:
		m.known.add(id, until, content)
	case m.known.list[i].at <= now:
		m.known.list[i].at, m.known.list[i].val = until, content
	case m.known.list[i].val == content:
		return repeated
	default:
		return conflicting
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

func (m *memory) code(c *coder) {
	if c.reading {
		n := c.length(0)
		m.known.reserve(n)
		for range n {
			var id, content key
			var until int64
			c.key(&id)
			c.int(&until)
			if c.key(&content); c.err == nil {
				m.known.add(id, until, content)
			}
		}
		return
	}
	m.known.leave(c.now, func(*item[key]) {})
	codeTable(c, &m.known, nil, func(c *coder, it *item[key], _ *marks) {
		c.key(&it.key)
		c.int(&it.at)
		c.key(&it.val)
	})
}
