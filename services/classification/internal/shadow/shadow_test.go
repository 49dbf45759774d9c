package shadow_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/shadow"

	"tocsin/pkg/policy"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// method says of every ticket what a test wants.
type method func(t classify.Ticket) classify.Assessment

func (m method) Assess(t classify.Ticket, _ []classify.Condition, _ time.Time) classify.Assessment {
	return m(t)
}

// said is an assessment of a request.
func said(r classify.Recommendation, reasons ...policy.ReasonID) classify.Assessment {
	return classify.Assessment{Request: r != classify.NotARequest, Recommendation: r, Reasons: reasons}
}

func seen(id string, a classify.Assessment) shadow.Seen {
	return shadow.Seen{Ticket: classify.Ticket{ID: id, Tenant: "acme"}, Revision: 2, At: nine, Said: a}
}

func TestAgreementIsCountedAndDifferencesAreKept(t *testing.T) {
	var log bytes.Buffer
	s := shadow.New("sha256:1", method(func(t classify.Ticket) classify.Assessment {
		switch t.ID {
		case "T-1":
			return said(classify.Eligible, policy.SSOUnavailable)
		case "T-2":
			return said(classify.NotARequest)
		}
		panic("a model gone wrong")
	}), slog.New(slog.NewTextHandler(&log, nil)))
	for _, id := range []string{"T-1", "T-2", "T-3"} {
		s.Look(t.Context(), seen(id, said(classify.Eligible, policy.SSOUnavailable)))
	}
	r, ok := s.Report()
	if !ok || r.Model != "sha256:1" || r.Assessed != 3 || r.Agree != 1 || len(r.Last) != 2 {
		t.Fatalf("reports %+v", r)
	}
	if d := r.Last[0]; d.Ticket != "T-3" || !d.Failed || !slices.Equal(d.In, []string{"failed"}) {
		t.Errorf("the last is %+v", d)
	}
	d := r.Last[1]
	if d.Tenant != "acme" || d.Revision != 2 || !d.At.Equal(nine) || !slices.Equal(d.In, []string{"is_escalation_request", "recommendation", "reasons"}) ||
		d.Said.Recommendation != "eligible" || d.Shadow.Recommendation != "not_a_request" {
		t.Errorf("before it is %+v", d)
	}
	if r.Differing["recommendation"] != 1 || r.Differing["failed"] != 1 || r.Differing["denials"] != 0 {
		t.Errorf("by part %v", r.Differing)
	}
	if !strings.Contains(log.String(), "the shadow model differs") || !strings.Contains(log.String(), "ticket=T-2") || strings.Contains(log.String(), "T-1") {
		t.Errorf("logged %s", &log)
	}
}

func TestOnlyTheLastDifferencesAreKeptAndTheFirstAreLogged(t *testing.T) {
	var log bytes.Buffer
	s := shadow.New("", method(func(classify.Ticket) classify.Assessment { return said(classify.Ineligible) }), slog.New(slog.NewTextHandler(&log, nil)))
	for i := range 200 {
		s.Look(t.Context(), seen(fmt.Sprint(i), said(classify.Eligible)))
	}
	r, _ := s.Report()
	if r.Assessed != 200 || r.Agree != 0 || len(r.Last) != 50 || r.Last[0].Ticket != "199" || r.Last[49].Ticket != "150" {
		t.Errorf("%d of %d agree, %d are kept", r.Agree, r.Assessed, len(r.Last))
	}
	if n := strings.Count(log.String(), "\n"); n != 20 {
		t.Errorf("%d are logged, want the first 20", n)
	}
}

func TestTheReportIsServedWhereThereIsAShadow(t *testing.T) {
	s := shadow.New("sha256:1", method(func(classify.Ticket) classify.Assessment { return said(classify.Eligible) }), slog.New(slog.DiscardHandler))
	s.Look(t.Context(), seen("T-1", said(classify.Eligible)))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	var r shadow.Report
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || r.Agree != 1 || !strings.Contains(w.Body.String(), `"last":[]`) {
		t.Errorf("served %s (%v)", w.Body, err)
	}
	var none *shadow.Shadow
	none.Look(t.Context(), seen("T-1", said(classify.Eligible)))
	w = httptest.NewRecorder()
	if none.ServeHTTP(w, nil); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "TOCSIN_CLASSIFICATION_SHADOW_MODEL") {
		t.Errorf("without a shadow %d %s", w.Code, w.Body)
	}
}
