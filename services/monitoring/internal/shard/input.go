package shard

import (
	"fmt"
	"iter"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// A message is one message of the input, decoded once for all shards that read it.
type message struct {
	seq   uint64
	stamp time.Time
	// to is the number of the tenants' shard that reads it; everyone reads a tick.
	to   int
	tick bool
	// all says that it is for the shards of all tenants.
	all bool
	// signals are lent until the next message is decoded. Where they are of several
	// shards, mixed has the places of each shard's.
	signals []detect.Signal
	mixed   *[topology.Shards][]int
}

// isFor says whether the shard of this number reads the message; the platform's reads all.
func (m *message) isFor(shard int) bool {
	switch {
	case m.tick, m.all, shard == topology.Shards:
		return true
	case m.mixed != nil:
		return len(m.mixed[shard]) > 0
	}
	return shard == m.to
}

// of are the signals that the shard of this number reads.
func (m *message) of(shard int) iter.Seq[*detect.Signal] {
	return func(yield func(*detect.Signal) bool) {
		if m.mixed == nil || shard == topology.Shards {
			for i := range m.signals {
				if !yield(&m.signals[i]) {
					return
				}
			}
			return
		}
		for _, i := range m.mixed[shard] {
			if !yield(&m.signals[i]) {
				return
			}
		}
	}
}

// with is the message as if it held one of its signals alone.
func (m *message) with(s *detect.Signal) *message {
	if m.mixed == nil {
		return m
	}
	return &message{seq: m.seq, stamp: m.stamp, to: topology.ShardOf(s.Tenant)}
}

// A decoder reads messages and keeps its room for the next one.
type decoder struct {
	shards  map[string]int // the number of a tenants' shard by its subject
	told    map[string]int // the same for what it is told; of the platform: one past the last
	signals []detect.Signal
	mixed   [topology.Shards][]int
}

func newDecoder() *decoder {
	d := &decoder{shards: map[string]int{}, told: map[string]int{}}
	for n := range topology.Shards {
		d.shards[topology.SignalsSubject(n)] = n
		d.told[topology.ToldSubject(topology.ShardName(n))] = n
	}
	d.told[topology.ToldSubject(topology.PlatformShard)] = topology.Shards
	return d
}

// decode reads one message. False is one that is no input of any shard. The
// same bytes are decoded alike by every owner, or not at all.
func (d *decoder) decode(raw bus.Raw) (message, bool, error) {
	m := message{seq: raw.Sequence, stamp: raw.StoredAt}
	if raw.Subject == topology.TickSubject() {
		m.tick = true
		return m, true, nil
	}
	if raw.Subject == topology.MixedSignals {
		return d.sorted(raw, m)
	}
	read := batch
	to, ok := d.shards[raw.Subject]
	if !ok {
		to, ok = d.told[raw.Subject]
		m.all, read = to == topology.Shards, events.Told
	}
	if !ok {
		return m, false, nil
	}
	m.to = to
	d.signals = d.signals[:0]
	if err := read(raw, func(s *detect.Signal) { d.signals = append(d.signals, *s) }); err != nil {
		return m, false, fmt.Errorf("signals at %d: %w", raw.Sequence, err)
	}
	m.signals = d.signals
	return m, true, nil
}

// sorted reads a message whose signals are of several shards.
func (d *decoder) sorted(raw bus.Raw, m message) (message, bool, error) {
	d.signals = d.signals[:0]
	for n := range d.mixed {
		d.mixed[n] = d.mixed[n][:0]
	}
	err := batch(raw, func(s *detect.Signal) {
		n := topology.ShardOf(s.Tenant)
		d.mixed[n] = append(d.mixed[n], len(d.signals))
		d.signals = append(d.signals, *s)
	})
	if err != nil {
		return m, false, fmt.Errorf("signals at %d: %w", raw.Sequence, err)
	}
	m.signals, m.mixed = d.signals, &d.mixed
	return m, true, nil
}

// batch hands each signal of a message to each. Their texts last as long as the message.
func batch(raw bus.Raw, each func(*detect.Signal)) error {
	if raw.ContentType != bus.JSONType {
		if err := events.Batch(raw.Data, each); err != nil {
			return bus.Permanent(err)
		}
		return nil
	}
	var b intakev1.SignalsReceived
	if err := bus.Decode(raw, &b); err != nil {
		return err
	}
	for _, s := range b.Signals {
		sig := events.Signal(s)
		each(&sig)
	}
	return nil
}
