package events_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

func TestManyTicketsThatTwoIntakesChangeAtOnceAreNeverForked(t *testing.T) {
	s := serve(t)
	a, b := intake(t, s), intake(t, s)
	const tickets, each = 40, 5
	var evs []*ingressv1.TicketEvent
	for i := range tickets * each {
		evs = append(evs, note(fmt.Sprint(i), fmt.Sprint("T-", i%tickets), fmt.Sprint("note ", i)))
	}
	var wg sync.WaitGroup
	for _, in := range []events.Intake{a, b} {
		for half := range 2 { // each hears all events, in two requests
			wg.Go(func() {
				if err := in.TakeTicketEvents(t.Context(), evs[half*len(evs)/2:(half+1)*len(evs)/2]); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for i := range tickets {
		got := last(t, a.Tickets.Conn, fmt.Sprint("T-", i)).GetTicket()
		if got.GetHead().GetRevision() != each || len(got.GetNotes()) != each || len(got.GetApplied()) != each {
			t.Errorf("T-%d: revision %d, %d notes, %d applied", i, got.GetHead().GetRevision(), len(got.GetNotes()), len(got.GetApplied()))
		}
	}
	if seq, err := a.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); err != nil || seq != tickets*each {
		t.Errorf("the stream had %d messages, want one for each event: %v", seq, err)
	}
}

func TestMoreThanABatchHoldsIsStoredInSeveral(t *testing.T) {
	in := intake(t, serve(t))
	text := strings.Repeat("x", 60<<10)
	var evs []*ingressv1.TicketEvent
	for i := range 60 { // of one ticket, that grows to its full size
		evs = append(evs, note(fmt.Sprint("large-", i), "T-large", text))
	}
	for i := range 1500 {
		evs = append(evs, note(fmt.Sprint(i), fmt.Sprint("T-", i%700), "x"))
	}
	if err := in.TakeTicketEvents(t.Context(), evs); err != nil {
		t.Fatal(err)
	}
	if got := last(t, in.Tickets.Conn, "T-large").GetTicket().GetHead().GetRevision(); got != 60 {
		t.Errorf("the large ticket has revision %d", got)
	}
	if seq, err := in.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); err != nil || seq != 1560 {
		t.Errorf("the stream had %d messages: %v", seq, err)
	}
	if err := in.TakeTicketEvents(t.Context(), evs); err != nil {
		t.Fatal(err)
	}
	if seq, err := in.Tickets.Conn.LastSequence(t.Context(), topology.Tickets); err != nil || seq != 1560 {
		t.Errorf("the same events again made %d messages of 1560: %v", seq, err)
	}
}

func TestAnEventThatSaysNothingFailsAloneOfThoseStoredWithIt(t *testing.T) {
	in := intake(t, serve(t))
	var evs []*ingressv1.TicketEvent
	for i := range 20 {
		evs = append(evs, note(fmt.Sprint(i), fmt.Sprint("T-", i%2), "x"))
	}
	evs[7].Event = nil
	if err := in.TakeTicketEvents(t.Context(), evs); err == nil || !strings.Contains(err.Error(), "desk/7:") {
		t.Errorf("error = %v", err)
	}
	if err := in.TakeTicketEvents(t.Context(), append(evs[:7:7], evs[8:]...)); err != nil {
		t.Fatal(err)
	}
	for ticket, want := range map[string]uint64{"T-0": 10, "T-1": 9} {
		if got := last(t, in.Tickets.Conn, ticket).GetTicket().GetHead().GetRevision(); got != want {
			t.Errorf("%s has revision %d, want %d", ticket, got, want)
		}
	}
}

func TestASourceThatSendsMuchLetsAnotherThrough(t *testing.T) {
	in := intake(t, serve(t))
	var much []*ingressv1.TicketEvent
	for i := range 5000 {
		much = append(much, note(fmt.Sprint(i), fmt.Sprint("T-", i), "x"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = in.TakeTicketEvents(ctx, much)
	}()
	in.Tickets.AwaitWaiting(4000)
	other := note("other", "T-other", "x")
	other.Source = "another"
	if err := in.Tickets.Apply(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if n := in.Tickets.Waiting(); n < 1000 {
		t.Errorf("only %d events of the other source wait: it was not let through", n)
	}
	cancel()
	<-done
}
