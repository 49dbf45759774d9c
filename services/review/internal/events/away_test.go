package events

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// TestWhatIsDecidedWhileTheBusIsAwayIsPublishedWhenItIsBack stops the server,
// decides, and starts it again on what it had on disk.
func TestWhatIsDecidedWhileTheBusIsAwayIsPublishedWhenItIsBack(t *testing.T) {
	dir, addr := t.TempDir(), freeAddr(t)
	start := func() func() {
		s, err := natsserver.Start(natsserver.Options{Addr: addr, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return func() { s.Shutdown(); s.WaitForShutdown() }
	}
	stop := start()
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: "nats://" + addr, Name: "review"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	box := outbox(t)
	relay := NewRelay(box, conn, policy.Default(), slog.Default())
	orders := desk.Desk{Ledger: box, Now: time.Now, Changed: relay.Nudge}
	stop()

	id := opened(t, box)
	lena := decide.Person{ID: "lena", Role: decide.Leadership}
	if _, err := orders.Do(t.Context(), id, desk.Order{Action: desk.Approve, By: lena, Key: "k", Note: "because", ETA: time.Now().Add(time.Hour)}); err != nil {
		t.Fatalf("without the bus nobody can decide: %v", err)
	}
	away, cancel := context.WithTimeout(t.Context(), time.Second)
	if err := relay.turn(away); err == nil {
		t.Error("published to a bus that is away")
	}
	cancel()
	if left, err := box.Pending(t.Context(), 10); err != nil || len(left) != 2 {
		t.Fatalf("%d changes wait (%v), want 2", len(left), err)
	}

	defer start()()
	ctx, done := context.WithTimeout(t.Context(), 30*time.Second)
	defer done()
	go relay.Run(ctx)
	var got []string
	err = conn.Follow(ctx, bus.Following{Stream: topology.Cases}, func(_ context.Context, raw bus.Raw) error {
		var ev reviewv1.CaseChanged
		if err := bus.Decode(raw, &ev); err != nil {
			return err
		}
		if got = append(got, fmt.Sprint(ev.GetCase().GetVersion(), ev.GetCase().GetState())); len(got) == 2 {
			done()
		}
		return nil
	})
	if len(got) != 2 || got[0][0] != '1' || got[1] != "2"+string(decide.InProgress) {
		t.Errorf("published %v (%v), want version 1 and the approval", got, err)
	}
}

// opened is a case that somebody asked for.
func opened(t *testing.T, box *counted) string {
	t.Helper()
	fact := ledger.Fact{Ticket: &decide.Ticket{
		Tenant: "acme", ID: "T-1", Source: "zendesk", Revision: 1, Status: "OPEN", Asks: "note-1",
		Recommendation: decide.Eligible, Reasons: []policy.ReasonID{policy.SSOUnavailable},
	}}
	changes, _, err := box.Hear(t.Context(), ledger.Cause{Consumer: "test", EventID: "e", At: time.Now()}, fact, policy.Default())
	if err != nil {
		t.Fatal(err)
	}
	return changes[0].Case.ID
}

// freeAddr is an address of the loopback on which nobody listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
