package events_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// serve returns a server of its own with the whole topology.
func serve(t testing.TB) nats.InProcessConnProvider {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if err := topology.Apply(t.Context(), connect(t, s).JS(), 1); err != nil {
		t.Fatal(err)
	}
	return s
}

func connect(t testing.TB, s nats.InProcessConnProvider) *bus.Conn {
	t.Helper()
	return connectTo(t, bus.Settings{InProcess: s})
}

func connectTo(t testing.TB, s bus.Settings) *bus.Conn {
	t.Helper()
	s.Name, s.Log = "test", slog.New(slog.DiscardHandler)
	conn, err := bus.Connect(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// intake is an intake with a connection and a ring of its own, that runs.
func intake(t testing.TB, s nats.InProcessConnProvider) events.Intake {
	t.Helper()
	return intakeOn(t, connect(t, s))
}

func intakeOn(t testing.TB, conn *bus.Conn) events.Intake {
	t.Helper()
	ring, err := tenantkey.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	signals := events.NewSignals(conn, ring)
	during(t, signals.Run)
	return events.Intake{Tickets: events.NewTickets(conn), Signals: signals, Now: func() time.Time { return nine.Add(30 * time.Minute) }}
}

// during runs a task until the test ends.
func during(t testing.TB, task func(context.Context) error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- task(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the task ended: %v", err)
		}
	})
}

// batches are all messages of signals that the stream has now, in order.
func batches(t testing.TB, conn *bus.Conn) (all []*intakev1.SignalsReceived) {
	t.Helper()
	stream, err := conn.JS().Stream(t.Context(), topology.Signals.Name)
	if err != nil {
		t.Fatal(err)
	}
	for next := uint64(1); ; {
		m, err := stream.GetMsg(t.Context(), next, jetstream.WithGetMsgSubject(topology.AllSignals))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		batch := &intakev1.SignalsReceived{}
		if err := proto.Unmarshal(m.Data, batch); err != nil {
			t.Fatal(err)
		}
		if m.Subject != topology.MixedSignals && batch.Shard == topology.Shards {
			t.Errorf("signals of several shards lie on %s", m.Subject)
		}
		all, next = append(all, batch), m.Sequence+1
	}
}

// ids are the ids of all signals that the stream has now, in order.
func ids(t testing.TB, conn *bus.Conn) (all []string) {
	t.Helper()
	for _, batch := range batches(t, conn) {
		for _, s := range batch.Signals {
			all = append(all, s.GetId())
		}
	}
	return all
}

func attempt(id, tenant, user string) *ingressv1.Signal {
	return &ingressv1.Signal{
		Id: id, Source: "okta", Tenant: tenant, OccurredAt: timestamppb.New(nine),
		Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{
			User: user, Method: ingressv1.AuthAttempt_SSO, Outcome: ingressv1.AuthAttempt_FAILURE,
		}},
	}
}

func note(id, ticket, text string) *ingressv1.TicketEvent {
	return &ingressv1.TicketEvent{
		Id: id, Source: "desk", Tenant: "acme", Ticket: ticket, OccurredAt: timestamppb.New(nine),
		Event: &ingressv1.TicketEvent_Note{Note: &ingressv1.Note{AuthorKind: ingressv1.AuthorKind_CUSTOMER, Text: text}},
	}
}

// last is the ticket's last message in the stream; nil if it has none.
func last(t testing.TB, conn *bus.Conn, ticket string) *intakev1.TicketChanged {
	t.Helper()
	raw, err := conn.Last(t.Context(), topology.Tickets, topology.TicketSubject("acme", ticket))
	if err != nil {
		t.Fatal(err)
	}
	if raw.Sequence == 0 {
		return nil
	}
	ev := &intakev1.TicketChanged{}
	if err := bus.Decode(raw, ev); err != nil {
		t.Fatal(err)
	}
	return ev
}
