package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func TestInOrderABurstIsHandedOnTogetherAndOnce(t *testing.T) {
	l := newLine(t, 600)
	defer l.read(fine)()
	l.await()
	l.settled()
	var all []uint64
	for _, call := range l.calls {
		all = append(all, call...)
	}
	if !slices.IsSorted(all) || len(all) != 600 || len(l.calls) > 10 || l.rests != len(l.calls) {
		t.Errorf("%d messages in %d calls, sorted: %v", len(all), len(l.calls), slices.IsSorted(all))
	}
	if turns := l.turns(); turns > 100 {
		t.Errorf("%d messages of a burst had turns of their own", turns)
	}
}

func TestInOrderOneThatFailsForNowIsNotOvertaken(t *testing.T) {
	l := newLine(t, 40)
	defer l.read(func(sequence, attempt uint64) error {
		if sequence == 20 && attempt < 3 {
			return errors.New("away")
		}
		return nil
	})()
	l.await()
	l.settled()
	// It fails behind the first, and twice in its own turn.
	for sequence, times := range l.done {
		if times != 1 {
			t.Errorf("%d is done %d times", sequence, times)
		}
	}
	if len(l.calls) < 3 || l.calls[len(l.calls)-1][0] != 20 {
		t.Errorf("handed on as %d", l.calls)
	}
}

func TestInOrderPoisonIsParkedAndHoldsUpNothing(t *testing.T) {
	l := newLine(t, 40)
	defer l.read(func(sequence, _ uint64) error {
		if sequence == 1 || sequence == 20 {
			return bus.Permanent(errors.New("makes no sense"))
		}
		return nil
	})()
	l.await()
	l.settled()
	list, err := l.conn.DeadLetters(t.Context())
	if err != nil || len(list) != 2 || list[0].Reason != "makes no sense" {
		t.Errorf("dead letters = %v, %v", list, err)
	}
}

func TestInOrderTwoReadersNeverOvertakeEachOther(t *testing.T) {
	l := newLine(t, 600)
	failing := func(sequence, attempt uint64) error {
		if sequence%50 == 0 && attempt == 1 {
			return errors.New("away")
		}
		return nil
	}
	for range 3 {
		defer l.read(failing)()
	}
	l.await()
	l.settled()
}

func TestInOrderWhoStopsIsFollowedByAnotherWhereItStood(t *testing.T) {
	l := newLine(t, 300)
	reached := make(chan struct{})
	once := sync.OnceFunc(func() { close(reached) })
	stop := l.read(func(sequence, _ uint64) error {
		if sequence >= 100 {
			once()
			return errors.New("away")
		}
		return nil
	})
	<-reached
	stop()
	defer l.read(fine)()
	l.await()
	l.settled()
}

func TestInOrderTheRestOfACallIsAwaitedAndMayFail(t *testing.T) {
	l := newLine(t, 3000)
	var failed atomic.Int32
	stop := l.readWith(fine, func(context.Context) error {
		if failed.Add(1) <= 3 {
			return errors.New("away")
		}
		return nil
	})
	defer stop()
	l.settled()
	for sequence := uint64(1); sequence <= 3000; sequence++ {
		if l.done[sequence] == 0 {
			t.Errorf("%d is not done", sequence)
		}
	}
}

func TestInOrderOneThatComesAgainIsHandedOnAgain(t *testing.T) {
	l := newLine(t, 8000) // more than are handed on before their turns
	var once atomic.Bool
	defer l.readWith(fine, func(context.Context) error {
		if !once.Swap(true) {
			return bus.Later(errors.New("busy"), time.Second) // all of the first call come again, behind a long walk
		}
		return nil
	})()
	l.await()
	l.settled()
}

func TestTheLastOfManySubjectsAreReadTogether(t *testing.T) {
	conn := natstest.Connect(t)
	changes(t, conn, 12)
	subjects := []string{topology.CaseSubject("acme", "nobody")}
	for i := range 1500 {
		subjects = append(subjects, topology.CaseSubject("acme", fmt.Sprint("c-", i)))
	}
	got, err := conn.Lasts(t.Context(), topology.Cases, subjects)
	if err != nil || len(got) != 5 {
		t.Fatalf("read %d, %v", len(got), err)
	}
	for subject, raw := range got {
		one, err := conn.Last(t.Context(), topology.Cases, subject)
		if err != nil || raw.Sequence != one.Sequence || raw.ID != one.ID || !raw.StoredAt.Equal(one.StoredAt) || string(raw.Data) != string(one.Data) || raw.Subject != subject {
			t.Errorf("%s: %+v, alone %+v, %v", subject, raw.Meta, one.Meta, err)
		}
	}
	if none, err := conn.Lasts(t.Context(), topology.Cases, subjects[:1]); err != nil || len(none) != 0 {
		t.Errorf("of what is not there it read %v, %v", none, err)
	}
}

func TestTheLastOfManySubjectsAreAllReadHoweverLargeTheyAre(t *testing.T) {
	conn := natstest.Connect(t)
	var subjects []string
	for i := range 20 {
		subjects = append(subjects, topology.CaseSubject("acme", fmt.Sprint("nobody-", i)), topology.CaseSubject("acme", fmt.Sprint("large-", i)))
		large := bus.Event{Subject: subjects[2*i+1], ID: fmt.Sprint(i), Payload: &reviewv1.CaseChanged{}, Encoded: bytes.Repeat([]byte{'x'}, 500<<10)}
		if _, err := conn.Publish(t.Context(), large); err != nil {
			t.Fatal(err)
		}
	}
	some, rest, err := conn.SomeLasts(t.Context(), topology.Cases, subjects)
	if err != nil || len(some) == 0 || len(some) > 10 || len(some)+len(rest) != len(subjects) {
		t.Errorf("one answer has %d, the rest are %d of %d: %v", len(some), len(rest), len(subjects), err)
	}
	all, err := conn.Lasts(t.Context(), topology.Cases, subjects)
	if err != nil || len(all) != 20 {
		t.Errorf("read %d of 20: %v", len(all), err)
	}
}
