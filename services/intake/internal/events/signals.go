package events

import (
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Signals puts signals into the stream of their shard, people hidden. Signals
// that come while a write is under way share the next one.
type Signals struct {
	conn  *bus.Conn
	ring  *tenantkey.Ring
	queue chan pending
	// Heard takes note of whose signals are on disk.
	Heard *Sources
	// Erased knows which tenants were erased; nil knows of none.
	Erased *erasure.Book
}

// pending is a set of signals that waits to be written.
type pending struct {
	signals []*ingressv1.Signal
	bytes   int
	done    chan error
}

const (
	maxPending  = 1024      // sets that may wait; more wait at the door
	maxSignals  = 20000     // signals in one write, but for the last set
	maxBytes    = 4 << 20   // bytes in one write, but for the last set
	packed      = 2000      // signals in one message
	packedBytes = 512 << 10 // bytes in one message
)

// Where receive puts a signal, the bus has a subject: the two say the same number.
var _ [receive.Shards]struct{} = [topology.Shards]struct{}{}

// NewSignals returns a writer; Run must run for Put to return.
func NewSignals(conn *bus.Conn, ring *tenantkey.Ring) *Signals {
	return &Signals{conn: conn, ring: ring, queue: make(chan pending, maxPending)}
}

// Put returns nil when all signals are on disk. It changes them: people's ids
// are hidden, and those of a time that was erased with its tenant are left out.
// After an error some may be on disk; to put them again is safe.
func (s *Signals) Put(ctx context.Context, signals []*ingressv1.Signal) error {
	gone := func(sig *ingressv1.Signal) bool {
		return s.Erased.Erased(sig.GetTenant(), sig.GetOccurredAt().AsTime())
	}
	if slices.ContainsFunc(signals, gone) {
		signals = slices.DeleteFunc(slices.Clone(signals), gone) // who put them still has theirs
	}
	if len(signals) == 0 {
		return nil
	}
	if err := s.hide(ctx, signals); err != nil {
		return err
	}
	p := pending{signals: signals, done: make(chan error, 1)}
	for _, sig := range signals {
		p.bytes += proto.Size(sig)
	}
	select {
	case s.queue <- p:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-p.done:
		if err == nil {
			s.Heard.Signals(signals)
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hide replaces people's ids by hidden ones.
func (s *Signals) hide(ctx context.Context, signals []*ingressv1.Signal) error {
	var key tenantkey.Key
	tenant, have := "", false
	for _, sig := range signals {
		auth, audit := sig.GetAuthAttempt(), sig.GetProfileAudit()
		if auth == nil && audit == nil {
			continue
		}
		if !have || tenant != sig.GetTenant() {
			var err error
			if key, err = s.ring.Of(ctx, sig.GetTenant()); err != nil {
				return err
			}
			tenant, have = sig.GetTenant(), true
		}
		if auth != nil {
			auth.User = key.Hide(auth.User)
		}
		for i, user := range audit.GetDiscrepantUsers() {
			audit.DiscrepantUsers[i] = key.Hide(user)
		}
	}
	return nil
}

// Run writes what was put until the context ends.
func (s *Signals) Run(ctx context.Context) error {
	for {
		var sets []pending
		select {
		case <-ctx.Done():
			return nil
		case p := <-s.queue:
			sets = s.more(p)
		}
		wctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := s.write(wctx, sets)
		cancel()
		for _, p := range sets {
			p.done <- err
		}
	}
}

// more takes what else waits, up to what one write may hold.
func (s *Signals) more(first pending) []pending {
	sets, n, bytes := []pending{first}, len(first.signals), first.bytes
	for n < maxSignals && bytes < maxBytes {
		select {
		case p := <-s.queue:
			sets, n, bytes = append(sets, p), n+len(p.signals), bytes+p.bytes
		default:
			return sets
		}
	}
	return sets
}

// write packs the sets by shard and publishes them in one batch.
func (s *Signals) write(ctx context.Context, sets []pending) error {
	open := map[int]*pack{}
	var out []bus.Event
	for _, set := range sets {
		for _, sig := range set.signals {
			shard, size := receive.Shard(sig.GetTenant()), proto.Size(sig)
			p := open[shard]
			if p != nil && (len(p.Signals) >= packed || p.bytes+size > packedBytes) {
				out, p = append(out, p.event()), nil
			}
			if p == nil {
				p = &pack{SignalsReceived: &intakev1.SignalsReceived{Shard: uint32(shard)}}
				open[shard] = p
			}
			p.Signals, p.bytes = append(p.Signals, sig), p.bytes+size
		}
	}
	for shard := range topology.Shards {
		if p := open[shard]; p != nil {
			out = append(out, p.event())
		}
	}
	_, err := s.conn.PublishBatch(ctx, out)
	return err
}

// pack is a message that is being filled.
type pack struct {
	*intakev1.SignalsReceived
	bytes int
}

// event is the pack as an event; its id is of its first and last signal, since a
// repeat of a signal is of no matter to the rules.
func (p *pack) event() bus.Event {
	first, last := p.Signals[0], p.Signals[len(p.Signals)-1]
	return bus.Event{
		Subject: topology.SignalsSubject(int(p.Shard)), Payload: p.SignalsReceived,
		ID: bus.ID("signals", first.GetSource(), first.GetId(), last.GetSource(), last.GetId(), fmt.Sprint(len(p.Signals), p.bytes, time.Now().UnixNano())),
	}
}
