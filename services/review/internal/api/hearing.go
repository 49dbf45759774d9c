package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/problem"

	"tocsin/pkg/policy"
)

// Hearings say who would hear something; wall.Hearings does.
type Hearings interface {
	// Of is who would hear what q asks for.
	Of(ctx context.Context, q events.HearingQuestion) (events.Hearing, error)
}

// hearingWithin is how long notification may take; it is away after that.
const hearingWithin = 3 * time.Second

func (a *API) hearingRoutes() []route {
	return []route{{"GET /v1/routes", "Who would hear something, and why the others would not, as routes, mutes and open cases are now; for leadership that sees all tenants.", []param{
		{"case", "what each audience was told last of this case; else one is made up", nil, false},
		{"sample", "what happens to the case that is made up: one of the answer's samples", nil, false},
		{"tenant", "whose it is", nil, false},
		{"language", "what all read", []string{"en", "de"}, false},
		{"reason", "the only reason that it has", nil, false},
		{"at", "when it is told (RFC 3339); now where it is not said", nil, false},
	}, nil, events.Hearing{}, a.hearing}}
}

func (a *API) hearing(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	q := events.HearingQuestion{Case: v.Get("case"), Sample: v.Get("sample"), Tenant: v.Get("tenant"), Language: v.Get("language"), Reason: v.Get("reason")}
	var err error
	if q.At, err = instant(r, "at"); err != nil {
		return err
	}
	if q.Language != "" && q.Language != "en" && q.Language != "de" {
		return badRequest("language", "%.16q is neither en nor de", q.Language)
	}
	if q.Reason != "" && !slices.Contains(a.policy().ReasonIDs(), policy.ReasonID(q.Reason)) {
		return badRequest("reason", "the policy knows no reason %.64q", q.Reason)
	}
	if a.Hearings == nil {
		return problem.New("unavailable", http.StatusServiceUnavailable, "nobody says here who would hear what")
	}
	ctx, enough := context.WithTimeout(r.Context(), hearingWithin)
	defer enough()
	heard, err := a.Hearings.Of(ctx, q)
	if err != nil && problem.Of(err).Status == http.StatusServiceUnavailable {
		return fmt.Errorf("%w: %w", problem.New("unavailable", http.StatusServiceUnavailable, "notification does not answer"), err)
	}
	if err != nil {
		return err
	}
	return write(w, heard)
}

func (a *API) policy() *policy.Policy {
	if a.Policy == nil {
		return policy.Default()
	}
	return a.Policy
}
