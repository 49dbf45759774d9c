package shard

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
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

// killedBeforeItsState says so many of the changes that an input makes, one by one, and
// of the last the change alone, without the state.
func killedBeforeItsState(t testing.TB, w world, p *policy.Policy, input []bus.Raw, changes int) {
	t.Helper()
	s := begin(t, w.conn, p)
	for _, raw := range input {
		list, err := find(t.Context(), s, raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if changes--; changes > 0 {
				if err := s.say(t.Context(), []found{f}); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := s.sayAhead(t.Context(), f, events.ConditionEvent(f.change, p.Version)); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("the input makes fewer changes")
}

func TestAnOwnerKilledBetweenAChangeAndItsStateHasSaidItOnce(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 60)
	want := undisturbed(t, p, input)
	for _, changes := range []int{1, 2, 5, 10} {
		for _, others := range []bool{false, true} {
			t.Run(fmt.Sprint("after change ", changes, " others ", others), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "")
				killedBeforeItsState(t, w, p, input, changes)
				s := begin(t, w.conn, p)
				if others { // what is found next is said together
					list := future(t, p, input, 0)[changes-1:]
					if err := s.say(t.Context(), list[:min(3, len(list))]); err != nil {
						t.Fatal(err)
					}
				}
				read(t, s, input, -1)
				same(t, said(t, w.conn), want)
				raw, err := w.conn.Last(t.Context(), topology.Conditions, topology.ShardStateSubject("00"))
				if err != nil || raw.Sequence < s.state.seq {
					t.Errorf("the state stands at %d, %v", raw.Sequence, err)
				}
			})
		}
	}
}

func TestAnOwnerOfAnotherPolicyKnowsWhatWasSaidBeforeItsState(t *testing.T) {
	t.Parallel()
	input := day(3, 100)
	for changes := 1; changes <= 12; changes++ {
		t.Run(fmt.Sprint("change ", changes), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			killedBeforeItsState(t, w, withLine(1), input, changes)
			for _, p := range []*policy.Policy{withLine(2), withLine(1)} {
				s := begin(t, w.conn, p)
				read(t, s, input, -1)
				holds(t, s, said(t, w.conn))
			}
		})
	}
}

func TestWhatStandsWithBothIsNotSaidAgainThoughItsStateLacksIt(t *testing.T) {
	t.Parallel()
	w, p := newWorld(t, ""), smallPolicy()
	three := received(7, nine, failure(1, home(0), "u1", nine), failure(2, home(0), "u2", nine), failure(3, home(0), "u3", nine))
	killedBeforeItsState(t, w, p, []bus.Raw{three}, 1)
	past := said(t, w.conn)
	begin(t, w.conn, p) // and is killed before it reads anything
	s := begin(t, w.conn, withLine(1))
	read(t, s, []bus.Raw{tickAt(6, nine), three, tickAt(8, nine)}, -1)
	same(t, said(t, w.conn), past)
}

func TestAChangeOfAStaleOwnerIsNotSaidBeforeItsState(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 60)
	w := newWorld(t, "")
	stale := begin(t, w.conn, p)
	begin(t, w.connect(t), p)
	f := future(t, p, input, 0)[0]
	if err := stale.sayAhead(t.Context(), f, events.ConditionEvent(f.change, p.Version)); !errors.Is(err, ErrFenced) {
		t.Errorf("error = %v, want ErrFenced", err)
	}
	if list := said(t, w.conn); len(list) > 0 {
		t.Errorf("the stale owner has said %v", list)
	}
}
