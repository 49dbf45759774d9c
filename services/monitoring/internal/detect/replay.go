package detect

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// ReplayOptions say how a replay runs.
type ReplayOptions struct {
	Policy string
	Scopes Scopes
	Until  time.Time // time passes to here after the last signal; zero: not at all
	AsLive bool      // keep the input's order and apply the lateness
	// Distinct says that the signals come without repeats and, unless AsLive, in
	// the order of Compare; then a Replayer remembers none of them.
	Distinct bool
	// Step, if not nil, hears what the engine made of each signal, or of time
	// passing (nil), at once and in the order in which it did.
	Step func(e *Engine, s *Signal, clock time.Time, changes []Change)
}

// Replay runs the rules over a set of signals and states every change, in the
// order of At, scope, reason, subject and emission. Unless AsLive, the order of
// the signals and repeats among them make no difference.
func Replay(rules policy.Rules, opts ReplayOptions, signals []Signal, emit func(Change)) Summary {
	r := NewReplayer(rules, opts, emit)
	if !opts.AsLive {
		signals = slices.Clone(signals)
		slices.SortStableFunc(signals, func(a, b Signal) int { return Compare(&a, &b) })
	}
	for i := range signals {
		r.Read(signals[i])
	}
	return r.Finish()
}

// A Replayer replays signals that come one by one, sorted by event time (in any
// order at one instant) unless AsLive. It remembers the id of every signal
// unless they are Distinct.
type Replayer struct {
	engine  *Engine
	opts    ReplayOptions
	emit    func(Change)
	known   map[key]key
	instant []Signal // those of the newest event time, not read yet
	latest  time.Time
	held    []Change // not emitted yet: others may come before them
	sum     Summary
}

// NewReplayer begins a replay.
func NewReplayer(rules policy.Rules, opts ReplayOptions, emit func(Change)) *Replayer {
	return &Replayer{
		engine: New(rules, Options{Policy: opts.Policy, Scopes: opts.Scopes, Replay: true}),
		opts:   opts,
		emit:   emit,
		known:  map[key]key{},
	}
}

// Read takes the next signal.
func (r *Replayer) Read(s Signal) {
	r.sum.Read++
	if len(r.instant) > 0 && !s.At.Equal(r.instant[0].At) {
		r.flush()
	}
	switch {
	case r.opts.AsLive && !r.opts.Distinct && !r.isNew(&s):
	case r.opts.AsLive, r.opts.Distinct && s.Kind != KindProfileAudit:
		r.apply(&s)
	default:
		r.instant = append(r.instant, s)
	}
}

// Finish reads what is left, lets time pass to Until, and sums up.
func (r *Replayer) Finish() Summary {
	r.flush()
	if r.opts.Until.After(r.latest) && inRange(r.opts.Until) {
		r.step(nil, r.opts.Until, r.engine.Advance(r.opts.Until))
	}
	r.release()
	sum := r.engine.Summary()
	sum.Read = r.sum.Read
	sum.Duplicates += r.sum.Duplicates
	sum.Conflicting += r.sum.Conflicting
	return sum
}

// flush reads the signals of one instant, in the order of the policy: of those
// with the same id the smaller content, successes first, then by source and id.
func (r *Replayer) flush() {
	if !r.opts.Distinct {
		r.distinct()
	}
	slices.SortStableFunc(r.instant, func(a, b Signal) int { return r.engine.compare(&a, &b) })
	for i := range r.instant {
		r.apply(&r.instant[i])
	}
	r.instant = r.instant[:0]
}

// distinct leaves out the signals of the instant that are known.
func (r *Replayer) distinct() {
	slices.SortStableFunc(r.instant, func(a, b Signal) int {
		return cmp.Or(
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.ID, b.ID),
			bytes.Compare(a.AppendContent(nil), b.AppendContent(nil)),
		)
	})
	r.instant = slices.DeleteFunc(r.instant, func(s Signal) bool { return !r.isNew(&s) })
}

// isNew reports whether no signal with the same source and id was read, and
// counts those that were.
func (r *Replayer) isNew(s *Signal) bool {
	in := input{Signal: s}
	id, content := keyOf(r.engine.names.id(s.Source), s.ID), contentOf(&in)
	known, ok := r.known[id]
	switch {
	case !ok:
		r.known[id] = content
	case known == content:
		r.sum.Duplicates++
	default:
		r.sum.Conflicting++
	}
	return !ok
}

// apply reads one signal; the clock is the highest event time seen.
func (r *Replayer) apply(s *Signal) {
	if s.At.After(r.latest) && inRange(s.At) {
		r.latest = s.At
	}
	changes, _ := r.engine.Read(s, r.latest)
	r.step(s, r.latest, changes)
}

func (r *Replayer) step(s *Signal, clock time.Time, changes []Change) {
	if r.opts.Step != nil {
		r.opts.Step(r.engine, s, clock, changes)
	}
	for _, c := range changes {
		if !r.opts.AsLive && len(r.held) > 0 && c.At.After(r.held[0].At) {
			r.release()
		}
		r.held = append(r.held, c)
	}
}

// release emits what was held, in the order of the contract.
func (r *Replayer) release() {
	slices.SortStableFunc(r.held, func(a, b Change) int {
		return cmp.Or(
			a.At.Compare(b.At),
			cmp.Compare(a.Scope, b.Scope),
			cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Subject, b.Subject),
		)
	})
	for _, c := range r.held {
		r.emit(c)
	}
	r.held = r.held[:0]
}
