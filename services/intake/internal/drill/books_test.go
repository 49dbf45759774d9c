//go:build unix

package drill

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/once"
	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Books are what has to be in the house, and what is.
type books struct {
	*scene
	// of are the ticket events by their subject, each once.
	of map[string]map[string]*ingressv1.TicketEvent
	// made are the signals by source and id.
	made map[string]*ingressv1.Signal
}

// books are drawn up from the world alone.
func (s *scene) books(t testing.TB) *books {
	t.Helper()
	b := &books{scene: s, of: map[string]map[string]*ingressv1.TicketEvent{}, made: map[string]*ingressv1.Signal{}}
	for i := range s.things {
		tickets, signals := s.said(i)
		for _, ev := range tickets {
			subject, key := topology.TicketSubject(ev.GetTenant(), ev.GetTicket()), receive.Ref(ev.GetSource(), ev.GetId())
			if b.of[subject] == nil {
				b.of[subject] = map[string]*ingressv1.TicketEvent{}
			}
			if was := b.of[subject][key]; was != nil && !proto.Equal(was, ev) {
				t.Fatalf("the drill says two things as %s", key)
			}
			b.of[subject][key] = ev
		}
		for _, s := range signals {
			b.made[receive.Ref(s.GetSource(), s.GetId())] = s
		}
	}
	return b
}

// tickets fails the test unless each ticket is what its events make of it, each
// applied once, and there is no other.
func (b *books) tickets(t testing.TB) {
	t.Helper()
	last, revisions := map[string]*intakev1.Ticket{}, map[string]uint64{}
	err := b.conn.Retained(t.Context(), topology.Tickets, func(raw bus.Raw) error {
		changed := &intakev1.TicketChanged{}
		if err := bus.Decode(raw, changed); err != nil {
			return err
		}
		revision := changed.GetTicket().GetHead().GetRevision()
		if was := revisions[raw.Subject]; was > 0 && revision != was+1 {
			t.Errorf("%s: revision %d comes after %d", raw.Subject, revision, was)
		}
		last[raw.Subject], revisions[raw.Subject] = changed.GetTicket(), revision
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wrong, events := 0, 0
	for subject, evs := range b.of {
		want := folded(t, evs)
		events += len(evs)
		got := last[subject]
		for _, a := range got.GetApplied() { // a vendor's events have one by an import, and none by its door
			if !strings.HasPrefix(a.GetEvent(), "desk-") {
				a.Said = 0
			}
		}
		if !proto.Equal(got, want) {
			if wrong++; wrong <= 3 {
				t.Errorf("%s is\n%v\nwant\n%v", subject, got, want)
			}
		}
		delete(last, subject)
	}
	for subject := range last {
		t.Errorf("%s is there, and nobody spoke of it", subject)
	}
	stored, err := b.conn.LastSequence(t.Context(), topology.Tickets)
	if err != nil || int(stored) != events {
		t.Errorf("TICKETS had %d messages, for %d events: %v", stored, events, err)
	}
	t.Logf("%d tickets, %d events: %d tickets are wrong, %d messages were stored", len(b.of), events, wrong, stored)
}

// folded is the ticket that the rules make of its events.
func folded(t testing.TB, evs map[string]*ingressv1.TicketEvent) *intakev1.Ticket {
	t.Helper()
	ticket := receive.Ticket{}
	for key, ev := range evs {
		said, err := proto.MarshalOptions{Deterministic: true}.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		e := events.TicketEvent(ev)
		if strings.HasPrefix(ev.GetSource(), "desk-") { // who chooses its events' ids
			e.Tag = once.TagOf(said)
		}
		if changed, err := receive.Fold(&ticket, e); err != nil || !changed {
			t.Fatalf("%s changes nothing: %v", key, err)
		}
	}
	if int(ticket.Revision) != len(evs) {
		t.Fatalf("%d events make revision %d", len(evs), ticket.Revision)
	}
	return events.TicketMessage(ticket)
}

// signals fails the test unless each signal is there once, as it was sent, and no other.
func (b *books) signals(t testing.TB) {
	t.Helper()
	seen, twice, wrong := map[string]int{}, 0, 0
	complain := func(format string, args ...any) {
		if wrong++; wrong <= 10 {
			t.Errorf(format, args...)
		}
	}
	err := b.conn.Retained(t.Context(), topology.Signals, func(raw bus.Raw) error {
		if !strings.HasPrefix(raw.Subject, "intake.v1.signals.") {
			return nil
		}
		batch := &intakev1.SignalsReceived{}
		if err := bus.Decode(raw, batch); err != nil {
			return err
		}
		for _, got := range batch.GetSignals() {
			key := receive.Ref(got.GetSource(), got.GetId())
			if why := b.differs(got, raw.Subject); why != "" {
				complain("%s on %s: %s", key, raw.Subject, why)
			}
			if seen[key]++; seen[key] > 1 {
				twice++
				complain("%s on %s stands there more than once", key, raw.Subject)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range b.made {
		if seen[key] == 0 {
			complain("%s is lost", key)
		}
	}
	t.Logf("%d signals, of which %d are there; %d are wrong or lost; %d repeats are stored", len(b.made), len(seen), wrong, twice)
}

// differs is how a signal that is there is not what was sent; empty if it is.
func (b *books) differs(got *ingressv1.Signal, subject string) string {
	want := b.made[receive.Ref(got.GetSource(), got.GetId())]
	if want == nil {
		return "nobody sent it, or it is not valid"
	}
	if subject != topology.MixedSignals {
		return "it is on another subject"
	}
	want = proto.CloneOf(want)
	hidden, open := bare(got), bare(want)
	for i := range min(len(hidden), len(open)) {
		if hidden[i] == open[i] || hidden[i] == "" {
			return fmt.Sprintf("somebody is %q", hidden[i])
		}
	}
	if len(hidden) != len(open) || !proto.Equal(got, want) {
		return fmt.Sprintf("it is %v, want %v", got, want)
	}
	return ""
}

// refusals fails the test unless what was refused on NATS is parked, and nothing that
// was taken is kept as refused.
func (b *books) refusals(t testing.TB) {
	t.Helper()
	letters, err := b.conn.DeadLetters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[[32]byte]bool{}
	for _, letter := range letters {
		sum := sha256.Sum256(letter.Data)
		if !b.parked[sum] {
			t.Errorf("parked, and not to be refused: %s: %.300s", letter.Reason, letter.Data)
		}
		found[sum] = true
	}
	if len(found) != len(b.parked) {
		t.Errorf("%d bodies are parked, of %d that are to be refused", len(found), len(b.parked))
	}
	kept := 0
	err = rejected.Each(t.Context(), b.conn, rejected.Query{}, func(d rejected.Delivery) error {
		if kept++; !b.refused[sha256.Sum256(d.Body)] {
			t.Errorf("kept, and not to be refused: %s %v: %.300s", d.Door, d.Reasons, d.Body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages were refused on NATS and %d are parked; %d bodies were refused over HTTP and %d are kept", len(b.parked), len(letters), len(b.refused), kept)
}
