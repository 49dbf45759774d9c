package shadow

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"tocsin/services/classification/internal/classify"
)

// A Report is how far the shadow agrees so far.
type Report struct {
	Model string    `json:"model"` // the shadow's
	Since time.Time `json:"since"`
	// Assessed counts revisions of tickets; Agree those of which both say the same.
	Assessed uint64 `json:"assessed"`
	Agree    uint64 `json:"agree"`
	// Differing counts by what differs; a ticket may differ in several.
	Differing map[string]uint64 `json:"differing"`
	// Last are the last differing tickets, newest first.
	Last []Difference `json:"last"`
}

// A Difference is a ticket of which the two say something else.
type Difference struct {
	Tenant   string    `json:"tenant"`
	Ticket   string    `json:"ticket"`
	Revision uint64    `json:"revision"`
	At       time.Time `json:"at"` // of the assessment
	// In names what differs: is_escalation_request, recommendation, reasons, denials, or failed.
	In     []string `json:"in"`
	Said   Reading  `json:"said"`
	Shadow Reading  `json:"shadow"`
	// Failed says that the shadow said nothing.
	Failed bool `json:"failed,omitempty"`
}

// A Reading is what is compared of an assessment.
type Reading struct {
	Request        bool     `json:"is_escalation_request"`
	Recommendation string   `json:"recommendation"`
	Reasons        []string `json:"reasons"`
	Denials        []string `json:"denials"`
}

func readingOf(a classify.Assessment) Reading {
	return Reading{Request: a.Request, Recommendation: string(a.Recommendation), Reasons: names(a.Reasons), Denials: names(a.Denials)}
}

func names[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func (r Reading) differsIn(o Reading) (in []string) {
	for _, part := range []struct {
		name string
		same bool
	}{
		{"is_escalation_request", r.Request == o.Request},
		{"recommendation", r.Recommendation == o.Recommendation},
		{"reasons", slices.Equal(r.Reasons, o.Reasons)},
		{"denials", slices.Equal(r.Denials, o.Denials)},
	} {
		if !part.same {
			in = append(in, part.name)
		}
	}
	return in
}

// Report is how far the shadow agrees so far; false where there is no shadow.
func (s *Shadow) Report() (Report, bool) {
	if s == nil || s.method == nil {
		return Report{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.report
	r.Differing, r.Last = maps.Clone(s.differing), append([]Difference{}, s.last...)
	slices.Reverse(r.Last)
	return r, true
}

// ServeHTTP answers with the report, as JSON; 404 where there is no shadow.
func (s *Shadow) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	r, ok := s.Report()
	if !ok {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"type": "urn:tocsin:problem:no-shadow", "title": http.StatusText(http.StatusNotFound), "status": http.StatusNotFound,
			"detail": "there is no shadow model; TOCSIN_CLASSIFICATION_SHADOW_MODEL (--shadow-model of tocsin up) sets one",
		})
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(r)
}
