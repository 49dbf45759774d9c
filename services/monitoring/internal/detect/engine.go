package detect

import (
	"io"
	"time"

	"tocsin/pkg/policy"
)

// An Engine runs the rules over one ordered input.
type Engine struct {
	rules policy.Rules
	opts  Options
}

// New returns an engine that has read nothing.
func New(rules policy.Rules, opts Options) *Engine { return &Engine{rules: rules, opts: opts} }

// Apply lets the clock reach the input's stamp, then reads one signal.
func (e *Engine) Apply(s Signal, clock time.Time) ([]Change, []Refusal) { return nil, nil }

// Advance lets the clock reach the stamp of a tick.
func (e *Engine) Advance(clock time.Time) []Change { return nil }

// Summary counts what became of the signals read since New or Restore.
func (e *Engine) Summary() Summary { return Summary{} }

// Status tells how the rules stand in one scope, in the order of the rules.
func (e *Engine) Status(scope string) []Standing { return nil }

// Snapshot writes the engine's state.
func (e *Engine) Snapshot(w io.Writer) error { return nil }

// Restore reads what Snapshot wrote.
func Restore(r io.Reader, rules policy.Rules, opts Options) (*Engine, error) {
	return New(rules, opts), nil
}

// Replay runs the rules over a set of signals, in any order, and states every
// change in the order of At, scope, reason, subject and emission.
func Replay(rules policy.Rules, opts ReplayOptions, signals []Signal, emit func(Change)) Summary {
	return Summary{}
}
