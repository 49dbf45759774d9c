package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/events"
)

// found is what notification found.
type found struct {
	events.Pulse
	err error
}

func (f *found) Now(context.Context) (events.Pulse, error) { return f.Pulse, f.err }

func TestTheBoardShowsWhoIsHeardAndWhoIsSilent(t *testing.T) {
	f := &found{Pulse: events.Pulse{
		At: morning.Add(-4 * time.Second),
		Sources: []events.Voice{
			{Name: "okta", HeardAt: morning.Add(-12 * time.Second), Limit: 10 * time.Minute},
			{Name: "probes", HeardAt: morning.Add(-3 * time.Hour), Limit: 90 * time.Second},
			{Name: "zendesk", Limit: 24 * time.Hour, Silent: true},
		},
		Destinations: []events.Voice{{Name: "ops", HeardAt: morning.Add(-2 * time.Hour), Limit: time.Hour, Silent: true, Waiting: 12}},
		Wrong:        []string{"reader_away", "review_away"},
	}}
	s := open(t, func(cfg *console.Config) { cfg.Pulse = f })
	w := s.get("/conditions")
	golden(t, "conditions_heard", w)
	want(t, w, http.StatusOK, "Who is heard", "a service does not run", "Review did not answer",
		"okta", "12 s ago", "expected every 10 min", "probes", "expected every 90 s", "zendesk", "silent", "never", "ops", "silent", "12 messages wait")
	golden(t, "conditions_heard_de", s.get("/conditions?lang=de"))
	f.At = morning.Add(-2 * time.Minute)
	want(t, s.get("/conditions"), http.StatusOK, "Nobody has looked since", "see that notification runs")
	f.err = errors.New("the bus is away")
	if w := s.get("/conditions"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Who is heard") {
		t.Errorf("without a bus: %d", w.Code)
	}
}
