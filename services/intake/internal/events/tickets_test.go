package events_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// applyAll lets workers apply the events, each in an order of its own, and fails if one could not.
func applyAll(t *testing.T, tickets *events.Tickets, evs []*ingressv1.TicketEvent, workers int) func() {
	var wg sync.WaitGroup
	for w := range workers {
		mine := make([]*ingressv1.TicketEvent, len(evs))
		for i, at := range rand.New(rand.NewPCG(uint64(w), 1)).Perm(len(evs)) {
			mine[i] = evs[at]
		}
		wg.Go(func() {
			for _, ev := range mine {
				if err := tickets.Apply(context.Background(), ev); err != nil {
					t.Errorf("apply %s: %v", ev.GetId(), err)
				}
			}
		})
	}
	return wg.Wait
}

func TestIntakesThatRaceOnOneTicketNeverForkIt(t *testing.T) {
	s := serve(t)
	a, b := intake(t, s), intake(t, s)
	const n = 60
	evs := make([]*ingressv1.TicketEvent, n)
	for i := range evs {
		evs[i] = note(fmt.Sprint(i), "T-1", fmt.Sprint("note ", i))
	}
	// Both hear all events, and each from four producers at once: each has to count once.
	for _, wait := range []func(){applyAll(t, a.Tickets, evs, 4), applyAll(t, b.Tickets, evs, 4)} {
		wait()
	}
	got := last(t, a.Tickets.Conn, "T-1").GetTicket()
	if got.GetHead().GetRevision() != n || len(got.GetNotes()) != n || len(got.GetApplied()) != n {
		t.Errorf("revision %d, %d notes, %d applied; want %d of each", got.GetHead().GetRevision(), len(got.GetNotes()), len(got.GetApplied()), n)
	}
	texts := map[string]bool{}
	for _, note := range got.GetNotes() {
		texts[note.GetText()] = true
	}
	if len(texts) != n {
		t.Errorf("%d different notes, want %d", len(texts), n)
	}
	// Each revision was stored once: the stream counts as many messages.
	if seq, err := a.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); err != nil || seq != n {
		t.Errorf("the stream had %d messages, want %d: %v", seq, n, err)
	}
}

func TestManyProducersOfOneTicketAreAllServed(t *testing.T) {
	s := serve(t)
	a, b := intake(t, s), intake(t, s)
	const each = 100
	var wg sync.WaitGroup
	for i := range each {
		for name, in := range map[string]events.Intake{"a": a, "b": b} {
			wg.Go(func() {
				if err := in.Tickets.Apply(t.Context(), note(fmt.Sprint(name, i), "T-1", "x")); err != nil {
					t.Errorf("apply: %v", err)
				}
			})
		}
	}
	wg.Wait()
	if got := last(t, a.Tickets.Conn, "T-1").GetTicket().GetHead().GetRevision(); got != 2*each {
		t.Errorf("revision %d, want %d", got, 2*each)
	}
}

func TestAnEventAppliedTwiceChangesNothing(t *testing.T) {
	in := intake(t, serve(t))
	for range 3 {
		if err := in.Tickets.Apply(t.Context(), note("1", "T-1", "first")); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.Tickets.Apply(t.Context(), note("1", "T-1", "other words")); err != nil {
		t.Fatal(err)
	}
	if seq, err := in.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); err != nil || seq != 1 {
		t.Errorf("the stream has %d messages: %v", seq, err)
	}
	if got := last(t, in.Tickets.Conn, "T-1"); got.Ticket.Notes[0].Text != "first" || got.Ticket.Head.Revision != 1 {
		t.Errorf("ticket = %v", got.Ticket)
	}
}

func TestTheChangeNamesTheEventWithoutItsTexts(t *testing.T) {
	in := intake(t, serve(t))
	const words = "secret words"
	all := func(id string, e func(*ingressv1.TicketEvent)) *ingressv1.TicketEvent {
		ev := note(id, "T-1", words)
		e(ev)
		return ev
	}
	for i, ev := range []*ingressv1.TicketEvent{
		note("note", "T-1", words),
		all("opened", func(ev *ingressv1.TicketEvent) {
			ev.Event = &ingressv1.TicketEvent_Opened{Opened: &ingressv1.Opened{Subject: "Reports", Body: words}}
		}),
		all("flagged", func(ev *ingressv1.TicketEvent) {
			ev.Event = &ingressv1.TicketEvent_Flagged{Flagged: &ingressv1.Flagged{Csm: "carl", Reason: words}}
		}),
		all("asked", func(ev *ingressv1.TicketEvent) {
			ev.Event = &ingressv1.TicketEvent_EscalationRequested{EscalationRequested: &ingressv1.EscalationRequested{Reason: words, Urgency: words, PolicyReason: "r"}}
		}),
	} {
		if err := in.Tickets.Apply(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
		got := last(t, in.Tickets.Conn, "T-1")
		if got.Change.GetId() != ev.GetId() || got.Change.GetSource() != "desk" || !proto.Equal(got.Change.GetOccurredAt(), ev.GetOccurredAt()) ||
			fmt.Sprintf("%T", got.Change.GetEvent()) != fmt.Sprintf("%T", ev.GetEvent()) || got.Ticket.Head.Revision != uint64(i+1) {
			t.Errorf("change = %v of %v", got.Change, ev)
		}
		if strings.Contains(got.Change.String(), words) {
			t.Errorf("the change repeats what the ticket holds: %v", got.Change)
		}
	}
}

func TestIdsOfAnyKindFindTheirTicketAgain(t *testing.T) {
	in := intake(t, serve(t))
	for _, id := range []string{"T-1", "_", "*", ">", "a.b", "Ü 7", strings.Repeat("x", 512), strings.Repeat("x", 511) + "y"} {
		for range 2 {
			if err := in.Tickets.Apply(t.Context(), note("1", id, "x")); err != nil {
				t.Fatalf("%.20q: %v", id, err)
			}
		}
		if got := last(t, in.Tickets.Conn, id).GetTicket().GetHead(); got.GetTicket() != id || got.GetRevision() != 1 {
			t.Errorf("%.20q: %v", id, got)
		}
	}
}

func TestAFullTicketStillFitsIntoAMessage(t *testing.T) {
	in := intake(t, serve(t))
	text := strings.Repeat("x", 512<<10)
	for i := range 8 {
		for _, ev := range []*ingressv1.TicketEvent{
			note(fmt.Sprint("n", i, strings.Repeat("i", 500)), "T-1", text),
			{Event: &ingressv1.TicketEvent_Opened{Opened: &ingressv1.Opened{Subject: text[:2048], Body: text}}},
			{Event: &ingressv1.TicketEvent_EscalationRequested{EscalationRequested: &ingressv1.EscalationRequested{Reason: text[:64<<10], Urgency: text[:64<<10]}}},
		} {
			if ev.Id == "" {
				head := note(fmt.Sprintf("%T%d", ev.Event, i), "T-1", "")
				head.Event = ev.Event
				ev = head
			}
			if err := in.CheckTicketEvent(ev); err != nil {
				t.Fatal(err)
			}
			if err := in.Tickets.Apply(t.Context(), ev); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := last(t, in.Tickets.Conn, "T-1").GetTicket(); got.GetHead().GetRevision() != 24 || !got.GetHead().GetTruncated() || proto.Size(got) > 512<<10 {
		t.Errorf("revision %d, %d bytes", got.GetHead().GetRevision(), proto.Size(got))
	}
}
