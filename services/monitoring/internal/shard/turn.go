package shard

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// A turn is what is said where an owner of another policy or engine version, or
// one that has lost a part of the input, takes over: by which what stands on
// the bus becomes what this engine holds.
type turn struct {
	frozen  *frozen
	changes []detect.Change
}

// settle turns to this engine, once it has read all that is said already. It is
// computed from the engine and from what stands on the bus alone, and may be
// again after a crash: what stands there changes with the state only.
func (s *Shard) settle(ctx context.Context, stamp time.Time) error {
	var said []lastSaid
	err := s.retry(ctx, func() (err error) {
		said, err = s.stood.of(ctx, s.mine)
		return err
	})
	if err != nil {
		return err
	}
	var standing []detect.Change
	for _, last := range said {
		if last.stands {
			standing = append(standing, last.change)
		}
	}
	if s.since.IsZero() { // it has read nothing, not even the time
		s.since = stamp
		s.engine.Advance(stamp)
	}
	if s.holed { // of what counts older signals than these it can not judge
		s.since, s.holed = stamp, false
	}
	changes := s.engine.TakeOver(standing, s.since, fmt.Sprint(s.name, " ", s.epoch))
	f := s.freeze()
	var again bytes.Buffer // it is kept again and again until it is
	if _, err := f.state.WriteTo(&again); err != nil {
		return fmt.Errorf("snapshot of shard %s: %w", s.name, err)
	}
	f.state = written(again.Bytes())
	s.log.Warn("goes on under another policy or engine version, or after a loss", "stand", len(standing), "changes", len(changes))
	if err := s.put(ctx, found{turn: &turn{f, changes}}); err != nil {
		return err
	}
	s.unsettled = false
	return nil
}

// sayTurn keeps the engine first, then publishes: whoever is stopped in between
// finds an engine that has turned, and compares it with the bus again. The last
// batch makes the state this owner's.
func (s *Shard) sayTurn(ctx context.Context, t *turn) error {
	if err := s.retry(ctx, func() error { return s.keep(ctx, t.frozen) }); err != nil {
		return err
	}
	for rest := t.changes; ; {
		n := min(len(rest), maxChanges)
		var out []bus.Event
		for _, c := range rest[:n] {
			out = append(out, events.ConditionEvent(c, s.policy.Version))
		}
		rest = rest[n:]
		next := proto.CloneOf(s.state.ShardState)
		next.Published = math.MaxUint32 - uint32(len(rest))
		if len(rest) == 0 {
			next.Policy, next.Engine = s.policy.Version, detect.Version
		}
		if err := s.retry(ctx, func() error { return s.commit(ctx, s.state.seq, next, out) }); err != nil {
			return err
		}
		if len(rest) == 0 {
			return nil
		}
	}
}

// stood is what was said last of each condition, read once for all shards of an owner
// when all are claimed: of a shard's scopes it changes only when the shard itself has
// turned.
type stood struct {
	conn *bus.Conn
	mu   sync.Mutex
	read bool
	list []lastSaid
}

// lastSaid is what was said last of a condition, and its place; of one that has ended
// only the scope is known.
type lastSaid struct {
	change detect.Change
	stands bool
	place  place
}

// of is what was said last in some scopes.
func (b *stood) of(ctx context.Context, mine func(scope string) bool) ([]lastSaid, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.read {
		b.list = nil
		err := b.conn.Latest(ctx, topology.Conditions, topology.AllConditions, func(raw bus.Raw) error {
			var ev monitoringv1.ConditionChanged
			if err := bus.Decode(raw, &ev); err != nil {
				return err
			}
			last := lastSaid{place: placeOf(raw)}
			last.change, last.stands = events.Stands(ev.Condition)
			last.change.Scope = ev.Condition.GetScope()
			if last.stands || last.place.seq > 0 {
				b.list = append(b.list, last)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		b.read = true
	}
	var list []lastSaid
	for _, last := range b.list {
		if mine(last.change.Scope) {
			list = append(list, last)
		}
	}
	return list, nil
}
