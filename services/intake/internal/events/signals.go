package events

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"tocsin/services/intake/internal/source"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Signals puts signals into the stream of their shard, people hidden, each once: of
// those with one tenant, source and id the first stands, for two hours at least. Signals
// that come while a write is under way share the next one; of several sources each
// has its turn.
type Signals struct {
	ring  *tenantkey.Ring
	queue *turns[pending]
	// stored is Run's alone.
	stored *stored
	ready  chan struct{}
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
	return &Signals{ring: ring, queue: newTurns[pending](), stored: newStored(conn, rememberedMost), ready: make(chan struct{})}
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
	if s.prepare(ctx); ctx.Err() == nil {
		close(s.ready)
	}
	others := time.NewTicker(lookEvery)
	defer others.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-others.C:
			s.look(ctx)
		case <-s.queue.news:
		}
		for n := 1; n > 0 && ctx.Err() == nil; {
			n = s.once(ctx)
		}
	}
}

// lookEvery is how often is looked for what other intakes have stored, so that there is
// never much to read when one is in the way.
const lookEvery = 5 * time.Second

// prepare reads what was stored lately, again until the bus gives it.
func (s *Signals) prepare(ctx context.Context) {
	for s.stored.readBack(ctx) != nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
	s.look(ctx)
}

// look reads what other intakes have stored. What it can not read now is read later.
func (s *Signals) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	for shard := range topology.Shards {
		if s.stored.catchUp(ctx, shard, false) != nil {
			return
		}
	}
}

// Ready is an error while what was stored lately is still being read: nothing is
// stored before.
func (s *Signals) Ready(context.Context) error {
	select {
	case <-s.ready:
		return nil
	default:
		return errors.New("the signals of the last two hours are being read, so that none is stored twice")
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

// maxRefused is how often a write is tried that another intake comes before.
const maxRefused = 50

// write publishes what is not stored yet of the sets in one batch.
//
//	leave out what is known ──→ one batch ──→ stored, and known
//	        ↑                       └──→ another came first, or we did without hearing of it
//	        └── read what it stored ←──┘
func (s *Signals) write(ctx context.Context, sets []pending) error {
	var err error
	for try := range maxRefused {
		out := s.stored.pick(sets)
		if len(out) == 0 {
			return nil
		}
		if err = s.stored.ended(ctx, out); err != nil {
			return err
		}
		if err = s.stored.publish(ctx, out); !errors.Is(err, bus.ErrConflict) {
			return err
		}
		if try > 0 { // it has to get through some time
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(rand.N(time.Duration(try) * time.Millisecond)): //nolint:gosec // a pause
			}
		}
		for _, m := range out {
			if err := s.stored.catchUp(ctx, m.shard, true); err != nil {
				return err
			}
		}
	}
	return err
}
