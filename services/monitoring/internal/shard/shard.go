package shard

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// maxChanges is how many changes go out with one state: an atomic batch holds 1000 messages.
const maxChanges = 900

// Interval is how much time passes between two checkpoints of a shard. It is the
// process's own time: a backlog of days is read without a stop every 30 s of it.
const Interval = 30 * time.Second

// A Shard owns one ordered input.
type Shard struct {
	name    string
	filters []string
	conn    *bus.Conn
	policy  *policy.Policy
	opts    detect.Options
	log     *slog.Logger
	// owner tells this process's states from those of others; now is its clock.
	owner string
	now   func() time.Time

	engine *detect.Engine
	// position is the sequence of the last message whose changes are published;
	// while one is on its way the engine is ahead of it.
	position uint64
	ahead    bool
	state    state
	// generation is that of the newest checkpoint, saved its position.
	generation int
	saved      uint64
	savedAt    time.Time
}

func newShard(conn *bus.Conn, p *policy.Policy, log *slog.Logger, name string, scopes detect.Scopes, signals string) *Shard {
	return &Shard{
		name: name, filters: []string{signals, topology.TickSubject()}, conn: conn, policy: p, log: log,
		opts: detect.Options{Policy: p.Version, Scopes: scopes}, owner: rand.Text(), now: time.Now,
	}
}

// Tenants is the shard that runs the rules per tenant for a sixteenth of the tenants.
func Tenants(conn *bus.Conn, p *policy.Policy, n int, log *slog.Logger) *Shard {
	return newShard(conn, p, log, topology.ShardName(n), detect.Tenants, topology.SignalsSubject(n))
}

// Platform is the shard that reads the signals of all tenants and runs the
// rules for the platform as a whole.
func Platform(conn *bus.Conn, p *policy.Policy, log *slog.Logger) *Shard {
	return newShard(conn, p, log, topology.PlatformShard, detect.Platform, topology.AllSignals)
}

// Run owns the shard until the context ends or another process takes it over (ErrFenced).
func (s *Shard) Run(ctx context.Context) error {
	if err := s.claim(ctx); err != nil {
		return err
	}
	if err := s.loadCheckpoint(ctx); err != nil {
		return err
	}
	err := s.conn.Follow(ctx, bus.Following{Stream: topology.Signals, Filters: s.filters, After: s.position}, s.on)
	if err != nil {
		return err
	}
	return s.end(ctx)
}

// end saves a last checkpoint, so that the next owner has little to read again:
// but not while the engine holds a message whose changes are not all published,
// since nobody would find those again.
func (s *Shard) end(ctx context.Context) error {
	if s.ahead || s.position == s.saved {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.saveCheckpoint(ctx)
}

// on takes one message of the input: signals or a tick.
func (s *Shard) on(ctx context.Context, raw bus.Raw) error {
	s.ahead = true
	changes, err := s.step(raw)
	if err != nil {
		return err
	}
	if err := s.publish(ctx, raw.Sequence, changes); err != nil {
		return err
	}
	s.position, s.ahead = raw.Sequence, false
	if s.now().Sub(s.savedAt) < Interval {
		return nil
	}
	s.savedAt = s.now()
	err = s.saveCheckpoint(ctx)
	if errors.Is(err, ErrFenced) {
		return err
	}
	if err != nil {
		s.log.Warn("no checkpoint this time; a restart reads from the one before", "shard", s.name, "error", err)
	}
	return nil
}

// step gives the engine one message; the clock is the stream's own stamp.
func (s *Shard) step(raw bus.Raw) ([]detect.Change, error) {
	if raw.Subject == topology.TickSubject() {
		return s.engine.Advance(raw.StoredAt), nil
	}
	var batch intakev1.SignalsReceived
	if err := bus.Decode(raw, &batch); err != nil {
		// Intake writes this stream alone; what it wrote and we can not read is a fault to look at, not to guess at.
		return nil, fmt.Errorf("signals at %d: %w", raw.Sequence, err) // permanent: monitoring stops
	}
	var changes []detect.Change
	for _, sig := range batch.Signals {
		changed, refused := s.engine.Apply(events.Signal(sig), raw.StoredAt)
		for _, r := range refused {
			s.log.Debug("signal does not count", "source", r.Source, "id", r.ID, "why", r.Reason.String())
		}
		changes = append(changes, changed...)
	}
	return changes, nil
}

// publish sends the changes that came of the message at seq, but for those that
// the shard's state already includes.
func (s *Shard) publish(ctx context.Context, seq uint64, changes []detect.Change) error {
	done := 0
	switch {
	case len(changes) == 0 || seq < s.state.Position:
		return nil
	case seq == s.state.Position:
		done = min(int(s.state.Published), len(changes))
	}
	for done < len(changes) {
		end := min(done+maxChanges, len(changes))
		var out []bus.Event
		for _, c := range changes[done:end] {
			out = append(out, events.ConditionEvent(c, s.policy.Version))
		}
		next := &monitoringv1.ShardState{
			Shard: s.name, Position: seq, Published: uint32(end), Epoch: s.state.Epoch,
			Policy: s.policy.Version, Engine: detect.Version,
		}
		if err := s.retry(ctx, func() error { return s.commit(ctx, s.state.seq, next, out) }); err != nil {
			return err
		}
		done = end
	}
	return nil
}
