package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"

	"tocsin/pkg/policy"
)

// form is what the form to correct the outcry's reading sends, as it is filled in.
func form(change ...string) []string {
	fields := []string{
		"tenant", "acme", "ticket", "T-4711", "revision", "1", "key", "k-1", "request", "yes", "recommendation", "needs_info",
		"reason", "sso_unavailable", "people", "500", "hours", "1.5", "where", "production", "named", "yes", "note", "No launch, no deadline.",
	}
	for i := 0; i < len(change); i += 2 {
		if at := slices.Index(fields, change[i]); at >= 0 && at%2 == 0 {
			fields = slices.Delete(fields, at, at+2)
		}
		if change[i+1] != "" {
			fields = append(fields, change[i:i+2]...)
		}
	}
	return fields
}

func (s *site) labels(id string) []teach.Example {
	s.T.Helper()
	labels, err := s.LabelsOf(context.Background(), id)
	if err != nil {
		s.T.Fatal(err)
	}
	return labels
}

func TestTheFormToCorrectIsFilledInWithWhatWasRead(t *testing.T) {
	s := open(t)
	c := s.Morning()
	want(t, s.get("/cases/"+c.Login), http.StatusOK, `<a class="correct" href="/cases/`+c.Login+`?correct=T-4711&amp;tenant=acme#correct">`)
	page := s.get("/cases/" + c.Login + "?correct=T-4711&tenant=acme")
	want(t, page, http.StatusOK, `id="correct"`, `name="revision" value="1"`, `id="correct-yes" value="yes" checked`, `value="eligible" required checked`,
		`id="reason-sso_unavailable" value="sso_unavailable" checked`, `id="reason-auth_failures_over_100" value="auth_failures_over_100" checked`,
		`name="people"`, `value="500"`, `name="hours"`, `value="1.5"`, `id="where-production" value="production" checked`)
	golden(t, "correct", page)
	golden(t, "correct_de", s.get("/cases/"+c.Login+"?correct=T-4711&tenant=acme&lang=de"))
	for _, query := range []string{"?correct=T-9&tenant=acme", "?correct=T-4711&tenant=globex", "?correct=T-4711"} {
		if w := s.get("/cases/" + c.Login + query); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `id="correct"`) {
			t.Errorf("%s: a form for no ticket of the case, or %d", query, w.Code)
		}
	}
}

func TestACorrectionIsKeptAndShownBesideItsTicket(t *testing.T) {
	s := open(t)
	c := s.Morning()
	before := s.now(c.Login).Version
	for range 2 { // the same form sent twice is one correction
		w := s.post("/cases/"+c.Login+"/correct", form()...)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/cases/"+c.Login+"?done=correct" {
			t.Fatalf("answered %d to %s: %s", w.Code, w.Header().Get("Location"), w.Body)
		}
	}
	labels := s.labels(c.Login)
	if len(labels) != 1 || s.now(c.Login).Version != before {
		t.Fatalf("there are %d labels, the case is at version %d", len(labels), s.now(c.Login).Version)
	}
	e := labels[0]
	if e.By != "lena" || e.Source != teach.OfCorrection || e.Ticket != "T-4711" || e.Revision != 1 || e.Comment != "No launch, no deadline." ||
		e.Was.Recommendation != decide.Eligible || e.Now.Recommendation != decide.NeedInfo || e.Now.Language != "de" || e.Now.Facts.UrgencyGiven ||
		!slices.Equal(e.Now.Reasons, []policy.ReasonID{policy.SSOUnavailable}) || !slices.Equal(e.Now.Missing, []policy.MissingID{policy.MissingUrgency}) {
		t.Errorf("kept %+v", e)
	}
	want(t, s.get("/cases/"+c.Login+"?done=correct"), http.StatusOK, "The correction is kept.", "T-4711",
		"Reading corrected by lena: eligible → needs info", "No launch, no deadline.", "Correct the reading")
	page := s.get("/cases/" + c.Login + "?correct=T-4711&tenant=acme")
	want(t, page, http.StatusOK, `value="needs_info" required checked`, `id="reason-auth_failures_over_100" value="auth_failures_over_100">`)

	s.post("/cases/"+c.Login+"/correct", form("key", "k-2", "people", "12", "hours", "1,5")...)
	if last := s.labels(c.Login)[0]; !last.Stands || *last.Now.Facts.AffectedUsers != 12 || *last.Now.Facts.DurationHours != 1.5 {
		t.Errorf("the last one is %+v", last)
	}
}

