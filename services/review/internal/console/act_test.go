package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
)

// now is the case as the ledger has it.
func (s *site) now(id string) decide.Case {
	s.T.Helper()
	c, err := s.Case(context.Background(), id)
	if err != nil {
		s.T.Fatal(err)
	}
	return c
}

// seen is the version that a page shown now carries.
func (s *site) seen(id string) string { return strconv.FormatUint(s.now(id).Version, 10) }

// order sends a form that was shown now.
func (s *site) order(id, action string, fields ...string) *httptest.ResponseRecorder {
	return s.post("/cases/"+id+"/"+action, append([]string{"version", s.seen(id), "key", "k-" + action + s.seen(id)}, fields...)...)
}

// done checks that an order was carried out, and gives the page that it leads to.
func (s *site) done(w *httptest.ResponseRecorder, id string, state decide.State) *httptest.ResponseRecorder {
	s.T.Helper()
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/cases/"+id+"?done=") {
		s.T.Fatalf("answered %d to %s: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	if got := s.now(id).State; got != state {
		s.T.Errorf("the case is %s, want %s", got, state)
	}
	return s.get(w.Header().Get("Location"))
}

func TestApprovalWithAnETAIsOneOrder(t *testing.T) {
	s := open(t)
	c := s.Morning()
	page := s.done(s.order(c.Login, "approve", "within", "120", "note", "All hands."), c.Login, decide.InProgress)
	want(t, page, http.StatusOK, "Approved. Those concerned", "Next to decide", "in progress", "Approved by lena", "All hands.", "Resolve")
	if got := s.now(c.Login); !got.ETA.Equal(morning.Add(2*time.Hour)) || got.Decision.By != "lena" {
		t.Errorf("the ETA is %s, decided by %s", got.ETA, got.Decision.By)
	}
	golden(t, "approved", page)
}

func TestApprovalWithoutAnETALeavesItForLater(t *testing.T) {
	s := open(t)
	c := s.Morning()
	want(t, s.done(s.order(c.Login, "approve"), c.Login, decide.Approved), http.StatusOK, "ETA")
	want(t, s.get("/"), http.StatusOK, "no ETA yet")
}

func TestTheSameFormSentTwiceIsOneOrder(t *testing.T) {
	s := open(t)
	c := s.Morning()
	version := s.seen(c.Login)
	for range 2 {
		w := s.post("/cases/"+c.Login+"/approve", "version", version, "key", "k-1", "within", "60")
		s.done(w, c.Login, decide.InProgress)
	}
	if audit, err := s.Audit(context.Background(), c.Login); err != nil || len(audit) != 4 {
		t.Errorf("the audit has %d rows, want 4 (%v)", len(audit), err)
	}
}

func TestEachActionLeadsToItsState(t *testing.T) {
	s := open(t)
	c := s.Morning()
	s.done(s.order(c.Beta, "request-info", "note", "Which region?"), c.Beta, decide.NeedsInfo)
	want(t, s.get("/cases/"+c.Beta), http.StatusOK, "Which region?", "waiting for the answer")
	s.done(s.order(c.Beta, "eta", "exact", "2026-11-20T18:30"), c.Beta, decide.NeedsInfo)
	s.done(s.order(c.Beta, "eta", "instant", "2026-11-20T20:30:00+01:00", "note", "A part is missing."), c.Beta, decide.NeedsInfo)
	want(t, s.get("/cases/"+c.Beta), http.StatusOK, "moved 1×: A part is missing.")
	page := s.done(s.order(c.Beta, "deny", "ground", "beta_only"), c.Beta, decide.Denied)
	want(t, page, http.StatusOK, "Denied by lena", "Ground: ", "Reopen", "Close for good")
	s.done(s.order(c.Beta, "reopen", "note", "It reached production."), c.Beta, decide.PendingReview)
	want(t, s.get("/cases/"+c.Beta), http.StatusOK, "round 2", "Earlier rounds", "Denied by lena")
	s.done(s.order(c.Beta, "resolve"), c.Beta, decide.Resolved)
	page = s.done(s.order(c.Beta, "close"), c.Beta, decide.Closed)
	want(t, page, http.StatusOK, "Nothing is left to do here")
}

