package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// told publishes the nth notification of a case.
func told(t *testing.T, conn *bus.Conn, name string, n int) {
	t.Helper()
	publish(t, conn, bus.Event{
		Subject: topology.NotificationSubject("leadership", "acme", name), ID: bus.ID("test", name, fmt.Sprint(n)),
		Payload: &notificationv1.Notification{Case: name, CaseVersion: uint64(n)},
	})
}

// wide consumes beside each other until the test has what it wants, and ends in order.
func wide(t *testing.T, conn *bus.Conn, on func(context.Context, *notificationv1.Notification) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	task := bus.Consumer(conn, topology.NotificationToWebhook, func(ctx context.Context, _ bus.Meta, n *notificationv1.Notification) error {
		return on(ctx, n)
	})
	go func() { done <- task(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestThoseOfOneSubjectComeOneAfterAnotherAndOthersBesideThem(t *testing.T) {
	conn := natstest.Connect(t)
	const cases, versions = 8, 5
	for v := range versions {
		for c := range cases {
			told(t, conn, fmt.Sprint("c-", c), v+1)
		}
	}
	var mu sync.Mutex
	got, at := map[string][]uint64{}, map[string]int{}
	beside, together, left := 0, make(chan struct{}), make(chan struct{}, cases*versions)
	stop := wide(t, conn, func(_ context.Context, n *notificationv1.Notification) error {
		mu.Lock()
		if at[n.Case]++; at[n.Case] > 1 {
			t.Errorf("two of %s at once", n.Case)
		}
		got[n.Case] = append(got[n.Case], n.CaseVersion)
		if beside++; beside == cases {
			close(together)
		}
		mu.Unlock()
		select {
		case <-together: // all cases are in somebody's hands at once
		case <-time.After(20 * time.Second):
			t.Errorf("only %d at once", beside)
		}
		mu.Lock()
		at[n.Case]--
		mu.Unlock()
		left <- struct{}{}
		return nil
	})
	for range cases * versions {
		<-left
	}
	stop()
	for name, order := range got {
		if !slices.Equal(order, []uint64{1, 2, 3, 4, 5}) {
			t.Errorf("%s came as %d", name, order)
		}
	}
}

func TestOneThatIsTriedAgainHoldsNothingBackAndWhoStopsWaitsForAll(t *testing.T) {
	conn := natstest.Connect(t)
	for c := range 3 * topology.Hands {
		told(t, conn, fmt.Sprint("c-", c), 1)
	}
	tries, done, started := 0, make(chan string, 1000), make(chan struct{}, 1000)
	var mu sync.Mutex
	stop := wide(t, conn, func(ctx context.Context, n *notificationv1.Notification) error {
		if n.Case == "hangs" {
			started <- struct{}{}
			<-ctx.Done()
			done <- n.Case
			return ctx.Err()
		}
		mu.Lock()
		defer mu.Unlock()
		if n.Case == "c-0" {
			if tries++; tries < 3 {
				return errors.New("away")
			}
		}
		done <- n.Case
		return nil
	})
	for range 3 * topology.Hands {
		<-done
	}
	told(t, conn, "hangs", 1)
	<-started
	stop()
	select {
	case name := <-done:
		if name != "hangs" {
			t.Errorf("%s came once more", name)
		}
	default:
		t.Error("it stopped while a hand was at work")
	}
}

func TestThoseOfOneLineComeOneAfterAnotherAndThoseOfNoneBesideAll(t *testing.T) {
	conn := natstest.Connect(t)
	lines := []string{"a", "", "a", "b", "", "a", "b"}
	for n, line := range lines { // all on one subject
		publish(t, conn, bus.Event{
			Subject: topology.NotificationSubject("leadership", "acme", "c"), ID: bus.ID("test", fmt.Sprint(n)),
			Payload: &notificationv1.Notification{Kind: line, CaseVersion: uint64(n)},
		})
	}
	read := func(raw bus.Raw) *notificationv1.Notification {
		n := &notificationv1.Notification{}
		if err := bus.Decode(raw, n); err != nil {
			t.Error(err)
		}
		return n
	}
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	got := map[string][]uint64{}
	beside, together, left := 0, make(chan struct{}), make(chan struct{}, len(lines))
	task := bus.LinedConsumer(conn, topology.NotificationToWebhook, func(raw bus.Raw) string { return read(raw).Kind }, func(_ context.Context, raw bus.Raw) error {
		mu.Lock()
		n := read(raw)
		got[n.Kind] = append(got[n.Kind], n.CaseVersion)
		if beside++; beside == 4 { // the first of either line, and those of none
			close(together)
		}
		mu.Unlock()
		select {
		case <-together:
		case <-time.After(20 * time.Second):
			t.Errorf("only %d at once", beside)
		}
		left <- struct{}{}
		return nil
	})
	done := make(chan error, 1)
	go func() { done <- task(ctx) }()
	for range lines {
		<-left
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !slices.Equal(got["a"], []uint64{0, 2, 5}) || !slices.Equal(got["b"], []uint64{3, 6}) {
		t.Errorf("they came as %v", got)
	}
}
