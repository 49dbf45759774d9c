package bus_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

func delivery(id string) bus.Event {
	return bus.Event{
		Subject: topology.DeliverySubject("stream"), ID: bus.ID("test", id), Payload: &notificationv1.DeliveryRecorded{Notification: id},
		Header: map[string]string{"Tocsin-Test": "of " + id},
	}
}

func TestWhatManyWritersPutIsStoredOnceAndSaidToEach(t *testing.T) {
	conn := natstest.Connect(t)
	g := &bus.Gatherer{Conn: conn}
	if err := g.Put(t.Context()); err != nil {
		t.Errorf("nothing: %v", err)
	}
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			var events []bus.Event
			for k := range i {
				events = append(events, delivery(fmt.Sprint(i, "/", k)))
			}
			events = append(events, delivery("of all")) // of those that repeat it, none fails, and none keeps the others out
			if err := g.Put(t.Context(), events...); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	seen := map[string]int{}
	err := conn.Retained(t.Context(), topology.Deliveries, func(raw bus.Raw) error {
		seen[raw.ID]++
		d := &notificationv1.DeliveryRecorded{}
		if err := bus.Decode(raw, d); err != nil || raw.Header("tocsin-test") != "of "+d.Notification {
			t.Errorf("%s says %q, %v", raw.ID, raw.Header("Tocsin-Test"), err)
		}
		return nil
	})
	if want := 50*49/2 + 1; err != nil || len(seen) != want {
		t.Errorf("%d are stored, want %d: %v", len(seen), want, err)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is stored %d times", id, n)
		}
	}
}

func TestOneThatIsRefusedIsItsWritersAlone(t *testing.T) {
	conn := natstest.Connect(t)
	g := &bus.Gatherer{Conn: conn}
	var wg sync.WaitGroup
	for i := range 40 {
		e := delivery(fmt.Sprint(i))
		if i == 7 {
			e.ExpectLast = bus.Sequence(1000)
		}
		wg.Go(func() {
			if err := g.Put(t.Context(), e); errors.Is(err, bus.ErrConflict) != (i == 7) || err != nil && i != 7 {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
}
