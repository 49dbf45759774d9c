package shard

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
)

// foundIn is the header of a change that was published before its state: its place.
const foundIn = "ce-foundin"

// A place is the message that a change came of, and its number among those, from 1.
type place struct {
	seq uint64
	nth uint32
}

// String is the place as it stands in the header, "1207.1".
func (p place) String() string { return fmt.Sprint(p.seq, ".", p.nth) }

// placeOf is the place of a change that was published before its state; false if it
// was not.
func placeOf(raw bus.Raw) (p place, is bool) {
	n, err := fmt.Sscanf(raw.Header(foundIn), "%d.%d", &p.seq, &p.nth)
	return p, err == nil && n == 2
}

// adopt makes the state include the change that the owner before published and could
// not include any more, where this one finds others than it did: who finds the same
// knows it when it comes. All shards are claimed by then, so that nothing more comes
// of that owner; nobody publishes yet.
func (s *Shard) adopt(ctx context.Context, l loss) error {
	if !s.unsettled || l.rewinds { // then places mean something else than before
		return nil
	}
	list, err := s.stood.of(ctx, s.mine)
	if err != nil {
		return err
	}
	for _, st := range list {
		if st.seq < s.behind || st.place.seq <= s.past {
			continue
		}
		next := proto.CloneOf(s.state.ShardState)
		next.Position, next.Published = st.place.seq, st.place.nth
		if err := s.commit(ctx, s.state.seq, next, nil); err != nil {
			return err
		}
		s.past = next.Position
	}
	return nil
}
