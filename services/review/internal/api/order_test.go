package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tocsin/services/review/internal/problem"
)

// order sends an order with a key.
func (s *school) order(path, key, body string) (int, string) {
	s.t.Helper()
	w := s.with(http.MethodPost, "/v1/cases"+path, key, body)
	return w.Code, w.Body.String()
}

func TestTheSameKeyIsTheSameOrderAndNoOther(t *testing.T) {
	s := open(t)
	ask := "/" + s.Login + "/request-info"
	status, first := s.order(ask, "k-1", `{"version":3,"note":"Since when?"}`)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, first)
	}
	if status, again := s.order(ask, "k-1", `{"note":"Since when?","version":3}`); status != http.StatusOK || again != first {
		t.Errorf("sent again: %d %s, want %s", status, again, first)
	}
	for path, body := range map[string]string{
		ask:                           `{"version":3,"note":"Who?"}`,
		"/" + s.Login + "/split":      `{"tickets":[{"tenant":"acme","ticket":"T-4711"}],"note":"y"}`,
		"":                            `{"tenant":"acme","note":"y"}`,
		"/" + s.Pathways + "/approve": `{"eta":"2026-11-20T12:00:00Z"}`,
	} {
		if path != ask {
			if status, says := s.order(path, "k-1", strings.ReplaceAll(strings.ReplaceAll(body, `"y"`, `"x"`), "12:00", "11:00")); status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, status, says)
			}
		}
		status, says := s.order(path, "k-1", body)
		var p problem.Problem
		if err := json.Unmarshal([]byte(says), &p); err != nil || status != http.StatusUnprocessableEntity || p.Kind() != "key-reused" || p.Do == "" {
			t.Errorf("%s with other words: %d %s (%v)", path, status, says, err)
		}
	}
}

func TestAnOrderThatMakesNoSenseIsRefusedWithTheField(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		body   string
		status int
		field  string
		says   string
	}{
		{``, 400, "", "there is no body"},
		{`not json`, 400, "", "not JSON at byte"},
		{`[]`, 400, "", "not an object"},
		{`{"nte":"x"}`, 400, "nte", "there are version, note, ground, eta, technician"},
		{`{"Note":"x"}`, 400, "Note", "there is no field"},
		{`{"note":7}`, 400, "note", "note has to be a text"},
		{`{"version":"three"}`, 400, "version", "version has to be a whole number from 0"},
		{`{"version":-1}`, 400, "version", "version has to be a whole number from 0"},
		{`{"version":1e999}`, 400, "version", "version has to be a whole number from 0"},
		{`{"version":1,"version":2}`, 400, "version", "duplicate"},
		{`{"version":1} {"version":2}`, 400, "", "not JSON at byte"},
		{`{"eta":"tomorrow"}`, 400, "eta", "eta has to be a time like"},
		{`{"note":"` + "\xff" + `"}`, 400, "note", "UTF-8"},
		{`{"note":"a\u0000b"}`, 400, "note", "NUL"},
		{`{"note":"` + strings.Repeat("x", 20_000) + `"}`, 400, "note", "note has 20000 bytes; at most 16384 are taken"},
		{`{"note":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "", "larger than 65536 bytes"},
		{`{"note":{"note":[1]}}`, 400, "note", "note has to be a text"},
		{`{"note":` + strings.Repeat("[", 30_000), 400, "note.0.0.0.0.0.0.0.0", "exceeded max depth"},
		{`{"version":1,"ground":"small_audience"}`, 409, "", "is at version 3"},
		{`{"version":3}`, 422, "", "a reason has to be given"},
		{`{"version":3,"ground":"mood"}`, 422, "", "no such denial ground"},
	} {
		status, says := s.order("/"+s.Login+"/deny", "", c.body)
		var p problem.Problem
		if err := json.Unmarshal([]byte(says), &p); err != nil || status != c.status || p.Field != c.field || !strings.Contains(p.Detail, c.says) || p.Do == "" {
			t.Errorf("%.60s: %d %.300s (%v), want %d, %q and %q", c.body, status, says, err, c.status, c.field, c.says)
		}
	}
	if c, err := s.Case(t.Context(), s.Login); err != nil || c.Version != 3 {
		t.Errorf("the case is at version %d: %v", c.Version, err)
	}
}

func TestAQuestionIsReadStrictly(t *testing.T) {
	s := open(t)
	for query, says := range map[string]string{
		"stat=denied": "there are state, tenant, reason", "state=open": "is none of detected", "priority=urgent": "is none of critical, high, normal",
		"limit=0": "from 1 to 500", "limit=many": "from 1 to 500", "order=name": "impact, time, due", "overdue=perhaps": "neither true nor false",
		"opened_from=yesterday": "RFC 3339", "tenant=a&tenant=b": "say it once", "q=%00": "NUL", "tenant=%ff": "UTF-8", "%zz": "can not be read",
		"reason=rumour": "is none of",
	} {
		w := s.ask(http.MethodGet, "/v1/cases?"+query, "")
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: %d %s, want %q", query, w.Code, w.Body, says)
		}
	}
	for query, want := range map[string]string{
		"tenant=acme": s.Login, "q=T-47": s.Login, "reason=lxp_features_unavailable": s.Pathways, "state=denied": s.Report,
		"state=approved,in_progress": s.Launch, "q=rein&tenant=acme": s.Login, "recommendation=ineligible": s.Beta,
	} {
		var page struct{ Cases []struct{ ID string } }
		w := s.ask(http.MethodGet, "/v1/cases?"+query, "")
		s.must(json.Unmarshal(w.Body.Bytes(), &page))
		if len(page.Cases) != 1 || page.Cases[0].ID != want {
			t.Errorf("%s: %d %v, want %s", query, w.Code, page.Cases, want)
		}
	}
}
