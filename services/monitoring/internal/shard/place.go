package shard

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
)

// foundIn is the header of a change that was published before its state: its place.
const foundIn = "ce-foundin"

// A place is the owner's epoch, the message that a change came of, and its number
// among those of that message, from 1. What was published before its state has one.
type place struct {
	epoch, seq uint64
	nth        uint32
}

// String is the place as it stands in the header, "3.1207.1".
func (p place) String() string { return fmt.Sprint(p.epoch, ".", p.seq, ".", p.nth) }

// placeOf is the place that a change's header names; without one it is zero.
func placeOf(raw bus.Raw) (p place) {
	if _, err := fmt.Sscanf(raw.Header(foundIn), "%d.%d.%d", &p.epoch, &p.seq, &p.nth); err != nil {
		return place{}
	}
	return p
}

// adopt makes the state include the change that an owner before published and could
// not include any more, where this one finds others than it did: who finds the same
// knows it when it comes. All shards are claimed by then, so that nothing more comes
// of that owner; nobody publishes yet. Since a part of the input was lost, positions
// of the owners before mean something else.
func (s *Shard) adopt(ctx context.Context) error {
	if !s.unsettled {
		return nil
	}
	list, err := s.stood.of(ctx, s.mine)
	if err != nil {
		return err
	}
	for _, last := range list {
		if last.place.epoch < s.state.LostEpoch || last.place.seq <= s.past {
			continue
		}
		next := proto.CloneOf(s.state.ShardState)
		next.Position, next.Published = last.place.seq, last.place.nth
		if err := s.commit(ctx, s.state.seq, next, nil); err != nil {
			return err
		}
		s.past = next.Position
	}
	return nil
}
