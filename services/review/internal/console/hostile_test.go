package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/policy"
)

// What hostile people write into every field.
const (
	script = `</td></li></textarea><script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)`
	sql    = `'; DROP TABLE cases; --`
)

// hostile is a case with hostile text in every field that the world can fill.
func hostile(s *site) string {
	t := consoletest.Outcry(morning)
	bad := func(field string) string { return field + script + sql }
	t.Tenant, t.ID, t.Source, t.Subject = bad("tenant"), bad("ticket"), bad("source"), bad("subject")
	t.Language, t.Requester, t.CSM, t.Agent = bad("language"), bad("requester"), bad("csm"), bad("agent")
	t.Status, t.Environment = decide.Status(bad("status")), bad("environment") // of which only two are ever shown
	t.Reasons = append(t.Reasons, policy.ReasonID(bad("reason")))
	t.Missing = append(t.Missing, policy.MissingID(bad("missing")))
	t.Denials = append(t.Denials, policy.GroundID(bad("ground")))
	t.Quotes = append(t.Quotes, decide.Quote{For: bad("about"), Text: bad("quote"), Weight: 1})
	t.Contradictions = []decide.Contradiction{{About: bad("about"), Claimed: bad("claimed"), Measured: bad("measured"), Source: bad("contra")}}
	t.Confirmations = []decide.Contradiction{{About: bad("borne"), Claimed: bad("said"), Measured: bad("seen"), Source: bad("source")}}
	t.Unclear = []string{bad("unclear")}
	t.NearMisses = []decide.NearMiss{{Reason: policy.ReasonID(bad("near")), Stated: bad("stated"), Needed: bad("needed")}}
	id := s.Hear(morning, ledger.Fact{Ticket: t})
	c := consoletest.Logins(morning, morning, 143)
	c.ID, c.Scope, c.Subject, c.Evidence = bad("condition"), t.Tenant, bad("component"), []string{bad("evidence")}
	s.Hear(morning, ledger.Fact{Condition: c})
	err := s.RecordDeliveries(s.T.Context(), ledger.Delivery{
		ID: bad("delivery"), Case: id, Tenant: t.Tenant, Audience: bad("audience"), Recipient: bad("recipient"), Channel: bad("channel"),
		Destination: bad("destination"), Kind: bad("kind"), Outcome: bad("outcome"), Attempt: 2, At: morning, Answer: bad("answer"),
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return id
}

// element are the elements and attributes that a page may not have.
var element = regexp.MustCompile(`<[^>"]*("[^"]*"[^>"]*)*>`)

func harmless(t *testing.T, name, page string) {
	t.Helper()
	for _, tag := range element.FindAllString(page, -1) {
		bare := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(tag, `""`)
		if strings.Contains(bare, " on") || strings.HasPrefix(bare, "<img") || strings.HasPrefix(bare, "<script") && !strings.Contains(tag, `src="/assets/`) {
			t.Errorf("%s holds the element %s", name, tag)
		}
	}
	if strings.Contains(page, "<script>") || strings.Contains(page, "<img") {
		t.Errorf("%s holds what somebody wrote as markup", name)
	}
}

func TestWhatPeopleWriteIsOnlyEverText(t *testing.T) {
	s := open(t)
	id := hostile(s)
	order := []string{"approve", "deny", "request-info", "eta"}
	for _, path := range []string{"/tickets", "/deliveries", "/audit", "/audit?case=" + id, "/several?action=deny&case=" + id + "@1"} {
		want(t, s.get(path), http.StatusOK, "tenant&lt;/td&gt;")
		harmless(t, path, s.get(path).Body.String())
	}
	for _, path := range []string{"/", "/tickets", "/deliveries", "/audit", "/several", "/policy"} {
		path += "?" + url.Values{
			"q": {script}, "tenant": {sql}, "state": {script}, "reason": {script}, "priority": {sql}, "overdue": {script}, "mine": {sql}, "group": {script},
			"ticket": {sql}, "linked": {script}, "outcome": {script}, "audience": {sql}, "channel": {script}, "recipient": {sql}, "case": {script, id + "@1"},
			"actor": {script}, "name": {sql}, "action": {"deny"}, "lang": {script},
		}.Encode()
		w := s.get(path)
		want(t, w, http.StatusOK)
		harmless(t, path, w.Body.String())
	}
	several := url.Values{"action": {"deny"}, "case": {script + "@1", sql}, "all": {script + "@1", id + "@1"}, "note": {script}, "ground": {sql}, "within": {script}}
	harmless(t, "several", s.postForm("/several", several).Body.String())
	harmless(t, "several asked again", s.postForm("/several", url.Values{"action": {"deny"}, "all": {id + "@1"}, "note": {script}}).Body.String())
	for i, path := range []string{"/", "/cases/" + id, "/rows/" + id, "/cases/" + id + "?fragment=1"} {
		w := s.get(path)
		want(t, w, http.StatusOK, "tenant&lt;/td&gt;")
		harmless(t, path, w.Body.String())
		w = s.order(id, order[i], "note", script, "ground", script, "exact", script, "within", script, "instant", script)
		harmless(t, order[i], w.Body.String())
	}
	lesson := "/cases/" + id + "?" + url.Values{"correct": {"ticket" + script + sql}, "tenant": {"tenant" + script + sql}}.Encode()
	want(t, s.get(lesson), http.StatusOK, `id="correct"`)
	harmless(t, lesson, s.get(lesson).Body.String())
	fields := form("tenant", "tenant"+script+sql, "ticket", "ticket"+script+sql, "note", script, "people", script)
	harmless(t, "correct", s.post("/cases/"+id+"/correct", fields...).Body.String())
	if w := s.post("/cases/"+id+"/correct", form("tenant", "tenant"+script+sql, "ticket", "ticket"+script+sql, "note", script)...); w.Code != http.StatusSeeOther {
		t.Errorf("the correction is answered with %d", w.Code)
	}
	page := s.get("/cases/" + id).Body.String()
	harmless(t, "taught", page)
	for _, field := range strings.Fields("tenant ticket source subject language requester csm agent status missing about quote " +
		"claimed measured contra stated needed component evidence audience recipient channel destination kind outcome answer") {
		if !strings.Contains(page, field+"&lt;/td&gt;") && !strings.Contains(page, field+"&lt;") {
			t.Errorf("the page does not show the %s", field)
		}
	}
	for _, path := range []string{"/signin?to=" + "%22%3E%3Cscript%3E", "/?lang=%22%3E%3Cscript%3E", "/cases/%3Cscript%3E?done=%3Cscript%3E"} {
		harmless(t, path, s.get(path).Body.String())
	}
}

func TestANoteInAnySQLIsOnlyText(t *testing.T) {
	s := open(t)
	id := hostile(s)
	s.done(s.order(id, "deny", "note", sql), id, decide.Denied)
	want(t, s.get("/cases/"+id), http.StatusOK, "Denied by lena", "&#39;; DROP TABLE cases; --")
	want(t, s.get("/cases/"+id+"%27%20OR%201=1"), http.StatusNotFound)
	want(t, s.get("/"), http.StatusOK, "tenant")
}

func TestALongNoteIsShownWhole(t *testing.T) {
	s := open(t)
	long := consoletest.Outcry(morning)
	long.Quotes = []decide.Quote{{For: "sso_unavailable", Text: strings.Repeat("Hilfe! ", 150_000), Weight: 1}}
	id := s.Hear(morning, ledger.Fact{Ticket: long})
	if w := s.get("/cases/" + id); w.Code != http.StatusOK || w.Body.Len() < 2_000_000 {
		t.Errorf("answered %d with %s", w.Code, fmt.Sprint(w.Body.Len(), " bytes"))
	}
}
