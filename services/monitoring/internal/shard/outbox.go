package shard

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// maxChanges is how many changes go out with one state: an atomic batch holds 1000 messages.
const maxChanges = 900

// found is what waits in the outbox: a change, or a snapshot of the engine that
// may be kept once all that lies before it is published, or a turn.
type found struct {
	// seq is the message that the change came of, nth its number among those, from 1.
	seq    uint64
	nth    uint32
	change detect.Change
	frozen *frozen
	turn   *turn
}

// isChange says that it is no more than a change.
func (f found) isChange() bool { return f.frozen == nil && f.turn == nil }

// put waits for room in the outbox.
func (s *Shard) put(ctx context.Context, f found) error {
	select {
	case s.out <- f:
		return nil
	default:
	}
	select {
	case s.out <- f:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// publish sends what comes into the outbox, as much at once as is there, until
// the outbox is closed. Snapshots go to keep.
func (s *Shard) publish(ctx context.Context, keep func(*frozen)) error {
	var list []found
	for f := range s.out {
		list = append(list[:0], f)
		for more := true; more && f.isChange() && len(list) < maxChanges; {
			select {
			case f, more = <-s.out:
				if more {
					list = append(list, f)
				}
			default:
				more = false
			}
		}
		if err := s.send(ctx, list, keep); err != nil {
			return err
		}
	}
	return nil
}

// send publishes a part of what was found; a snapshot or a turn is the last of it.
func (s *Shard) send(ctx context.Context, list []found, keep func(*frozen)) error {
	last := list[len(list)-1]
	if !last.isChange() {
		list = list[:len(list)-1]
	}
	if err := s.say(ctx, list); err != nil {
		return err
	}
	switch {
	case last.frozen != nil:
		keep(last.frozen)
	case last.turn != nil:
		return s.sayTurn(ctx, last.turn)
	}
	return nil
}

// say publishes changes and the state that includes them, but for those that the
// shard's state already includes.
func (s *Shard) say(ctx context.Context, list []found) error {
	for len(list) > 0 && s.includes(list[0]) {
		list = list[1:]
	}
	if len(list) == 0 {
		return nil
	}
	if err := s.retry(ctx, func() error { return s.sayAll(ctx, list) }); err != nil {
		return err
	}
	s.meter.said(ctx, list)
	return nil
}

// sayAll tries once to publish changes that the state does not include, and then the
// state that does: one change before its state, since the server takes six times as
// long for a batch, and several with it in one batch. So of all changes on the stream
// at most one is not included, the last; whoever comes after its publisher knows it.
func (s *Shard) sayAll(ctx context.Context, list []found) error {
	last := list[len(list)-1]
	out := make([]bus.Event, len(list), len(list)+1)
	for i, f := range list {
		out[i] = events.ConditionEvent(f.change, s.policy.Version)
	}
	if s.unsure {
		raw, err := s.conn.Last(ctx, topology.Conditions, out[0].Subject)
		if err != nil {
			return err
		}
		if raw.ID == out[0].ID {
			out = out[1:]
		}
	}
	if len(out) == 1 {
		if err := s.sayAhead(ctx, last, out[0]); err != nil {
			return err
		}
		out = nil
	}
	next := proto.CloneOf(s.state.ShardState)
	next.Position, next.Published = last.seq, last.nth
	if err := s.commit(ctx, s.state.seq, next, out); err != nil {
		return err
	}
	s.unsure = false
	return nil
}

// sayAhead publishes a change ahead of the state that will include it, if the state is
// still this owner's. The change is not on the stream: an id that is repeated is another's.
func (s *Shard) sayAhead(ctx context.Context, f found, e bus.Event) error {
	e.Header = map[string]string{foundIn: place{s.epoch, f.seq, f.nth}.String()}
	e.ExpectLast, e.ExpectOf = bus.Sequence(s.state.seq), topology.ShardStateSubject(s.name)
	s.unsure = true
	_, err := s.conn.PublishNew(ctx, e)
	if !errors.Is(err, bus.ErrConflict) {
		return err
	}
	now, rerr := s.readState(ctx)
	if rerr != nil {
		return errors.Join(err, rerr)
	}
	return s.fenced(now, s.state.seq, err)
}

// includes says whether the shard's state includes the change. What another
// policy or engine has found in its last message can not be compared: all of
// that message is past.
func (s *Shard) includes(f found) bool {
	return f.seq < s.state.Position || f.seq == s.state.Position && (f.nth <= s.state.Published || !s.speaksFor(s.state.ShardState))
}

// retry calls fn until it works, the shard is fenced, trying again is of no
// help, or the context ends: the bus may be away for a while, and what was
// found must not be lost.
func (s *Shard) retry(ctx context.Context, fn func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := fn()
		if err == nil || errors.Is(err, ErrFenced) || bus.IsPermanent(err) {
			return err
		}
		s.log.Warn("will publish again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
