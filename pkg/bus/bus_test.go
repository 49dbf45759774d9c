package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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

// park publishes messages that are refused for good.
func park(t *testing.T, conn *bus.Conn, tickets ...string) {
	t.Helper()
	for _, id := range tickets {
		publish(t, conn, changed(id))
	}
	handled(t, conn, len(tickets), func(string, bus.Meta) error { return bus.Permanent(errors.New("makes no sense")) })
}

func TestDeadLettersHavePages(t *testing.T) {
	conn := natstest.Connect(t)
	park(t, conn, "T-1", "T-2", "T-3")
	first, err := conn.DeadLettersOf(t.Context(), bus.Letters{Consumer: "classification-ticket-changed", Limit: 2})
	if err != nil || len(first) != 2 {
		t.Fatalf("the first page: %v, %v", first, err)
	}
	second, err := conn.DeadLettersOf(t.Context(), bus.Letters{After: first[1].ID, Limit: 2})
	if err != nil || len(second) != 1 || second[0].ID <= first[1].ID {
		t.Errorf("the second page: %v, %v", second, err)
	}
	if none, err := conn.DeadLettersOf(t.Context(), bus.Letters{Consumer: "notification-webhook"}); err != nil || len(none) != 0 {
		t.Errorf("of another consumer: %v, %v", none, err)
	}
}

// A try that ended between sending back and unparking leaves the letter parked.
func TestALetterIsSentBackOnceHoweverOftenItIsTried(t *testing.T) {
	conn := natstest.Connect(t)
	park(t, conn, "T-1", "T-2")
	back := topology.DeadLetterRetrySubject("classification-ticket-changed")
	m := nats.NewMsg(back)
	m.Header.Set(nats.MsgIdHdr, bus.ID("retry", "classification-ticket-changed", "1"))
	if _, err := conn.JS().PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	s := forgetful(t, conn)
	for _, id := range []uint64{1, 2} {
		if err := conn.Retry(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := conn.Retry(t.Context(), id); !errors.Is(err, bus.ErrNoDeadLetter) {
			t.Errorf("once more: %v", err)
		}
	}
	info, err := s.Info(t.Context(), jetstream.WithSubjectFilter(back))
	if err != nil || info.State.Subjects[back] != 2 {
		t.Errorf("%d were sent back, want 2: %v", info.State.Subjects[back], err)
	}
	if err := conn.Drop(t.Context(), 3); !errors.Is(err, bus.ErrNoDeadLetter) {
		t.Errorf("what was sent back is dropped as if it were parked: %v", err)
	}
}

// forgetful has the server forget the ids of what was published, and returns when it has.
func forgetful(t *testing.T, conn *bus.Conn) jetstream.Stream {
	t.Helper()
	s, err := conn.JS().Stream(t.Context(), topology.DeadLetter.Name)
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.CachedInfo().Config
	cfg.Duplicates = 100 * time.Millisecond
	if _, err := conn.JS().UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	for stored := 0; stored < 2; {
		m := nats.NewMsg(topology.DeadLetterRetrySubject("nobody"))
		m.Header.Set(nats.MsgIdHdr, "probe")
		ack, err := conn.JS().PublishMsg(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if !ack.Duplicate {
			stored++
		}
	}
	return s
}

func TestALetterIsNotSentBackToNobody(t *testing.T) {
	conn := natstest.Connect(t)
	park(t, conn, "T-1")
	if err := topology.ClassificationOnTicketChanged.Forget(t.Context(), conn.JS()); err != nil {
		t.Fatal(err)
	}
	if err := conn.Retry(t.Context(), 1); !errors.Is(err, bus.ErrUnheard) {
		t.Errorf("it was sent back: %v", err)
	}
	if list, _ := conn.DeadLetters(t.Context()); len(list) != 1 {
		t.Errorf("parked: %v", list)
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
