package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// gathered consumes in batches until n messages were handled, and gives the
// tickets of each batch.
func gathered(t *testing.T, conn *bus.Conn, n int, on func(ticket string, m bus.Meta) error) [][]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	batches := make(chan []string, 1000)
	task := bus.BatchConsumer(conn, topology.ClassificationOnTicketChanged, func(_ context.Context, got []bus.Got[*intakev1.TicketChanged]) []error {
		var names []string
		errs := make([]error, len(got))
		for i, one := range got {
			names = append(names, one.Payload.Ticket.Head.Ticket)
			errs[i] = on(names[i], one.Meta)
		}
		batches <- names
		return errs
	})
	done := make(chan error, 1)
	go func() { done <- task(ctx) }()
	var all [][]string
	for handled := 0; handled < n; {
		select {
		case names := <-batches:
			all = append(all, names)
			handled += len(names)
		case <-ctx.Done():
			t.Fatalf("saw %v, want %d", all, n)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatWaitsIsHandedOnTogetherAndInOrder(t *testing.T) {
	conn := natstest.Connect(t)
	const messages = 300
	var want []string
	for i := range messages {
		want = append(want, fmt.Sprint("T-", i))
		publish(t, conn, changed(want[i]))
	}
	first := true
	batches := gathered(t, conn, messages, func(string, bus.Meta) error {
		// The handler is busy until many wait: answers come behind the messages on one
		// connection, and by the last of them those are taken from it as well.
		for seen := 0; first && seen < 20; {
			if handedOut(t, conn) >= 100 {
				seen++
			}
		}
		first = false
		return nil
	})
	if got := slices.Concat(batches...); !slices.Equal(got, want) {
		t.Errorf("handled %v", got)
	}
	if len(batches) < 2 || len(batches[0])+len(batches[1]) < 90 {
		t.Errorf("%d messages that waited came in batches of %d and %d", messages, len(batches[0]), len(batches[1]))
	}
}

// handedOut is how many messages the server has handed out and not heard of again.
func handedOut(t *testing.T, conn *bus.Conn) int {
	t.Helper()
	c := topology.ClassificationOnTicketChanged
	cons, err := conn.JS().Consumer(t.Context(), c.Stream.Name, c.Name)
	if err != nil {
		t.Error(err)
		return 1000
	}
	return cons.CachedInfo().NumAckPending
}

func TestOfABatchEachMessageHasItsOwnFate(t *testing.T) {
	conn := natstest.Connect(t)
	for _, name := range []string{"good", "bad", "later", "last"} {
		publish(t, conn, changed(name))
	}
	publish(t, conn, bus.Event{Subject: topology.TicketSubject("acme", "x"), ID: "x", Payload: &intakev1.TicketHead{Ticket: "\x01"}})
	tries := map[string]int{}
	gathered(t, conn, 5, func(name string, _ bus.Meta) error {
		tries[name]++
		switch {
		case name == "bad":
			return bus.Permanent(errors.New("makes no sense"))
		case name == "later" && tries[name] == 1:
			return errors.New("away")
		}
		return nil
	})
	if tries["good"] != 1 || tries["bad"] != 1 || tries["later"] != 2 || tries["last"] != 1 {
		t.Errorf("tried %v", tries)
	}
}

func TestAPanicOverABatchIsOneMessagesOwn(t *testing.T) {
	conn := natstest.Connect(t)
	for _, name := range []string{"a", "panics", "b"} {
		publish(t, conn, changed(name))
	}
	done := map[string]bool{}
	gathered(t, conn, 2, func(name string, _ bus.Meta) error {
		if name == "panics" {
			panic("oh")
		}
		done[name] = true
		return nil
	})
	if !done["a"] {
		t.Errorf("done: %v", done)
	}
}
