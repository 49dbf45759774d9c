package events_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
)

// advises stores what a second reader says of a ticket.
func advises(t *testing.T, conn *bus.Conn, m *classificationv1.SecondRead) {
	t.Helper()
	id := bus.ID("test", m.GetTicket(), m.GetOutcome(), m.GetModel())
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.SecondReadSubject(m.GetTenant(), m.GetTicket()), ID: id, Payload: m}); err != nil {
		t.Fatal(err)
	}
}

func TestTheLastThatASecondReaderSaidOfATicketCounts(t *testing.T) {
	conn := natstest.Connect(t)
	read := events.Opinions{Conn: conn}
	tickets := []decide.Ticket{{Tenant: "acme", ID: "T-1"}, {Tenant: "acme", ID: "T-2"}, {Tenant: "globex", ID: "T-1"}}
	if got, err := read.Of(t.Context(), tickets); err != nil || len(got) != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	advises(t, conn, &classificationv1.SecondRead{Tenant: "acme", Ticket: "T-1", Revision: 1, Outcome: "unreachable"})
	advises(t, conn, &classificationv1.SecondRead{
		Tenant: "acme", Ticket: "T-1", Revision: 2, Outcome: "answered", Model: "m", ReadAt: timestamppb.New(at),
		First: &classificationv1.WordsRead{Recommendation: "eligible"}, Second: &classificationv1.WordsRead{Recommendation: "ineligible"},
		Differences: []*classificationv1.Difference{
			{About: "recommendation", First: "eligible", Second: "ineligible"}, {About: "site_outage", First: "holds"}, {About: "beta_only", Second: "holds"},
		},
		Quotes: []*classificationv1.Evidence{{For: "beta_only", Quote: "on beta", Start: 3, End: 10, Note: "n"}},
	})
	advises(t, conn, &classificationv1.SecondRead{Tenant: "globex", Ticket: "T-1", Revision: 1, Outcome: "over_daily_cap"})
	got, err := read.Of(t.Context(), tickets)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if o := got[0]; o.Tenant != "acme" || o.Revision != 2 || !o.Heard || o.Agrees || o.First != decide.Eligible || o.Second != decide.Ineligible ||
		!slices.Equal(o.Sees, []string{"beta_only"}) || !slices.Equal(o.Misses, []string{"site_outage"}) || len(o.Quotes) != 1 || !o.At.Equal(at) {
		t.Errorf("%+v", o)
	}
	if o := got[1]; o.Tenant != "globex" || o.Heard || o.Outcome != "over_daily_cap" {
		t.Errorf("%+v", o)
	}
}

func TestViewersAreToldThatASecondReaderSpoke(t *testing.T) {
	conn := natstest.Connect(t)
	live := &events.Live{Conn: conn}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- live.Advice(ctx) }()
	seen := live.Changes(ctx)
	for said := 0; ; said++ { // until the one who follows is there
		advises(t, conn, &classificationv1.SecondRead{Tenant: "acme", Ticket: "T-1", Revision: uint64(said), Outcome: "answered", Model: time.Now().String()})
		select {
		case g := <-seen:
			if !g.Advice || g.Case != "" {
				t.Errorf("%+v", g)
			}
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
			return
		case <-time.After(50 * time.Millisecond):
			if said > 200 {
				t.Fatal("nobody is told")
			}
		}
	}
}
