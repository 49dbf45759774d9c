package events_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/erasure"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

func TestWhatWasErasedWithItsTenantDoesNotComeBackAndWhatHappensLaterComesIn(t *testing.T) {
	s := serve(t)
	in, conn := intake(t, s), connect(t, s)
	book, err := erasure.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(book.Close)
	in.Tickets.Erased, in.Signals.Erased = book, book
	if err := in.Tickets.Apply(t.Context(), noteAt("n0", "T-1", "before it was", nine)); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Begin(t.Context(), erasure.Record{Tenant: "acme", By: "lena", At: nine, Until: nine}); err != nil {
		t.Fatal(err)
	}
	late, fresh := noteAt("n1", "T-1", "as it was", nine), noteAt("n2", "T-1", "a new life", nine.Add(time.Second))
	for _, ev := range []*ingressv1.TicketEvent{late, fresh, late} {
		if err := in.Tickets.Apply(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
	}
	if got := last(t, conn, "T-1").GetTicket(); len(got.GetNotes()) != 1 || got.GetNotes()[0].GetText() != "a new life" {
		t.Errorf("the ticket holds %v, want the new note alone", got.GetNotes())
	}
	if got := last(t, conn, "T-1").GetTicket().GetHead().GetRevision(); got != uint64(nine.Unix())+1 {
		t.Errorf("it has revision %d, want more than any had before", got)
	}
	put := []*ingressv1.Signal{attemptAt("a1", nine), attemptAt("a2", nine.Add(time.Second))}
	if err := in.Signals.Put(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, conn); len(got) != 1 || got[0] != "a2" {
		t.Errorf("signals %q were stored, want a2", got)
	}
	if put[0].GetId() != "a1" || put[1].GetId() != "a2" {
		t.Error("who put the signals does not have them any more")
	}
}

func attemptAt(id string, at time.Time) *ingressv1.Signal {
	return &ingressv1.Signal{
		Id: id, Source: "okta", Tenant: "acme", OccurredAt: timestamppb.New(at),
		Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{User: "u", Outcome: ingressv1.AuthAttempt_FAILURE}},
	}
}

func noteAt(id, ticket, text string, at time.Time) *ingressv1.TicketEvent {
	ev := note(id, ticket, text)
	ev.OccurredAt = timestamppb.New(at)
	return ev
}
