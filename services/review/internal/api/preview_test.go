package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/review/internal/api"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
)

// told says what people would be told, in words of its own.
type told struct{ err error }

func (t told) Of(_ context.Context, c decide.Case, e decide.Event) ([]events.Message, error) {
	return []events.Message{{Audience: "requester", Ticket: "T-4711", Language: "de", Kind: string(e.Name), Title: string(c.State), Body: e.Note, Others: 2}}, t.err
}

func TestAPreviewSaysWhatWouldBeToldAndDoesNothing(t *testing.T) {
	s := open(t)
	(&api.API{Cases: s.Ledger, Desk: s.Desk(), Log: slog.Default(), Previews: told{}}).Mount(remount(s))
	path := "/v1/cases/" + s.Login + "/preview?action="
	w := s.ask(http.MethodGet, path+"approve&eta=2026-11-20T12:00:00Z&note=soon", "")
	var out struct {
		State string
		Told  []struct {
			Audience, Title, Body string
			Alike                 int
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s (%v)", w.Code, w.Body, err)
	}
	if out.State != "in_progress" || len(out.Told) != 1 || out.Told[0].Body != "soon" || out.Told[0].Alike != 2 {
		t.Errorf("got %+v", out)
	}
	if c, err := s.Case(t.Context(), s.Login); err != nil || c.Decision != nil {
		t.Errorf("a preview decided: %+v (%v)", c.Decision, err)
	}
	for query, want := range map[string]int{
		"shred": http.StatusBadRequest, "": http.StatusBadRequest, "approve&eta=soon": http.StatusBadRequest,
		"deny": http.StatusUnprocessableEntity, "reopen&note=x": http.StatusUnprocessableEntity, "approve&colour=red": http.StatusBadRequest,
		"assign&technician=" + strings.Repeat("t", 300): http.StatusBadRequest, "assign&technician=tina": http.StatusOK,
	} {
		if w := s.ask(http.MethodGet, path+query, ""); w.Code != want {
			t.Errorf("%s: %d %s, want %d", query, w.Code, w.Body, want)
		}
	}
	if w := s.ask(http.MethodGet, "/v1/cases/c-none/preview?action=approve", ""); w.Code != http.StatusNotFound {
		t.Errorf("of no case: %d", w.Code)
	}
}

func TestAPreviewWithoutNotificationIsNotThere(t *testing.T) {
	s := open(t)
	(&api.API{Cases: s.Ledger, Desk: s.Desk(), Log: slog.Default(), Previews: told{errors.New("nobody answers")}}).Mount(remount(s))
	w := s.ask(http.MethodGet, "/v1/cases/"+s.Login+"/preview?action=approve", "")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "notification does not answer") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// remount is an empty mux for the school, for an API of the test's own.
func remount(s *school) *http.ServeMux {
	s.mux = http.NewServeMux()
	return s.mux
}
