//go:build unix

package outage_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/outage"
	"tocsin/services/intake/internal/spool"

	"tocsin/pkg/bus"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

func keeper(t *testing.T, dir string, in events.Intake) *outage.Keeper {
	t.Helper()
	k, err := outage.Open(outage.Settings{Dir: dir, Bytes: 1 << 20}, in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

// drains has the keeper store what lies there, as soon as fresh allows.
func drains(t *testing.T, k *outage.Keeper, fresh func(context.Context) error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx, fresh) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func await(t *testing.T, k *outage.Keeper) {
	t.Helper()
	patience, tick := time.After(time.Minute), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !k.Waits().IsZero() {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatal("what lies there is not stored")
		}
	}
}

func TestWhatComesWhileSomethingLiesThereJoinsBehindIt(t *testing.T) {
	in := intake(t)
	k := keeper(t, t.TempDir(), in)
	ev := func(n int) *ingressv1.TicketEvent {
		e := event("", n)
		e.Tenant, e.Ticket = "acme", "T-1"
		return e
	}
	takes := func(n, spooled int) {
		t.Helper()
		l := &events.Lot{Received: time.Now(), Tickets: []*ingressv1.TicketEvent{ev(n)}}
		if got, err := k.Take(t.Context(), l); got != spooled || err != nil {
			t.Fatalf("event %d: %d are spooled, want %d: %v", n, got, spooled, err)
		}
	}
	takes(1, 1) // the bus was not seen yet
	asked, open := make(chan struct{}), make(chan struct{})
	drains(t, k, func(ctx context.Context) error {
		close(asked)
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	<-asked // from here on the bus answers, and takes nothing of what lies there
	for n := 2; n < 6; n++ {
		takes(n, 1)
	}
	close(open)
	await(t, k)
	for spooled := 1; spooled > 0; { // the last of it may be being noted
		got, err := k.Take(t.Context(), &events.Lot{Received: time.Now(), Tickets: []*ingressv1.TicketEvent{ev(6)}})
		if err != nil {
			t.Fatal(err)
		}
		spooled = got
	}
	var got []string
	past := bus.Following{Stream: topology.Tickets, Filters: []string{topology.TicketSubject("acme", "T-1")}}
	err := in.Tickets.Conn.Past(t.Context(), past, func(_ context.Context, raw bus.Raw) error {
		var m intakev1.TicketChanged
		if err := bus.Decode(raw, &m); err != nil {
			return err
		}
		got = append(got, m.GetChange().GetId())
		return nil
	})
	if want := []string{"1", "2", "3", "4", "5", "6"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("stored are %v, want %v: %v", got, want, err)
	}
}

func TestWhatCanNeverBeStoredIsLaidAsideAndStopsNoOther(t *testing.T) {
	dir := t.TempDir()
	s, err := spool.Open(dir, 1<<20, nil)
	if err == nil {
		err = s.Append(spool.Entry{Count: 1, At: time.Now(), Data: []byte("another version's")})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	in := intake(t)
	k := keeper(t, dir, in)
	if n, err := k.Take(t.Context(), &events.Lot{Received: time.Now(), Tickets: []*ingressv1.TicketEvent{event("e", 1)}}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	drains(t, k, func(context.Context) error { return nil })
	await(t, k)
	names, err := filepath.Glob(filepath.Join(dir, "*.aside"))
	if err != nil || len(names) != 1 {
		t.Fatalf("aside lie %v: %v", names, err)
	}
	if data, err := os.ReadFile(names[0]); err != nil || string(data) != "another version's" {
		t.Errorf("aside lies %q: %v", data, err)
	}
	if n, err := in.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); n != 1 || err != nil {
		t.Errorf("stored are %s: %v", fmt.Sprint(n), err)
	}
}

// Who asks hears how many wait, since when, and whether the bus is up; it is a fault only
// where they stay although it is.
func TestWhatWaitsIsAFaultOnlyIfTheBusIsUpAndDoesNotTakeIt(t *testing.T) {
	in := intake(t)
	k, err := outage.Open(outage.Settings{Dir: t.TempDir(), Bytes: 4 << 20}, in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	says := func(fault bool, words string) {
		t.Helper()
		err := k.Ready(t.Context())
		var of run.Fault
		if is := errors.As(err, &of); err == nil || is != fault || !strings.HasPrefix(err.Error(), "1 events (") ||
			!strings.Contains(err.Error(), "since 20") || !strings.Contains(err.Error(), words) {
			t.Errorf("it says %v (a fault: %v), want %q", err, is, words)
		}
	}
	if n, err := k.Take(t.Context(), &events.Lot{Received: time.Now(), Tickets: []*ingressv1.TicketEvent{event("e", 1)}}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	says(false, "are being stored")
	k.Fail(errors.New("no stream"), 7)
	says(false, "are being stored")
	k.Fail(errors.New("no stream"), 1)
	says(true, "has taken none of them since 20")
	k.Fail(fmt.Errorf("%w, it is read", outage.ErrNotYet), 1)
	says(false, "are being stored")
	k.Fail(errors.New("no stream"), 8)
	drains(t, k, func(context.Context) error { return nil })
	await(t, k)
	in.Tickets.Conn.Close()
	if n, err := k.Take(t.Context(), &events.Lot{Received: time.Now(), Tickets: []*ingressv1.TicketEvent{event("e", 1)}}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	k.Fail(errors.New("not connected"), 20)
	says(false, "the bus is away")
}
