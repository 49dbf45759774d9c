package events

import (
	"context"
	"slices"
	"time"

	"tocsin/services/intake/internal/source"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Signals puts signals into the stream of their shard, people hidden. Signals
// that come while a write is under way share the next one; of several sources each
// has its turn.
type Signals struct {
	conn  *bus.Conn
	ring  *tenantkey.Ring
	queue *turns[pending]
	// Heard takes note of whose signals are on disk.
	Heard *Sources
	// Sources say how far each source is trusted; nil trusts all as the house's own.
	Sources *source.Register
	// Erased knows which tenants were erased; nil knows of none.
	Erased *erasure.Book
}

// pending is a set of signals that waits to be written.
type pending struct {
	packs []pack
	bytes int
	done  chan error
	gone  <-chan struct{} // closed when nobody waits for it any more
}

// maxBytes is how many bytes there are in one write, but for the last set.
const maxBytes = 4 << 20

// NewSignals returns a writer; Run must run for Put to return.
func NewSignals(conn *bus.Conn, ring *tenantkey.Ring) *Signals {
	return &Signals{conn: conn, ring: ring, queue: newTurns[pending]()}
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
	p, err := packAll(signals, s.Sources.Now())
	if err != nil {
		return err
	}
	p.gone = ctx.Done()
	s.queue.put(signals[0].GetSource(), p)
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
		select {
		case <-ctx.Done():
			return nil
		case <-s.queue.news:
		}
		for n := 1; n > 0 && ctx.Err() == nil; {
			n = s.once(ctx)
		}
	}
}

// once writes what waits, up to what one write may hold, and says how many sets that
// were.
func (s *Signals) once(ctx context.Context) int {
	bytes := 0
	sets := s.queue.take(func(p pending) bool { bytes += p.bytes; return bytes < maxBytes })
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := s.write(ctx, sets)
	for _, p := range sets {
		p.done <- err
	}
	return len(sets)
}

// isGone says whether nobody waits for the set any more.
func (p pending) isGone() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// write publishes the sets in one batch.
func (s *Signals) write(ctx context.Context, sets []pending) error {
	open := [lanes]*pack{}
	var out []bus.Event
	for _, set := range sets {
		if set.isGone() {
			continue
		}
		for i := range set.packs {
			next := &set.packs[i]
			p := open[next.lane]
			if p != nil && p.join(next) {
				continue
			}
			if p != nil {
				out = append(out, p.event())
			}
			open[next.lane] = next
		}
	}
	for _, p := range open {
		if p != nil {
			out = append(out, p.event())
		}
	}
	_, err := s.conn.PublishBatch(ctx, out)
	return err
}
