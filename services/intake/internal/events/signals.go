package events

import (
	"context"
	"slices"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
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
	packs []pack
	n     int // signals
	bytes int
	done  chan error
}

const (
	maxPending = 1024    // sets that may wait; more wait at the door
	maxSignals = 20000   // signals in one write, but for the last set
	maxBytes   = 4 << 20 // bytes in one write, but for the last set
)

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
	p, err := packAll(signals)
	if err != nil {
		return err
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
	hiders := map[string]*tenantkey.Hider{}
	for _, sig := range signals {
		auth, audit := sig.GetAuthAttempt(), sig.GetProfileAudit()
		if auth == nil && audit == nil {
			continue
		}
		hider := hiders[sig.GetTenant()]
		if hider == nil {
			key, err := s.ring.Of(ctx, sig.GetTenant())
			if err != nil {
				return err
			}
			hider = key.Hider()
			hiders[sig.GetTenant()] = hider
		}
		if auth != nil {
			auth.User = hider.Hide(auth.User)
		}
		for i, user := range audit.GetDiscrepantUsers() {
			audit.DiscrepantUsers[i] = hider.Hide(user)
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
	sets, n, bytes := []pending{first}, first.n, first.bytes
	for n < maxSignals && bytes < maxBytes {
		select {
		case p := <-s.queue:
			sets, n, bytes = append(sets, p), n+p.n, bytes+p.bytes
		default:
			return sets
		}
	}
	return sets
}

// write publishes the sets in one batch.
func (s *Signals) write(ctx context.Context, sets []pending) error {
	open := map[int]*pack{}
	var out []bus.Event
	for _, set := range sets {
		for i := range set.packs {
			next := &set.packs[i]
			p := open[next.shard]
			if p != nil && p.join(next) {
				continue
			}
			if p != nil {
				out = append(out, p.event())
			}
			open[next.shard] = next
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
