package shard

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// ErrFenced says that another owner has taken the shard over.
var ErrFenced = errors.New("another process owns the shard")

// state is the shard's record of what it has published, with its place on the
// stream and its id, which no other owner gives.
type state struct {
	*monitoringv1.ShardState
	seq uint64
	id  string
}

// readState reads the shard's state; a new one if it has never had any.
func (s *Shard) readState(ctx context.Context) (state, error) {
	raw, err := s.conn.Last(ctx, topology.Conditions, topology.ShardStateSubject(s.name))
	if err != nil {
		return state{}, err
	}
	st := &monitoringv1.ShardState{Shard: s.name}
	if raw.Sequence > 0 {
		if err := bus.Decode(raw, st); err != nil {
			return state{}, fmt.Errorf("state of shard %s: %w", s.name, err)
		}
	}
	return state{st, raw.Sequence, raw.ID}, nil
}

// claimAfter makes this process the shard's owner: the one whose state is st is
// fenced. Policy and engine stay those of what was published until this owner
// has said what stands by its own; after a loss they are nobody's.
func (s *Shard) claimAfter(ctx context.Context, st state, in input, l loss) error {
	next := proto.CloneOf(st.ShardState)
	// Without a state, checkpoints tell of owners that have been.
	next.Epoch = 1 + max(st.Epoch, s.manifests[0].GetEpoch(), s.manifests[1].GetEpoch())
	next.Input = timestamppb.New(in.created)
	switch {
	case st.seq == 0 && next.Epoch == 1:
		next.Policy, next.Engine = s.policy.Version, detect.Version
	case l.why != "":
		next.Policy, next.Engine = "", 0
	}
	if l.rewinds {
		next.Position, next.LostPosition, next.LostEpoch = l.position, l.position, next.Epoch
	}
	if err := s.commit(ctx, st.seq, next, nil); err != nil {
		return err
	}
	s.epoch, s.past, s.unsettled, s.holed = next.Epoch, next.Position, !s.speaksFor(next), next.Engine == 0
	return nil
}

// speaksFor says whether this owner finds what the state's owner found.
func (s *Shard) speaksFor(st *monitoringv1.ShardState) bool {
	return st.Policy == s.policy.Version && st.Engine == detect.Version
}

// commit publishes events together with the state that includes them.
// It returns ErrFenced if another owner has written a state meanwhile. The
// state's id holds the owner, so that of two who claim from the same state only
// one takes what stands there, or a repeat that the server drops, for its own.
func (s *Shard) commit(ctx context.Context, seq uint64, next *monitoringv1.ShardState, events []bus.Event) error {
	id := bus.ID("shard_state", s.name, s.owner, fmt.Sprint(next.Epoch), fmt.Sprint(next.Position), fmt.Sprint(next.Published),
		next.Policy, fmt.Sprint(next.Engine))
	batch := append(events, bus.Event{
		Subject: topology.ShardStateSubject(s.name), ID: id, Payload: next, ExpectLast: &seq,
	})
	last, err := s.conn.PublishBatch(ctx, batch)
	if err == nil {
		s.state = state{next, last, id}
		return nil
	}
	// Whatever went wrong, the batch may have landed: the state tells.
	now, rerr := s.readState(ctx)
	switch {
	case rerr != nil:
		return errors.Join(err, rerr)
	case now.id == id:
		s.state = now
		return nil
	}
	return s.fenced(now, seq, err)
}

// fenced is ErrFenced if another owner has written the state that stands now behind
// the one that was expected, and otherwise err.
func (s *Shard) fenced(now state, expected uint64, err error) error {
	if now.seq > expected { // a replica that lags may show an older one: that says nothing
		return fmt.Errorf("shard %s, now of epoch %d: %w", s.name, now.Epoch, ErrFenced)
	}
	return err
}

// stillOwner returns ErrFenced if another owner has written a state since.
func (s *Shard) stillOwner(ctx context.Context) error {
	now, err := s.readState(ctx)
	if err != nil {
		return err
	}
	if now.Epoch > s.epoch {
		return fmt.Errorf("shard %s, epoch %d, now %d: %w", s.name, s.epoch, now.Epoch, ErrFenced)
	}
	return nil
}
