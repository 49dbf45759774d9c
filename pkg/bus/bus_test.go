package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

func changed(id string) bus.Event {
	return bus.Event{
		Subject: topology.TicketSubject("acme", id), ID: bus.ID("test", id),
		Payload: &intakev1.TicketChanged{Ticket: &intakev1.Ticket{Head: &intakev1.TicketHead{Ticket: id}}},
	}
}

// handled consumes until n handlings and returns what the handler saw.
func handled(t *testing.T, conn *bus.Conn, n int, on func(string, bus.Meta) error) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	seen := make(chan string, 100)
	task := bus.Consumer(conn, topology.ClassificationOnTicketChanged, func(_ context.Context, m bus.Meta, ev *intakev1.TicketChanged) error {
		err := on(ev.Ticket.Head.Ticket, m)
		seen <- ev.Ticket.Head.Ticket
		return err
	})
	done := make(chan error, 1)
	go func() { done <- task(ctx) }()
	var got []string
	for len(got) < n {
		select {
		case id := <-seen:
			got = append(got, id)
		case <-ctx.Done():
			t.Fatalf("saw %v, want %d", got, n)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return got
}

func publish(t *testing.T, conn *bus.Conn, e bus.Event) {
	t.Helper()
	if _, err := conn.Publish(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func TestATransientErrorIsTriedAgain(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	var attempts []uint64
	handled(t, conn, 3, func(_ string, m bus.Meta) error {
		attempts = append(attempts, m.Attempt)
		if m.Attempt < 3 {
			return errors.New("database is away")
		}
		return nil
	})
	if fmt.Sprint(attempts) != "[1 2 3]" {
		t.Errorf("attempts = %v", attempts)
	}
}

func TestPoisonIsParkedAndTheNextMessageFlows(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("poison"))
	publish(t, conn, changed("T-2"))
	got := handled(t, conn, 2, func(id string, _ bus.Meta) error {
		if id == "poison" {
			return bus.Permanent(errors.New("makes no sense"))
		}
		return nil
	})
	if fmt.Sprint(got) != "[poison T-2]" {
		t.Errorf("handled %v", got)
	}
	list, err := conn.DeadLetters(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("dead letters = %v, %v", list, err)
	}
	d := list[0]
	if d.Reason != "makes no sense" || d.Consumer != "classification-ticket-changed" || d.Subject != topology.TicketSubject("acme", "poison") {
		t.Errorf("dead letter = %+v", d)
	}
	if err := conn.Retry(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	returned := false
	if got := handled(t, conn, 1, func(_ string, m bus.Meta) error { returned = m.Returned; return nil }); got[0] != "poison" || !returned {
		t.Errorf("retried %v, as one that came back: %v", got, returned)
	}
	if list, _ := conn.DeadLetters(t.Context()); len(list) != 0 {
		t.Errorf("still parked: %v", list)
	}
}

func TestWhatIsRefusedAgainIsParkedAgain(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("poison"))
	refuse := func(string, bus.Meta) error { return bus.Permanent(errors.New("makes no sense")) }
	handled(t, conn, 1, refuse)
	if err := conn.Retry(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	handled(t, conn, 1, refuse)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	list, err := conn.DeadLetters(ctx)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d dead letters, %v", len(list), err)
	}
	if d := list[0]; d.ID == 1 || d.Subject != topology.TicketSubject("acme", "poison") {
		t.Errorf("dead letter = %+v", d)
	}
}

func TestTheLargestMessageCanBeParked(t *testing.T) {
	conn := natstest.Connect(t)
	large := changed("large")
	large.Payload.(*intakev1.TicketChanged).Ticket.Notes = []*intakev1.TicketNote{{Text: strings.Repeat("x", 1<<20-600)}}
	publish(t, conn, large)
	handled(t, conn, 1, func(string, bus.Meta) error { return bus.Permanent(errors.New(strings.Repeat("why ", 1<<18))) })
	list, err := conn.DeadLetters(t.Context())
	if err != nil || len(list) != 1 || !strings.HasPrefix(list[0].Reason, "why ") {
		t.Errorf("%d dead letters, %v", len(list), err)
	}
}

func TestAHandlerMayTakeLongerThanTheServerWaits(t *testing.T) {
	conn := natstest.Connect(t)
	cfg := topology.ClassificationOnTicketChanged
	cons, err := conn.JS().Consumer(t.Context(), cfg.Stream.Name, cfg.Name)
	if err != nil {
		t.Fatal(err)
	}
	short := cons.CachedInfo().Config
	short.AckWait = 3 * time.Second // a little more than between two signs of work
	if _, err := conn.JS().UpdateConsumer(t.Context(), cfg.Stream.Name, short); err != nil {
		t.Fatal(err)
	}
	publish(t, conn, changed("slow"))
	publish(t, conn, changed("next"))
	var attempts []string
	handled(t, conn, 2, func(id string, m bus.Meta) error {
		attempts = append(attempts, fmt.Sprint(id, " ", m.Attempt))
		if id == "slow" {
			<-time.After(5 * time.Second)
		}
		return nil
	})
	if attempts[0] != "slow 1" || strings.HasPrefix(attempts[1], "slow") {
		t.Errorf("handled %v", attempts)
	}
}

func TestAPanicIsParked(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	publish(t, conn, changed("T-2"))
	handled(t, conn, 1, func(id string, _ bus.Meta) error {
		if id == "T-1" {
			panic("index out of range")
		}
		return nil
	})
	if list, _ := conn.DeadLetters(t.Context()); len(list) != 1 {
		t.Errorf("dead letters = %v", list)
	}
}

func TestTheExpectedLastSequenceHolds(t *testing.T) {
	conn := natstest.Connect(t)
	first := changed("T-1")
	first.ExpectLast = bus.Sequence(0)
	seq, err := conn.Publish(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	second := changed("T-1")
	second.ID, second.ExpectLast = "other", bus.Sequence(0)
	if _, err := conn.Publish(t.Context(), second); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("error = %v, want a conflict", err)
	}
	second.ExpectLast = &seq
	if _, err := conn.Publish(t.Context(), second); err != nil {
		t.Error(err)
	}
}

func TestAnEventMayExpectWhatStandsOnAnotherSubject(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	seq := uint64(1)
	other := changed("T-2")
	other.ExpectLast, other.ExpectOf = bus.Sequence(seq+1), changed("T-1").Subject
	if _, err := conn.Publish(t.Context(), other); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("error = %v, want a conflict", err)
	}
	other.ExpectLast = &seq
	if _, err := conn.Publish(t.Context(), other); err != nil {
		t.Error(err)
	}
}

func TestAnEventThatIsToBeNewIsRefusedWhereItsIDIsKnown(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	again := changed("T-2")
	again.ID = changed("T-1").ID
	if _, err := conn.PublishNew(t.Context(), again); !errors.Is(err, bus.ErrRepeated) {
		t.Errorf("error = %v, want that the id is known", err)
	}
	if _, err := conn.PublishNew(t.Context(), changed("T-3")); err != nil {
		t.Error(err)
	}
}

func TestOfEventsThatArePublishedAtOnceEachHasItsFate(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	list := []bus.Event{changed("T-2"), changed("T-1"), changed("T-3")}
	list[1].ID, list[1].ExpectLast = "second", bus.Sequence(0)
	errs := conn.PublishAll(t.Context(), list)
	if errs[0] != nil || !errors.Is(errs[1], bus.ErrConflict) || errs[2] != nil {
		t.Errorf("errors are %v, want a conflict of the second alone", errs)
	}
	for i, want := range map[int]uint64{0: 2, 2: 3} {
		if raw, err := conn.Last(t.Context(), topology.Tickets, list[i].Subject); err != nil || raw.Sequence != want {
			t.Errorf("event %d stands at %d, want %d: %v", i, raw.Sequence, want, err)
		}
	}
}

func TestABatchIsStoredWholeOrNotAtAll(t *testing.T) {
	conn := natstest.Connect(t)
	publish(t, conn, changed("T-1"))
	a, b := changed("T-3"), changed("T-1")
	b.ID, b.ExpectLast = "second", bus.Sequence(0)
	if _, err := conn.PublishBatch(t.Context(), []bus.Event{a, b}); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("error = %v, want a conflict", err)
	}
	if raw, err := conn.Last(t.Context(), topology.Tickets, a.Subject); err != nil || raw.Sequence != 0 {
		t.Errorf("half a batch was stored: %v, %v", raw, err)
	}
	b.ExpectLast = bus.Sequence(1)
	if seq, err := conn.PublishBatch(t.Context(), []bus.Event{a, b}); err != nil || seq != 3 {
		t.Errorf("sequence = %d, %v", seq, err)
	}
}

func TestTicksComeByThemselves(t *testing.T) {
	conn := natstest.Connect(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ticks := 0
	err := conn.Follow(ctx, bus.Following{Stream: topology.Signals, Filters: []string{topology.TickSubject()}}, func(context.Context, bus.Raw) error {
		if ticks++; ticks == 2 {
			cancel()
		}
		return nil
	})
	if err != nil || ticks < 2 {
		t.Errorf("%d ticks, %v", ticks, err)
	}
}