func TestACorrectionOfWhatWasReadSinceIsAskedForAgain(t *testing.T) {
	s := open(t)
	c := s.Morning()
	newer := consoletest.Outcry(morning)
	newer.Revision, newer.People = 2, new(30)
	s.Hear(morning, ledger.Fact{Ticket: newer})
	w := s.post("/cases/"+c.Login+"/correct", form()...)
	want(t, w, http.StatusConflict, `name="revision" value="2"`, "was read anew", `value="needs_info" required checked`, `value="500"`, "No launch, no deadline.")
	if n := len(s.labels(c.Login)); n != 0 {
		t.Errorf("%d labels were kept", n)
	}
	if w := s.post("/cases/"+c.Login+"/correct", form("revision", "2")...); w.Code != http.StatusSeeOther {
		t.Errorf("then it answers %d", w.Code)
	}
	newer.Revision, newer.People = 3, new(31)
	s.Hear(morning.Add(time.Minute), ledger.Fact{Ticket: newer})
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "of an earlier state of the ticket")
}

func TestACorrectionThatCannotBeMeantSaysWhy(t *testing.T) {
	s := open(t)
	c := s.Morning()
	for _, tc := range []struct {
		change []string
		status int
		says   string
	}{
		{[]string{"request", "no"}, 422, "goes with “No”"},
		{[]string{"recommendation", "eligible", "reason", ""}, 422, "needs a reason"},
		{[]string{"recommendation", "ineligible"}, 422, "needs a denial ground"},
		{[]string{"urgent", "yes"}, 422, "nothing is missing"},
		{[]string{"recommendation", ""}, 422, "choose from what is offered"},
		{[]string{"reason", "boredom"}, 422, "choose from what is offered"},
		{[]string{"people", "many"}, 422, "numbers as digits"},
		{[]string{"people", "-3"}, 422, "numbers as digits"},
		{[]string{"hours", "NaN"}, 422, "numbers as digits"},
		{[]string{"where", "moon"}, 422, "choose from what is offered"},
		{[]string{"note", strings.Repeat("ä", 4001)}, 422, "under 4,000 characters"},
		{[]string{"revision", ""}, 409, "was read anew"},
		{[]string{"ticket", "T-9"}, 409, "no such ticket"},
	} {
		w := s.post("/cases/"+c.Login+"/correct", form(tc.change...)...)
		want(t, w, tc.status, `role="alert"`, tc.says)
	}
	want(t, s.post("/cases/c-none/correct", form()...), http.StatusNotFound)
	if n := len(s.labels(c.Login)); n != 0 {
		t.Errorf("%d labels were kept", n)
	}
}

func TestAnotherSiteCanNotTeach(t *testing.T) {
	s := open(t)
	c := s.Morning()
	fields := url.Values{}
	for i, f := 0, form(); i < len(f); i += 2 {
		fields.Add(f[i], f[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/cases/"+c.Login+"/correct", strings.NewReader(fields.Encode()))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	want(t, s.ask(r), http.StatusForbidden)
}

func TestACorrectionWhileTheDatabaseIsAwayCanBeSentAgain(t *testing.T) {
	s := open(t, func(cfg *console.Config) { without(cfg, "Teach") })
	c := s.Morning()
	want(t, s.post("/cases/"+c.Login+"/correct", form()...), http.StatusServiceUnavailable, `name="key" value="k-1"`, "the same order counts once", "No launch")
	s = open(t, func(cfg *console.Config) { without(cfg, "Teach", "Case") })
	want(t, s.post("/cases/c-any/correct", form()...), http.StatusServiceUnavailable, `action="/cases/c-any/correct"`, "No launch")
	s = open(t, func(cfg *console.Config) { without(cfg, "LabelsOf") })
	c = s.Morning()
	want(t, s.get("/cases/"+c.Login+"?correct=T-4711&tenant=acme"), http.StatusOK, "at acme", `id="correct"`)
}
