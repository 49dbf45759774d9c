package events

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"tocsin/services/intake/internal/source"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/tenantkey"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Signals puts signals into their stream, people hidden, each once: of those with one
// tenant, source and id the first stands, for two hours at least. Signals that come
// while a write is under way share the next one; of several sources each has its turn.
type Signals struct {
	ring  *tenantkey.Ring
	queue *turns[pending]
	// Waits, if not nil, says since when something waits elsewhere to be put; zero if nothing
	// does. What was stored up to two hours before is not forgotten until then.
	Waits func() time.Time
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
	items []item
	data  []byte // the signals, one behind another
	done  chan error
	gone  <-chan struct{} // closed when nobody waits for it any more
}

// maxBytes is how many bytes there are in one write, but for the last set.
const maxBytes = 2 << 20

// NewSignals returns a writer; Run must run for Put to return. Who has no ring yet opens
// it before.
func NewSignals(conn *bus.Conn, ring *tenantkey.Ring) *Signals {
	return &Signals{ring: ring, queue: newTurns[pending](), stored: newStored(conn, rememberedMost), ready: make(chan struct{})}
}

// Open gives it the tenants' keys.
func (s *Signals) Open(ring *tenantkey.Ring) { s.ring = ring }

// Put returns nil when all signals are on disk. It changes them: people's ids
// are hidden, and those of a time that was erased with its tenant are left out.
// After an error some may be on disk; to put them again is safe.
func (s *Signals) Put(ctx context.Context, signals []*ingressv1.Signal) error {
	l := &Lot{Signals: signals}
	if err := s.hideLot(ctx, l); err != nil {
		return err
	}
	return s.putHidden(ctx, l.Signals)
}

// putHidden is Put of signals in which people are hidden.
func (s *Signals) putHidden(ctx context.Context, signals []*ingressv1.Signal) error {
	if len(signals) == 0 {
		return nil
	}
	p, err := packAll(signals, s.stored.names, s.Sources.Now())
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

// Run writes what was put until the context ends.
func (s *Signals) Run(ctx context.Context) error {
	s.stored.waits = s.Waits
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
	_ = s.stored.catchUp(ctx)
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
	sets := s.queue.take(func(p pending) bool { bytes += len(p.data); return bytes < maxBytes })
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

// write publishes what is not stored yet of the sets.
//
//	read what others stored ──→ leave out what is known ──→ messages ──→ stored, and known
//	        ↑                                                  └──→ another came first, or we did
//	        └───────────────────────────────────────────────────────┘ without hearing of it
func (s *Signals) write(ctx context.Context, sets []pending) error {
	err := bus.ErrConflict
	for try := range maxRefused {
		if err := s.stored.findEnd(ctx); err != nil {
			return err
		}
		out := s.stored.pick(sets)
		if len(out) == 0 {
			return nil
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
	}
	return err
}
