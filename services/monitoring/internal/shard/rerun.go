package shard

import (
	"slices"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
)

// A Rerun reads the input again as the shards read it, and publishes nothing:
// the same messages, the same clock, so the same changes with the same ids. What
// an owner says when it takes over under another policy or engine version, or
// after a loss, is not among them.
type Rerun struct {
	decoder *decoder
	engines [all]*detect.Engine // nil: nobody asked for that shard
	sum     detect.Summary
	skipped int
}

// A Step is what one shard makes of one signal, or of a tick.
type Step struct {
	Shard    string
	Engine   *detect.Engine
	Sequence uint64
	Stamp    time.Time
	Signal   *detect.Signal // nil: a tick; it lasts as long as the call
	Changes  []detect.Change
	Refused  []detect.Refusal
}

// NewRerun begins the shards of some scopes anew; no scopes: all of them.
func NewRerun(p *policy.Policy, scopes ...string) *Rerun {
	r := &Rerun{decoder: newDecoder()}
	for n := range r.engines {
		if len(scopes) == 0 || slices.ContainsFunc(scopes, func(scope string) bool { return numberOf(scope) == n }) {
			r.engines[n] = detect.New(p.Rules, optionsOf(p, n))
		}
	}
	return r
}

// Engine is the engine that decides on a scope.
func (r *Rerun) Engine(scope string) *detect.Engine { return r.engines[numberOf(scope)] }

// Summary counts what became of the signals, each once, and the messages that
// could not be decoded; the shards skip those.
func (r *Rerun) Summary() (sum detect.Summary, skipped int) { return r.sum, r.skipped }

// Read gives one message to the shards that read it, signal by signal, and hands
// each step on. It ends with the first error of each.
func (r *Rerun) Read(raw bus.Raw, each func(*Step) error) error {
	m, ok, err := r.decoder.decode(raw)
	if err != nil {
		r.skipped++
	}
	if err != nil || !ok {
		return nil
	}
	if m.tick {
		return r.step(&m, nil, each)
	}
	for i := range m.signals {
		if err := r.step(m.with(&m.signals[i]), &m.signals[i], each); err != nil {
			return err
		}
	}
	return nil
}

// Advance lets time pass for all shards. It takes two ticks, since after a gap
// the first only says that there was one.
func (r *Rerun) Advance(to time.Time, each func(*Step) error) error {
	tick := message{stamp: to, tick: true}
	if err := r.step(&tick, nil, each); err != nil {
		return err
	}
	return r.step(&tick, nil, each)
}

// step gives a signal, or a tick, to each engine that reads it.
func (r *Rerun) step(m *message, s *detect.Signal, each func(*Step) error) error {
	f := noFate
	for n, e := range r.engines {
		if e == nil || !m.isFor(n) {
			continue
		}
		st := Step{Shard: nameOf(n), Engine: e, Sequence: m.seq, Stamp: m.stamp, Signal: s}
		if s == nil {
			st.Changes = e.Advance(m.stamp)
		} else {
			before := e.Summary()
			st.Changes, st.Refused = e.Read(s, m.stamp)
			f = min(f, fateOf(before, e.Summary()))
		}
		if err := each(&st); err != nil {
			return err
		}
	}
	if s != nil && s.Kind != detect.KindCondition { // that is monitoring's own
		r.sum.Read++
		*fates(&r.sum)[f]++
	}
	return nil
}

// fates are the counts of what may become of a signal, the weightiest first:
// what one shard counts does not matter to another.
func fates(s *detect.Summary) [7]*int {
	return [...]*int{&s.Counted, &s.Conflicting, &s.Late, &s.Ahead, &s.Invalid, &s.Duplicates, &s.Ignored}
}

const noFate = 6

// fateOf is the place among fates of what a signal has added.
func fateOf(before, after detect.Summary) int {
	was, is := fates(&before), fates(&after)
	for i := range is {
		if *is[i] > *was[i] {
			return i
		}
	}
	return noFate
}

// Signals are those of one message; none if it holds none, or none that can be
// read. They last until the next call.
func (r *Rerun) Signals(raw bus.Raw) []detect.Signal {
	m, _, err := r.decoder.decode(raw)
	if err != nil {
		r.skipped++
		return nil
	}
	return m.signals
}
