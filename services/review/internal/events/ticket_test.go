package events_test

import (
	"testing"

	"tocsin/services/review/internal/events"

	classificationv1 "tocsin/proto/gen/classification/v1"
)

func TestWhatSpeaksForAReasonIsQuotedFirstHoweverSureTheRestIs(t *testing.T) {
	of := func(about string, weight float64) *classificationv1.Evidence {
		return &classificationv1.Evidence{For: about, Quote: about, Weight: weight}
	}
	ticket := events.Ticket(&classificationv1.TicketAssessed{Assessment: &classificationv1.Assessment{
		Reasons: []string{"sso_unavailable", "site_outage"}, Denials: []string{"beta_only"},
		Evidence: []*classificationv1.Evidence{
			of("request", 1), of("beta_only", 0.9), of("sso_unavailable", 0.6), of("urgency_given", 0.95), of("site_outage", 0.8),
		},
	}})
	want := []string{"site_outage", "sso_unavailable", "beta_only", "request", "urgency_given"}
	for i, q := range ticket.Quotes {
		if q.For != want[i] {
			t.Errorf("quote %d speaks for %s, want %s", i, q.For, want[i])
		}
	}
	if len(ticket.Quotes) != len(want) {
		t.Errorf("%d quotes, want %d", len(ticket.Quotes), len(want))
	}
}
