package shard

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

func TestAStaleOwnerPublishesNothing(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(2, 60)
	want := undisturbed(t, p, input)
	w := newWorld(t, "")
	stale := begin(t, w.conn, p)
	read(t, stale, input, 20)
	fresh := begin(t, w.connect(t), p)
	read(t, fresh, input, 30)

	before := len(said(t, w.conn))
	var err error
	for _, raw := range input[20:] {
		if err = give(t.Context(), stale, raw); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrFenced) {
		t.Errorf("error = %v, want ErrFenced", err)
	}
	if got := len(said(t, w.conn)); got != before {
		t.Errorf("the stale owner said %d changes", got-before)
	}
	if err := stale.keep(t.Context(), stale.freeze()); !errors.Is(err, ErrFenced) {
		t.Errorf("saving a checkpoint: %v, want ErrFenced", err)
	}
	read(t, fresh, input, -1)
	same(t, said(t, w.conn), want)
}

// A stale owner that wakes up in the middle of a checkpoint harms none of the new owner's.
func TestACheckpointOfAStaleOwnerTakesNoOthersPlace(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(2, 60)
	for name, rounds := range map[string]int{"before the new owner's first": 0, "after its first": 1, "after its second": 2, "after its third": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			stale := begin(t, w.conn, p)
			read(t, stale, input, 10)
			save(t, stale)
			read(t, stale, input, 10)
			f := stale.freeze()
			fresh := begin(t, w.connect(t), p)
			for range rounds {
				read(t, fresh, input, 10)
				save(t, fresh)
			}
			// It has looked whether it is still the owner just before it was stopped.
			late := &chunks{ctx: t.Context(), shard: stale, generation: 1 - stale.generation, position: f.position}
			if _, err := f.state.WriteTo(late); err != nil {
				t.Fatal(err)
			}
			if err := late.flush(); err != nil {
				t.Fatal(err)
			}
			head := &monitoringv1.ShardCheckpoint{
				Shard: stale.name, Position: f.position, Epoch: stale.epoch, Chunks: late.n, Chunk: late.n, Sha256: late.end,
				Policy: p.Version, Engine: detect.Version,
			}
			err := stale.keepManifest(t.Context(), 1-stale.generation, head)
			if fenced := errors.Is(err, ErrFenced); fenced != (rounds > 0) {
				t.Errorf("error = %v; want to be fenced where the new owner has written: %v", err, rounds > 0)
			}
			read(t, fresh, input, 5)
			save(t, fresh)
			again := begin(t, w.conn, p)
			if again.position != fresh.position {
				t.Errorf("reads on after %d, want the new owner's checkpoint at %d", again.position, fresh.position)
			}
			for generation, m := range again.manifests {
				if _, err := again.restore(t.Context(), generation, m); m.ShardCheckpoint != nil && err != nil {
					t.Errorf("generation %d: %v", generation, err)
				}
			}
		})
	}
}

func TestPartsThatNoManifestNamesAreSweptAway(t *testing.T) {
	t.Parallel()
	w, input := newWorld(t, ""), day(2, 60)
	s := begin(t, w.conn, smallPolicy())
	read(t, s, input, 10)
	save(t, s)
	garbage := topology.CheckpointChunkSubject("00", 1, 77, 3)
	if _, err := w.conn.Publish(t.Context(), bus.Event{Subject: garbage, ID: "garbage", Payload: &monitoringv1.ShardCheckpoint{}}); err != nil {
		t.Fatal(err)
	}
	begin(t, w.conn, smallPolicy())
	left, err := w.conn.Subjects(t.Context(), topology.Checkpoints, topology.CheckpointsOf("00"))
	if err != nil || len(left) != 2 || slices.Contains(left, garbage) {
		t.Errorf("left: %v, %v; want a manifest and its chunk", left, err)
	}
}

func TestOfTwoThatClaimFromTheSameStateOneIsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	p := smallPolicy()
	a, b := newShard(w.conn, p, 0, quiet), newShard(w.connect(t), p, 0, quiet)
	old, err := a.readState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.claimAfter(t.Context(), old, whole, loss{}); err != nil {
		t.Fatal(err)
	}
	if err := b.claimAfter(t.Context(), old, whole, loss{}); !errors.Is(err, ErrFenced) {
		t.Errorf("the second claim: %v, want ErrFenced", err)
	}
}

func TestALostAnswerIsNeitherFencingNorSaidTwice(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 40)
	want := undisturbed(t, p, input)
	w := newWorld(t, "127.0.0.1:0")
	line := natstest.NewLine(t, w.server.Addr().String())
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: "nats://" + line.Addr, Name: "test", Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	line.Lose(topology.Conditions, 1)
	s := begin(t, conn, p) // its claim lands, and nobody tells it
	if line.Lost() != 1 {
		t.Fatal("the claim's answer was not lost")
	}
	line.Lose(topology.Conditions, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, raw := range input {
		if err := give(ctx, s, raw); err != nil {
			t.Fatal(err)
		}
	}
	if line.Lost() != 2 {
		t.Fatal("no batch's answer was lost")
	}
	if s.state.Epoch != 1 {
		t.Errorf("epoch = %d", s.state.Epoch)
	}
	same(t, said(t, w.conn), want)
}
