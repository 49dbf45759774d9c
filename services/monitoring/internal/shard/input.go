package shard

import (
	"fmt"
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
	// signals are lent until the next message is decoded.
	signals []detect.Signal
}

// isFor says whether the shard of this number reads the message; the platform's reads all.
func (m *message) isFor(shard int) bool {
	return m.tick || m.all || shard == m.to || shard == topology.Shards
}

// A decoder reads messages and keeps its room for the next one.
type decoder struct {
	shards  map[string]int // the number of a tenants' shard by its subject
	told    map[string]int // the same for what it is told; of the platform: one past the last
	signals []detect.Signal
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
