package shard

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

func TestHoweverOftenTheOwnerChangesEachChangeIsSaidOnce(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 150)
	want := undisturbed(t, p, input)
	if len(want) < 30 {
		t.Fatalf("only %d changes: this input proves little", len(want))
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 2))
			w := newWorld(t, "")
			last := input[len(input)-1].Sequence
			for {
				s := begin(t, w.conn, p)
				read(t, s, input, r.IntN(40))
				if s.position == last {
					break
				}
				switch r.IntN(3) {
				case 0: // an orderly stop
					save(t, s)
				case 1: // a checkpoint, and a crash some messages later
					save(t, s)
					read(t, s, input, r.IntN(10))
				}
			}
			same(t, said(t, w.conn), want)
		})
	}
}

func save(t testing.TB, s *Shard) {
	t.Helper()
	if err := s.keep(t.Context(), s.freeze()); err != nil {
		t.Fatal(err)
	}
}

func TestAShardStoppedWhilePublishingLosesNothing(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 40)
	want := undisturbed(t, p, input)
	w := newWorld(t, "")
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range input {
		s := begin(t, w.conn, p)
		read(t, s, input[:i], -1)
		if s.position >= input[i].Sequence {
			continue
		}
		if err := give(stopped, s, input[i]); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if err := s.keepLast(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	read(t, begin(t, w.conn, p), input, -1)
	same(t, said(t, w.conn), want)
}

func TestMoreChangesThanABatchHoldsAreSaidOnceEach(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	var signals []*ingressv1.Signal
	const tenants = 2*maxChanges + 100
	for i := range tenants {
		for u := range 3 {
			signals = append(signals, failure(3*i+u, fmt.Sprint("t", i), fmt.Sprint("u", u), nine))
		}
	}
	input := []bus.Raw{received(7, nine, signals...)}
	want := undisturbed(t, p, input)
	if len(want) != tenants {
		t.Fatalf("%d changes, want %d", len(want), tenants)
	}
	for _, published := range []int{1, maxChanges, 2 * maxChanges} {
		t.Run(fmt.Sprint("crash after ", published), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			s := begin(t, w.conn, p)
			list, err := find(t.Context(), s, input[0])
			if err != nil {
				t.Fatal(err)
			}
			for part := range slices.Chunk(list[:published], maxChanges) {
				if err := s.say(t.Context(), part); err != nil {
					t.Fatal(err)
				}
			}
			read(t, begin(t, w.conn, p), input, -1)
			same(t, said(t, w.conn), want)
		})
	}
}

func TestTheStateSaysHowFarTheShardHasPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	s := begin(t, w.conn, smallPolicy())
	var signals []*ingressv1.Signal
	for u := range 3 {
		signals = append(signals, failure(u, "acme", fmt.Sprint("u", u), nine))
	}
	read(t, s, []bus.Raw{received(7, nine, signals...)}, -1)
	raw, err := w.conn.Last(t.Context(), topology.Conditions, topology.ShardStateSubject("00"))
	if err != nil {
		t.Fatal(err)
	}
	var st monitoringv1.ShardState
	if err := bus.Decode(raw, &st); err != nil {
		t.Fatal(err)
	}
	if st.Position != 7 || st.Published != 1 || st.Epoch != 1 || st.Policy != "sha256:small" {
		t.Errorf("state = %v", &st)
	}
}
