package shard

import (
	"context"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// An input is the stream as it is when an owner takes over.
type input struct {
	// created tells it from another stream of the same name.
	created time.Time
	// last is the sequence of its newest message.
	last uint64
	// holds says whether the message of a sequence is there.
	holds func(ctx context.Context, seq uint64) (bool, error)
}

// inputNow is the stream as it is now.
func inputNow(ctx context.Context, conn *bus.Conn) (input, error) {
	created, last, err := conn.Created(ctx, topology.Signals)
	return input{created: created, last: last, holds: func(ctx context.Context, seq uint64) (bool, error) {
		raw, err := conn.At(ctx, topology.Signals, seq)
		return raw.Sequence == seq, err
	}}, err
}

// Why a part of the input was never read, or not by this engine.
const (
	whyGone     = "gone"     // messages were not there any more
	whyShorter  = "shorter"  // it ends before what was read of it
	whyReplaced = "replaced" // it is another stream
	whySilent   = "silent"   // nothing was stored, not even a tick
)

// A loss is that a part of the input can not be read any more, by which what was
// published can not be found again. Where positions mean something else than
// before, it rewinds to one.
type loss struct {
	why      string
	rewinds  bool
	position uint64
}

// lost compares what was read and published with what the stream holds; in must
// have been asked for after st was read, since another owner may go on meanwhile.
func (s *Shard) lost(ctx context.Context, st state, in input) (loss, error) {
	if st.seq == 0 {
		return loss{}, nil
	}
	position := uint64(0)
	for _, generation := range s.newestFirst() {
		if m := s.manifests[generation]; m.ShardCheckpoint != nil && s.fits(m) == nil {
			position = m.goesOnAt(st)
			break
		}
	}
	switch {
	case st.Input != nil && !st.Input.AsTime().Equal(in.created):
		return loss{why: whyReplaced, rewinds: true}, nil
	case max(position, st.Position) > in.last:
		return loss{why: whyShorter, rewinds: true, position: in.last}, nil
	case position >= st.Position:
		return loss{}, nil
	}
	// The stream's first message is the schedule of its ticks, which stays for ever.
	there, err := in.holds(ctx, max(position+1, 2))
	if err != nil || there {
		return loss{}, err
	}
	return loss{why: whyGone}, nil
}
