package console_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/events"
)

// A hall answers who would hear what, as notification would.
type hall struct {
	answer events.Hearing
	err    error
	asked  *events.HearingQuestion
}

func (h hall) Of(_ context.Context, q events.HearingQuestion) (events.Hearing, error) {
	if h.asked != nil {
		*h.asked = q
	}
	return h.answer, h.err
}

func heardBy() events.Hearing {
	until := morning.Add(21 * time.Hour)
	return events.Hearing{Routed: true, At: morning, Samples: []string{"opened", "approved", "denied_small_audience"}, Heard: []events.Heard{
		{
			Audience: "leadership", Tenant: "acme", Language: "en", Kind: "case_opened", Severity: "critical", Title: "acme: nobody can log in", Body: "143 people are hit.\n\nTickets:\n- T-1",
			Destinations: []events.Fate{
				{Destination: "chief", Channel: "email", Fate: "hold", Route: "morning", Until: &until, Why: []string{"quiet hours of chief until 07:00 CET"}},
				{Destination: "night", Channel: "teams", Fate: "silence", Route: "all", Why: []string{"muted by lena until 2026-11-20T11:00:00Z: data center move"}},
				{Destination: "ops", Channel: "slack", Fate: "send", Route: "critical", Why: []string{`route "critical" matches`}},
			},
		},
		{
			Audience: "requester", Recipient: "mia", Tenant: "acme", Ticket: "T-1", Language: "de", Kind: "under_review", Severity: "normal", Title: "Ticket T-1: Die Eskalation wird geprüft", Body: "Wir haben Ihre Bitte erhalten.",
			Destinations: []events.Fate{{Destination: "ops", Channel: "slack", Fate: "skip", Why: []string{`route "critical" does not match: audience is "requester", not leadership`}}},
		},
	}}
}

func TestThePageSaysWhoWouldHearItAndWhyNot(t *testing.T) {
	var asked events.HearingQuestion
	s := open(t, func(cfg *console.Config) { cfg.Hearings = hall{answer: heardBy(), asked: &asked} })
	w := s.get("/routes")
	golden(t, "routes", w)
	want(t, w, http.StatusOK, "case opened", "2 destinations would hear it", "chief", "told later", "quiet hours", "night", "silenced", "muted by lena", "ops", "told at once",
		"143 people are hit.", "requester mia", "0 destinations", "not meant for it", `lang="de"`)
	if asked != (events.HearingQuestion{Sample: "opened", Language: "en"}) {
		t.Errorf("asked %+v", asked)
	}
	golden(t, "routes_de", s.get("/routes?lang=de"))
	want(t, s.get("/routes?sample=approved&tenant=globex&reason=site_outage&language=de&at=2026-11-20T22:30&case=c-7"), http.StatusOK, "selected>approved")
	at := time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC)
	if asked != (events.HearingQuestion{Case: "c-7", Sample: "approved", Tenant: "globex", Language: "de", Reason: "site_outage", At: at}) {
		t.Errorf("asked %+v", asked)
	}
}

func TestThePageOfRoutesSaysWhyItCanNotSay(t *testing.T) {
	for _, c := range []struct {
		hall       hall
		path, says string
	}{
		{hall{err: errors.New("nobody answers")}, "/routes", "Notification does not answer now"},
		{hall{answer: events.Hearing{At: morning}}, "/routes?case=c-none", "TOCSIN_ROUTES_FILE"},
		{hall{answer: events.Hearing{Routed: true}}, "/routes?case=c-none", "Nobody would be told anything"},
		{hall{}, "/routes?at=tonight", "write it as 2026-11-20T22:30"},
	} {
		s := open(t, func(cfg *console.Config) { cfg.Hearings = c.hall })
		want(t, s.get(c.path), http.StatusOK, c.says)
	}
	want(t, open(t).get("/routes"), http.StatusForbidden, "leadership that sees all tenants")
}
