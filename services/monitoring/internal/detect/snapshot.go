package detect

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"tocsin/pkg/policy"
)

// Version is the version of the engine and of its snapshots. What is written
// there, or found in it, does not change without a new version.
const Version = 3

const snapshotMagic = "tocsin detect snapshot"

// ErrSnapshot is wrapped by every reason for which Restore refuses a snapshot.
// Reading the same bytes again does not help; an older snapshot, or reading
// the input from its beginning, does.
var ErrSnapshot = errors.New("the snapshot cannot be used")

// Snapshot writes the engine's state: version, policy, state, checksum. Two
// engines that have read the same input write the same bytes.
func (e *Engine) Snapshot(w io.Writer) error {
	_, err := e.Freeze().WriteTo(w)
	return err
}

// Restore reads what Snapshot wrote, under the same policy and scopes.
func Restore(r io.Reader, rules policy.Rules, opts Options) (*Engine, error) {
	var all bytes.Buffer
	if known, ok := r.(interface{ Len() int }); ok {
		all.Grow(known.Len() + bytes.MinRead)
	}
	if _, err := all.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("reading a snapshot: %w", err)
	}
	b := all.Bytes()
	e := New(rules, opts)
	n := len(b) - sha256.Size
	if n < 0 || sha256.Sum256(b[:n]) != [sha256.Size]byte(b[n:]) {
		return nil, fmt.Errorf("%w: its checksum does not match", ErrSnapshot)
	}
	c := &coder{reading: true, b: b[:n], names: e.names}
	if err := e.check(c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	if e.code(c); c.err == nil && len(c.b) > 0 {
		c.err = errors.New("it is longer than its state")
	}
	if c.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSnapshot, c.err)
	}
	return e, nil
}

// head writes what check reads.
func (e *Engine) head(c *coder) {
	magic, version, scopes := snapshotMagic, uint32(Version), uint8(e.opts.Scopes)
	c.text(&magic)
	c.number(&version)
	c.text(&e.opts.Policy)
	c.small(&scopes)
}

func (e *Engine) check(c *coder) error {
	magic, version, scopes := "", uint32(0), uint8(0)
	var policy string
	if c.text(&magic); magic != snapshotMagic {
		return errors.New("it is no snapshot of the rule engine")
	}
	if c.number(&version); version != Version {
		return fmt.Errorf("it has version %d, this engine reads version %d", version, Version)
	}
	if c.text(&policy); policy != e.opts.Policy {
		return fmt.Errorf("it was made under policy %q, this engine runs %q", policy, e.opts.Policy)
	}
	if c.small(&scopes); Scopes(scopes) != e.opts.Scopes {
		return errors.New("it holds other scopes")
	}
	return c.err
}

// code writes or reads all state but the counts of Summary.
func (e *Engine) code(c *coder) {
	c.table()
	e.clock.code(c)
	c.now = e.clock.now
	e.codeNamed(c)
	e.memory.code(c)
	e.codeWaiting(c)
	e.news.code(c)
	order := e.accounts.opened // in the order in which the input opened them
	for i := range c.length(len(order)) {
		if c.err != nil {
			return
		}
		var a *account
		if !c.reading {
			a = order[i]
		}
		e.codeAccount(c, a)
	}
}

// codeAccount writes an account, or reads the next one.
func (e *Engine) codeAccount(c *coder, a *account) {
	var where address
	if !c.reading {
		where = a.address
	}
	c.small(&where.rule)
	c.name(&where.scope)
	c.name(&where.subject)
	if c.reading {
		if int(where.rule) >= len(e.list) {
			c.err = fmt.Errorf("it knows a rule number %d", where.rule)
			return
		}
		a = e.open(where)
	}
	if !c.reading {
		a.quiet()
		a.win.weigh(e.clock.now) // what has left a quiet window is gone
	}
	a.win.code(c)
	if optional(c, &a.condition) {
		a.condition.code(c)
	}
	if c.reading && c.err == nil {
		w := a.win.weigh(e.clock.now)
		e.plan(a, &w, e.clock.now)
	}
}
