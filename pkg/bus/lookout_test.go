package bus_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A killed process may have left a letter that was sent back and nobody to bring it.
func TestWhatIsSentBackToASeldomReaderComesWhetherItRunsOrBeginsLater(t *testing.T) {
	conn := natstest.Connect(t)
	ops := topology.ToDestination("ops", topology.AudienceFilter("leadership"))
	if err := ops.Apply(t.Context(), conn.JS()); err != nil {
		t.Fatal(err)
	}
	came := make(chan bool, 1)
	answer := bus.Permanent(errors.New("410 gone"))
	run := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			done <- bus.Consumer(conn, ops, func(_ context.Context, m bus.Meta, _ *notificationv1.Notification) error {
				came <- m.Returned
				return answer
			})(ctx)
		}()
		return func() { cancel(); <-done }
	}
	next := func(returned bool) {
		t.Helper()
		select {
		case is := <-came:
			if is != returned {
				t.Fatalf("it was sent back: %t", is)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("nothing comes")
		}
	}
	e := bus.Event{Subject: topology.NotificationSubject("leadership", "acme", "c-1"), ID: "n-1", Payload: &notificationv1.Notification{Id: "n-1"}}
	if _, err := conn.Publish(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	stop := run()
	next(false)
	id := parkedOne(t, conn, 0)
	if _, err := conn.JS().Consumer(t.Context(), topology.DeadLetter.Name, ops.Retry().Name); !errors.Is(err, jetstream.ErrConsumerNotFound) {
		t.Errorf("there is who brings back what nobody has sent: %v", err)
	}
	if err := conn.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	next(true)
	id = parkedOne(t, conn, id)
	stop()
	if err := conn.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	stop = run()
	next(true)
	parkedOne(t, conn, id)
	stop()
}

// parkedOne waits for a letter behind another.
func parkedOne(t *testing.T, conn *bus.Conn, after uint64) (id uint64) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	err := conn.Follow(ctx, bus.Following{Stream: topology.DeadLetter, Filters: []string{topology.AllDeadLetters}, After: after}, func(_ context.Context, raw bus.Raw) error {
		id = raw.Sequence
		stop()
		return nil
	})
	if err != nil || id == 0 {
		t.Fatalf("nothing is parked: %v", err)
	}
	return id
}
