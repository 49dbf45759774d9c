package bus_test

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
)

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
