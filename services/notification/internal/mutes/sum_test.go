package mutes

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A clock is set forward by tests.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// book is one process's.
func book(t *testing.T, conn *bus.Conn, c *clock) *Book {
	t.Helper()
	b := &Book{Conn: conn, Known: func() route.Known { return route.Known{} }, Clock: c.now}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = b.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	if err := b.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// set mutes for an hour.
func set(t *testing.T, b *Book) *notificationv1.Mute {
	t.Helper()
	a, err := b.OnSet(&notificationv1.MuteAsked{Mute: &notificationv1.Mute{By: "lena", Why: "drill"}, Lasts: durationpb.New(time.Hour)})
	m := a.(*notificationv1.MuteAnswered).GetMute()
	if err != nil || m.GetId() == "" {
		t.Fatal(a, err)
	}
	return m
}

// silenced records that the mute silenced something at a destination.
func silenced(t *testing.T, conn *bus.Conn, mute, notification, destination string) {
	t.Helper()
	r := &notificationv1.DeliveryRecorded{
		Id: notification + destination, Notification: notification, Destination: destination, Outcome: "silenced", Mute: mute,
		Tenant: "acme", Case: "c-1", Channel: "webhook", At: bus.Stamp(time.Now()),
	}
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.DeliverySubject("webhook"), ID: r.GetId(), Payload: r}); err != nil {
		t.Fatal(err)
	}
}

// summing runs sums until the test ends; each telling is handed to tell.
func summing(t *testing.T, b *Book, tell func(Sum) error) {
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		_ = Sums{Book: b, Log: slog.New(slog.DiscardHandler), Tell: func(_ context.Context, s Sum) error { return tell(s) }}.Run(ctx)
	})
	t.Cleanup(func() { stop(); done.Wait() })
}

// summed waits until the mute says that it was.
func summed(t *testing.T, b *Book, id string) *notificationv1.Mute {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); <-tick.C {
		k, err := b.last(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if k.GetSummedAt() != nil {
			return k.Mute
		}
	}
	t.Fatal("it is not summed")
	return nil
}

func TestASumThatCouldNotBeToldIsToldAgainAndCountsEachNotificationOnce(t *testing.T) {
	conn, c := natstest.Connect(t), &clock{}
	b := book(t, conn, c)
	m, other := set(t, b), set(t, b)
	for _, one := range [][2]string{{"n-1", "ops: a"}, {"n-1", "chief: b"}, {"n-2", "ops: a"}} {
		silenced(t, conn, m.GetId(), one[0], one[1])
	}
	silenced(t, conn, "m-another", "n-9", "ops: a")
	var mu sync.Mutex
	var sums []Sum
	summing(t, b, func(s Sum) error {
		mu.Lock()
		defer mu.Unlock()
		if sums = append(sums, s); len(sums) == 1 {
			return errors.New("the bus is away")
		}
		return nil
	})
	c.ahead.Store(int64(time.Hour + settling))
	if s := summed(t, b, m.GetId()); s.GetSilenced() != 2 {
		t.Errorf("it silenced %d", s.GetSilenced())
	}
	if s := summed(t, b, other.GetId()); s.GetSilenced() != 0 {
		t.Errorf("the other silenced %d", s.GetSilenced())
	}
	mu.Lock()
	defer mu.Unlock()
	if len(sums) != 2 || sums[1].News != 2 || sums[1].Cases != 1 || len(sums[1].Destinations) != 2 || len(sums[1].Last) != 1 || sums[1].Last[0].GetTitle() != "c-1" {
		t.Errorf("told %+v; of what silenced nothing nobody is told", sums)
	}
	if live := b.Current(); len(live) != 0 {
		t.Errorf("what is over is still looked at: %v", live)
	}
}

func TestOfTwoProcessesBothKnowAMuteAndKeepOneSum(t *testing.T) {
	conn, c := natstest.Connect(t), &clock{}
	one, two := book(t, conn, c), book(t, conn, c)
	m := set(t, one)
	silenced(t, conn, m.GetId(), "n-1", "ops: a")
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for len(two.Current()) == 0 {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the other process never heard of it")
		}
	}
	quiet := func(Sum) error { return nil }
	summing(t, one, quiet)
	summing(t, two, quiet)
	c.ahead.Store(int64(time.Hour + settling))
	summed(t, one, m.GetId())
	deeds := 0
	err := conn.Retained(t.Context(), topology.Mutes, func(raw bus.Raw) error {
		ch := &notificationv1.MuteChanged{}
		err := bus.Decode(raw, ch)
		if ch.GetChange() == "summed" {
			deeds++
		}
		return err
	})
	if err != nil || deeds != 1 {
		t.Errorf("summed %d times, %v", deeds, err)
	}
}
