package shard

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
)

// A Shard runs the rules over its part of the input. What the engine is given
// and what is published run side by side: the reader goes ahead by what the
// outbox holds, no further.
type Shard struct {
	name   string
	number int
	conn   *bus.Conn
	policy *policy.Policy
	opts   detect.Options
	log    *slog.Logger
	meter  *meter
	// crowd are the sources that were said to name too many tenants.
	crowd map[string]bool
	// owner tells this process's states from those of others.
	owner string

	// stood is what stands on the bus.
	stood *stood
	// epoch is this owner's, from the claim on; past is how far what was found is
	// said already, unsettled that another has said it, holed that a part of the
	// input before is lost.
	epoch     uint64
	past      uint64
	unsettled bool
	holed     bool

	// The reader's: position is the sequence of the last message that the engine
	// has read whole, torn that it holds a part of one more, frozen the position
	// of the last snapshot.
	engine   *detect.Engine
	position uint64
	torn     bool
	frozen   uint64
	since    time.Time // when the first message was stored that the engine has read
	out      chan found

	// The publisher's: what has been published; unsure that a change may be that the
	// state does not include; unsaid that it ended before all was.
	state  state
	unsure bool
	unsaid bool

	// The watcher's: what was last said of how far the shard sees.
	sight saidSight

	// The keeper's: what stands in the two generations, and which is the newest.
	kept       sync.Mutex
	manifests  [2]manifest
	generation int
}

// outbox is how many changes may wait for the bus before reading waits too.
const outbox = 4 * maxChanges

// newShard is the shard with a number: of a sixteenth of the tenants, or, after
// those, the platform's, which reads the signals of all of them.
func newShard(conn *bus.Conn, p *policy.Policy, n int, log *slog.Logger) *Shard {
	name := nameOf(n)
	return &Shard{
		stood: &stood{conn: conn}, meter: newMeter(name),
		name: name, number: n, conn: conn, policy: p, log: log.With("shard", name),
		opts: optionsOf(p, n), owner: rand.Text(),
		out: make(chan found, outbox),
	}
}

// mine says whether the shard decides on a scope.
func (s *Shard) mine(scope string) bool { return numberOf(scope) == s.number }

// takeOver makes this process the shard's owner and the engine what it was at
// the position to read on from. It gives what was lost of the input meanwhile.
func (s *Shard) takeOver(ctx context.Context, now func(context.Context) (input, error)) (loss, error) {
	st, err := s.readState(ctx)
	if err != nil {
		return loss{}, err
	}
	if err := s.readManifests(ctx); err != nil {
		return loss{}, err
	}
	in, err := now(ctx)
	if err != nil {
		return loss{}, err
	}
	l, err := s.lost(ctx, st, in)
	if err != nil {
		return loss{}, err
	}
	if err := s.claimAfter(ctx, st, in, l); err != nil {
		return loss{}, err
	}
	s.unsure = true
	if err := s.loadCheckpoint(ctx); err != nil {
		return loss{}, err
	}
	return l, s.sweep(ctx)
}

// take gives the engine one message, unless it has read it, and puts what is
// found into the outbox. The clock is the stream's own stamp.
func (s *Shard) take(ctx context.Context, m *message) error {
	if m.seq <= s.position {
		return nil
	}
	if s.unsettled && m.seq > s.past {
		if err := s.settle(ctx, m.stamp); err != nil {
			return err
		}
	}
	if s.since.IsZero() {
		s.since = m.stamp
	}
	s.torn = true
	nth := uint32(0)
	err := s.feed(m, func(changes []detect.Change) error {
		for _, c := range changes {
			nth++
			if err := s.put(ctx, found{seq: m.seq, nth: nth, change: c}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.position, s.torn = m.seq, false
	return nil
}

// feed gives the engine a message and hands on what it finds.
func (s *Shard) feed(m *message, found func([]detect.Change) error) error {
	if m.tick {
		return found(s.engine.Advance(m.stamp))
	}
	for signal := range m.of(s.number) {
		changes, refused := s.engine.Read(signal, m.stamp)
		for _, r := range refused {
			s.report(r)
		}
		if len(changes) == 0 {
			continue
		}
		if err := found(changes); err != nil {
			return err
		}
	}
	return nil
}

// report says why a signal does not count. All are counted; a source that makes
// up tenants is worth a warning, once.
func (s *Shard) report(r detect.Refusal) {
	s.log.Debug("signal does not count", "source", r.Source, "id", r.ID, "why", r.Reason.String())
	if r.Reason != detect.Crowded || s.crowd[r.Source] {
		return
	}
	if s.crowd == nil {
		s.crowd = map[string]bool{}
	}
	s.crowd[r.Source] = true
	s.log.Warn("signals of more tenants are refused; see what this source takes for a tenant, and begin with a new source name when it is mended",
		"source", r.Source, "tenant", r.Tenant, "shard", s.name)
}
