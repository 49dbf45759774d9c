package events_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// hearing is an intake that says whom it hears.
func hearing(t testing.TB) (events.Intake, *bus.Conn) {
	s := serve(t)
	in := intake(t, s)
	heard := events.NewSources(connect(t, s), slog.New(slog.DiscardHandler))
	in.Signals.Heard, in.Tickets.Heard = heard, heard
	during(t, heard.Run)
	return in, in.Tickets.Conn
}

// heard waits until so many events of a source, or more, are said to be heard.
func heard(t testing.TB, conn *bus.Conn, source string, count uint64) *intakev1.SourceHeard {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	m := &intakev1.SourceHeard{}
	_ = conn.Follow(ctx, bus.Following{Stream: topology.Sources, Filters: []string{topology.HeardSubject(source)}, Last: true}, func(_ context.Context, raw bus.Raw) error {
		if err := bus.Decode(raw, m); err != nil {
			t.Fatal(err)
		}
		if m.GetCount() >= count {
			cancel()
		}
		return nil
	})
	if m.GetCount() < count {
		t.Fatalf("%s: heard %d events, want %d", source, m.GetCount(), count)
	}
	return m
}

func TestASourceIsHeardWhenItsEventsAreOnDisk(t *testing.T) {
	in, conn := hearing(t)
	before := time.Now()
	list := []*ingressv1.Signal{attempt("1", "acme", "u1"), attempt("2", "acme", "u2")}
	other := attempt("3", "acme", "u3")
	other.Source = "probes/eu"
	list[1].OccurredAt.Seconds += 7
	if err := in.Signals.Put(t.Context(), append(list, other, attempt("4", "acme", "u4"))); err != nil {
		t.Fatal(err)
	}
	if err := in.Tickets.Apply(t.Context(), note("1", "T-1", "x")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		source, kind string
		count        uint64
		occurred     time.Time
	}{{"okta", "signal", 3, nine.Add(7 * time.Second)}, {"probes/eu", "signal", 1, nine}, {"desk", "ticket", 1, nine}} {
		m := heard(t, conn, want.source, want.count)
		if m.GetSource() != want.source || m.GetCount() != want.count || m.GetKind() != want.kind || !m.GetOccurredAt().AsTime().Equal(want.occurred) || m.GetReceivedAt().AsTime().Before(before) {
			t.Errorf("%s: %v", want.source, m)
		}
	}
}

func TestASourceThatSpeaksAllTheTimeIsSaidToOnceInAWhile(t *testing.T) {
	in, conn := hearing(t)
	for i := range 50 {
		if err := in.Signals.Put(t.Context(), []*ingressv1.Signal{attempt(fmt.Sprint(i), "acme", "u")}); err != nil {
			t.Fatal(err)
		}
	}
	heard(t, conn, "okta", 1)
	if seq, err := conn.LastSequence(t.Context(), topology.Sources); err != nil || seq != 1 {
		t.Errorf("it was said %d times: %v", seq, err)
	}
}

func TestWhatIsRefusedIsNotHeard(t *testing.T) {
	in, conn := hearing(t)
	for _, subject := range []string{topology.IngressTicketSubject("broken"), topology.IngressSignalSubject("broken")} {
		raw := bus.Raw{Meta: bus.Meta{Subject: subject}, ContentType: bus.JSONType, Data: []byte(`{"id":"1","source":"broken"}`)}
		if err := in.OnIngress(t.Context(), raw); !bus.IsPermanent(err) {
			t.Fatalf("it was not refused: %v", err)
		}
	}
	if err := in.Tickets.Apply(t.Context(), note("2", "T-1", "x")); err != nil {
		t.Fatal(err)
	}
	heard(t, conn, "desk", 1)
	if raw, err := conn.Last(t.Context(), topology.Sources, topology.HeardSubject("broken")); err != nil || raw.Sequence != 0 {
		t.Errorf("it was said to be heard: %v %v", raw, err)
	}
}

// BenchmarkHeard is what taking note costs a batch of 1,000 signals.
func BenchmarkHeard(b *testing.B) {
	s := events.NewSources(nil, slog.New(slog.DiscardHandler))
	list := make([]*ingressv1.Signal, 1000)
	for i := range list {
		list[i] = attempt(fmt.Sprint(i), "acme", "u")
	}
	for b.Loop() {
		s.Signals(list)
	}
}