func TestAStalePageDecidesNothingAndShowsWhatChanged(t *testing.T) {
	s := open(t)
	c := s.Morning()
	version := s.seen(c.Login)
	s.Hear(morning, ledger.Fact{Condition: consoletest.Logins(morning.Add(-41*time.Minute), morning, 160)})
	w := s.post("/cases/"+c.Login+"/deny", "version", version, "key", "k-1", "ground", "small_audience", "note", "Only a few.")
	want(t, w, http.StatusConflict, "nothing was decided", "You saw version 3, it is at version 4", "condition changed", `value="small_audience" checked`, "Only a few.")
	if got := s.now(c.Login); got.State != decide.PendingReview {
		t.Errorf("the case is %s", got.State)
	}
	golden(t, "stale", w)
	s.done(s.order(c.Login, "deny", "ground", "small_audience"), c.Login, decide.Denied)
}

func TestTheFirstDecisionStands(t *testing.T) {
	s := open(t)
	c := s.Morning()
	version := s.seen(c.Login)
	s.Do(morning, c.Login, desk.Order{Action: desk.Approve})
	w := s.post("/cases/"+c.Login+"/deny", "version", version, "key", "k-1", "note", "I think not.")
	want(t, w, http.StatusConflict, "first decision stands", "approved", "You had written: I think not.", "Approved by lena")
	if got := s.now(c.Login); got.State != decide.Approved {
		t.Errorf("the case is %s", got.State)
	}
}

func TestAFormThatLacksSomethingSaysWhat(t *testing.T) {
	s := open(t)
	c := s.Morning()
	for _, tc := range []struct {
		action string
		fields []string
		says   string
	}{
		{"deny", nil, "Please say why."},
		{"deny", []string{"ground", "dislike"}, "no such ground"},
		{"request-info", nil, "Please say why."},
		{"eta", nil, "give a date and a time"},
		{"eta", []string{"exact", "soon"}, "give a date and a time"},
		{"eta", []string{"within", "-5"}, "give a date and a time"},
		{"eta", []string{"exact", "2026-11-20T09:00"}, "later than now"},
		{"approve", []string{"exact", "2026-11-20T09:00"}, "later than now"},
		{"approve", []string{"note", strings.Repeat("ä", 4001)}, "under 4,000 characters"},
	} {
		before := s.seen(c.Login)
		w := s.order(c.Login, tc.action, tc.fields...)
		want(t, w, http.StatusUnprocessableEntity, `id="act-`+tc.action+`" name="act" data-act="`+tc.action+`" open`, tc.says)
		if s.seen(c.Login) != before {
			t.Errorf("%s %v changed the case", tc.action, tc.fields)
		}
	}
}

func TestAnOrderThatNoFormSentIsRefused(t *testing.T) {
	s := open(t)
	c := s.Morning()
	want(t, s.post("/cases/"+c.Login+"/approve"), http.StatusConflict, "nothing was decided")
	want(t, s.post("/cases/"+c.Login+"/destroy", "version", "3"), http.StatusNotFound)
	want(t, s.post("/cases/none/approve", "version", "3"), http.StatusNotFound)
	want(t, s.post("/cases/"+c.Login+"/close", "version", s.seen(c.Login)), http.StatusConflict, "does not allow this")
	if got := s.now(c.Login).State; got != decide.PendingReview {
		t.Errorf("the case is %s", got)
	}
}

func TestAnotherSiteCanNotAct(t *testing.T) {
	s := open(t)
	c := s.Morning()
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"} {
		r := httptest.NewRequest(http.MethodPost, "/cases/"+c.Login+"/approve", strings.NewReader("version=3"))
		r.Header.Set(header, value)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		want(t, s.ask(r), http.StatusForbidden)
	}
}

func TestAnOrderWhileTheDatabaseIsAwayCanBeSentAgain(t *testing.T) {
	s := open(t, func(cfg *console.Config) { without(cfg, "Update") })
	c := s.Morning()
	w := s.post("/cases/"+c.Login+"/approve", "version", "3", "key", "k-1", "within", "60")
	want(t, w, http.StatusServiceUnavailable, "the same order counts once", `name="version" value="3"`, `name="key" value="k-1"`)

	s = open(t, func(cfg *console.Config) { without(cfg, "Update", "Case") })
	w = s.post("/cases/c-any/approve", "version", "3", "key", "k-1", "note", `"><script>alert(1)</script>`)
	want(t, w, http.StatusServiceUnavailable, "the same order counts once", `name="key" value="k-1"`, `&lt;script&gt;`, "Send it again")
}
