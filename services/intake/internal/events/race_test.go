package events_test

import (
	"fmt"
	"slices"
	"testing"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// crossed are two intakes at one server, and the line by which the second reaches it.
func crossed(t *testing.T) (first, second events.Intake, line *natstest.Line) {
	t.Helper()
	server, err := natsserver.Start(natsserver.Options{Addr: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Shutdown(); server.WaitForShutdown() })
	if err := topology.Apply(t.Context(), connect(t, server).JS(), 1); err != nil {
		t.Fatal(err)
	}
	first, line = intake(t, server), natstest.NewLine(t, server.Addr().String())
	second = intakeOn(t, connectTo(t, bus.Settings{URL: "nats://" + line.Addr}))
	return first, second, line
}

// meanwhile has something happen before the second publishes; the check after it fails
// if that did not happen, or not well.
func meanwhile(t *testing.T, line *natstest.Line, subject string, do func() error) (check func()) {
	t.Helper()
	came := make(chan error, 1)
	line.Before(subject, func() { came <- do() })
	return func() {
		t.Helper()
		select {
		case err := <-came:
			if err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatal("nothing came before what the second published")
		}
	}
}

// Two intakes are given the same signals. Both have found that none is stored; the first
// stores them while the second's batch is on its way.
func TestASignalThatAnotherIntakeStoresMeanwhileIsStoredOnce(t *testing.T) {
	for name, before := range map[string]int{"in a shard where nothing was": 0, "behind others": 3} {
		t.Run(name, func(t *testing.T) {
			first, second, line := crossed(t)
			some := func(from, to int) (set []*ingressv1.Signal) {
				for i := from; i < to; i++ {
					set = append(set, attempt(fmt.Sprint(i), "acme", "u"))
				}
				return set
			}
			if err := second.Signals.Put(t.Context(), some(0, before)); err != nil {
				t.Fatal(err)
			}
			crossed := meanwhile(t, line, "intake.v1.signals.", func() error { return first.Signals.Put(t.Context(), some(before, before+2)) })
			if err := second.Signals.Put(t.Context(), some(before, before+4)); err != nil {
				t.Fatal(err)
			}
			crossed()
			want := []string{"0", "1", "2", "3", "4", "5", "6"}[:before+4]
			if got := ids(t, first.Tickets.Conn); !slices.Equal(got, want) {
				t.Errorf("stored are %v, want %v", got, want)
			}
		})
	}
}

// The same of ticket events: one by itself, and as many as are stored in a batch. The first
// has one of its own, too, so that the ticket is not what the second has read.
func TestATicketEventThatAnotherIntakeStoresMeanwhileIsAppliedOnce(t *testing.T) {
	for name, n := range map[string]int{"one alone": 1, "many in a batch": 20} {
		t.Run(name, func(t *testing.T) {
			first, second, line := crossed(t)
			var evs []*ingressv1.TicketEvent
			for i := range n {
				evs = append(evs, note(fmt.Sprint(i), fmt.Sprint("T-", i%5), "x"))
			}
			own := []*ingressv1.TicketEvent{note("own", "T-0", "x"), evs[0]}
			crossed := meanwhile(t, line, "intake.v1.ticket_changed.", func() error { return first.TakeTicketEvents(t.Context(), own) })
			if err := second.TakeTicketEvents(t.Context(), evs); err != nil {
				t.Fatal(err)
			}
			crossed()
			if seq, err := first.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); err != nil || seq != uint64(n+1) {
				t.Errorf("the stream had %d messages of %d events: %v", seq, n+1, err)
			}
			for i := range min(n, 5) {
				ticket, want := fmt.Sprint("T-", i), max(1, n/5)
				if i == 0 {
					want++
				}
				if got := last(t, first.Tickets.Conn, ticket).GetTicket(); int(got.GetHead().GetRevision()) != want || len(got.GetNotes()) != want {
					t.Errorf("%s has revision %d and %d notes, want %d", ticket, got.GetHead().GetRevision(), len(got.GetNotes()), want)
				}
			}
		})
	}
}
