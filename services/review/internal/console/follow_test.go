package console_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/onetime"
	"tocsin/pkg/policy"
)

// linkKey is the key that links are signed with here.
type linkKey []byte

func (k linkKey) Key(context.Context) ([]byte, error) {
	if k == nil {
		return nil, errors.New("the bus is away")
	}
	return k, nil
}

var signs = linkKey(bytes.Repeat([]byte{7}, 32))

// linked is a site where nobody is signed in, and to which links lead.
func linked(t testing.TB, adjust ...func(*console.Config)) *site {
	return open(t, append([]func(*console.Config){withToken, func(cfg *console.Config) {
		cfg.Links, cfg.Cases = signs, wall.New(cfg.Cases.(*ledger.Ledger))
	}}, adjust...)...)
}

// link is the address that somebody was sent for the first round of a case.
func link(id string) string {
	return "/ack/" + onetime.Sign(signs, onetime.Claim{ID: "l-1", Case: id, Round: 1, To: "pager", Expires: morning.Add(time.Hour)})
}

func TestALinkAcknowledgesOnceWithoutASession(t *testing.T) {
	s := linked(t)
	c := s.Morning()
	before := s.now(c.Login)
	for range 2 {
		w := s.get(link(c.Login))
		want(t, w, http.StatusOK, "More than 100 people unable to log in", c.Login, "due in", "Have you seen", "I have seen it")
		golden(t, "link", w)
		for _, hidden := range []string{"acme", "T-4711", "Niemand", "weber", "lena"} {
			if strings.Contains(w.Body.String(), hidden) {
				t.Errorf("whoever has the link reads %q", hidden)
			}
		}
	}
	want(t, s.ask(httptest.NewRequest(http.MethodHead, link(c.Login), nil)), http.StatusOK)
	if got := s.now(c.Login); got.Version != before.Version || got.AcknowledgedBy != "" {
		t.Fatalf("to look at a link changed the case: version %d, acknowledged by %q", got.Version, got.AcknowledgedBy)
	}
	w := s.post(link(c.Login))
	want(t, w, http.StatusOK, "Thank you", "Nobody else is called")
	golden(t, "link_done", w)
	got := s.now(c.Login)
	if got.AcknowledgedBy != "link:pager" || !got.AcknowledgedAt.Equal(morning) || got.WakeAt() != before.WakeAt() {
		t.Errorf("acknowledged by %q at %s", got.AcknowledgedBy, got.AcknowledgedAt)
	}
	rows, err := s.Audit(t.Context(), c.Login)
	if last := rows[len(rows)-1].Event; err != nil || last.Name != decide.WasAcknowledged || last.Actor != "link:pager" || last.Subject != "l-1" || !last.Person {
		t.Errorf("the audit says %+v (%v)", last, err)
	}
	s.At = morning.Add(5 * time.Minute)
	w = s.post(link(c.Login))
	want(t, w, http.StatusConflict, "already seen: by somebody with the link sent to pager, at 09:41 UTC (5 min ago)")
	want(t, s.get(link(c.Login)), http.StatusOK, "already seen")
	golden(t, "link_seen_de", s.get(link(c.Login)+"?lang=de"))
	if again := s.now(c.Login); again.Version != got.Version {
		t.Errorf("a second time made version %d of %d", again.Version, got.Version)
	}
}

func TestEachLinkThatIsNoGoodSaysWhyAndWhatToDo(t *testing.T) {
	s := linked(t)
	c := s.Morning()
	claim := onetime.Claim{ID: "l-2", Case: c.Login, Round: 1, To: "pager", Expires: morning.Add(time.Hour)}
	old, none := claim, claim
	old.Expires, none.Case = morning, "c-none"
	s.Do(morning, c.Pathways, desk.Order{Action: desk.Resolve})
	s.Do(morning, c.Report, desk.Order{Action: desk.Reopen, Note: "again"})
	for name, l := range map[string]struct {
		path      string
		get, post int
		says      string
	}{
		"link_expired": {"/ack/" + onetime.Sign(signs, old), http.StatusGone, http.StatusGone, "too old"},
		"link_forged":  {link(c.Login) + "x", http.StatusNotFound, http.StatusNotFound, "not one of ours"},
		"link_unknown": {"/ack/" + onetime.Sign(signs, none), http.StatusNotFound, http.StatusNotFound, "not one of ours"},
		"link_round":   {link(c.Report), http.StatusGone, http.StatusGone, "earlier round"},
		"link_decided": {link(c.Launch), http.StatusOK, http.StatusConflict, "has been decided"},
		"link_over":    {link(c.Pathways), http.StatusGone, http.StatusGone, "does not wait any more"},
	} {
		w := s.get(l.path)
		want(t, w, l.get, l.says, "console")
		golden(t, name, w)
		golden(t, name+"_de", s.get(l.path+"?lang=de"))
		want(t, s.post(l.path), l.post, l.says)
		if strings.Contains(w.Body.String(), "<button class=\"go\">") {
			t.Errorf("%s still asks", name)
		}
	}
	for _, id := range []string{c.Login, c.Report} {
		if by := s.now(id).AcknowledgedBy; by != "" {
			t.Errorf("case %s was acknowledged by %q", id, by)
		}
	}
}

func TestALinkKeepsItsAddressToItself(t *testing.T) {
	var log bytes.Buffer
	broken := linkKey(nil)
	s := linked(t, func(cfg *console.Config) {
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		cfg.Links = struct{ console.Links }{&broken}
	})
	c := s.Morning()
	token := strings.TrimPrefix(link(c.Login), "/ack/")
	want(t, s.get(link(c.Login)), http.StatusServiceUnavailable, "nobody can say how this link stands")
	w := s.post(link(c.Login))
	want(t, w, http.StatusServiceUnavailable, "Nothing was changed", "/ack/"+token) // to send it again
	broken = signs
	want(t, s.post(link(c.Login)), http.StatusOK)
	want(t, s.post("/ack/"+token[1:]), http.StatusNotFound)
	if text := log.String(); !strings.Contains(text, "the bus is away") || !strings.Contains(text, "to=pager") || strings.Contains(text, token[1:40]) {
		t.Errorf("the log says %s", text)
	}
	w = s.get(link(c.Login))
	for name, value := range map[string]string{
		"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("the content policy is %q", csp)
	}
}

func TestALedgerThatIsAwayLosesNoAcknowledgement(t *testing.T) {
	s := linked(t, func(cfg *console.Config) { without(cfg, "Case") })
	c := s.Morning()
	want(t, s.get(link(c.Login)), http.StatusServiceUnavailable)
	want(t, s.post(link(c.Login)), http.StatusServiceUnavailable, "Nothing was changed", "Send it again")
	if by := s.now(c.Login).AcknowledgedBy; by != "" {
		t.Errorf("acknowledged by %q", by)
	}
}

func TestGuessingLinksEnds(t *testing.T) {
	s := linked(t)
	c := s.Morning()
	for range 10 {
		want(t, s.get("/ack/guess"), http.StatusNotFound)
	}
	w := s.post("/ack/guess")
	if want(t, w, http.StatusTooManyRequests, "wait a minute"); w.Header().Get("Retry-After") == "" {
		t.Error("nobody says when to come again")
	}
	want(t, s.post(link(c.Login)), http.StatusOK, "Thank you") // nobody guesses it
}

func TestWhatHostilePeopleWriteIntoALinkDoesNothing(t *testing.T) {
	s := linked(t, func(cfg *console.Config) { cfg.Gate.Tries = nil })
	c := s.Morning()
	whole := strings.TrimPrefix(link(c.Login), "/ack/")
	for _, path := range []string{
		"/ack/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/ack/" + strings.Repeat("A", 100_000), "/ack/" + whole + "%00", "/ack/%ff", "/ack/" + whole + "%2F..",
		"/ack/" + whole + "=", "/ack/'%20OR%201=1", "/ack/" + whole[:len(whole)-1], "/ack/" + strings.ToLower(whole), "/ack/",
	} {
		for _, w := range []*httptest.ResponseRecorder{s.get(path), s.post(path, "token", whole, "round", "1")} {
			if w.Code < 400 || w.Code >= 500 {
				t.Errorf("%.60s is answered with %d", path, w.Code)
			}
			harmless(t, path, w.Body.String())
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		if w := s.ask(httptest.NewRequest(method, link(c.Login), nil)); w.Code < 400 {
			t.Errorf("%s is answered with %d", method, w.Code)
		}
	}
	to := onetime.Claim{ID: "l", Case: c.Beta, Round: 1, To: script + sql, Expires: morning.Add(time.Hour)}
	for range 2 {
		harmless(t, "a hostile destination", s.post("/ack/"+onetime.Sign(signs, to)).Body.String())
	}
	if got := s.now(c.Login); got.AcknowledgedBy != "" {
		t.Errorf("acknowledged by %q", got.AcknowledgedBy)
	}
}

func TestWhereNobodyMayComeInNoLinkIsGood(t *testing.T) {
	s := linked(t, func(cfg *console.Config) { cfg.Gate = who.Gate{Shut: true} })
	c := s.Morning()
	want(t, s.post(link(c.Login)), http.StatusForbidden)
	if by := s.now(c.Login).AcknowledgedBy; by != "" {
		t.Errorf("acknowledged by %q", by)
	}
}

func TestACaseWithoutAReasonIsNamedWithoutItsWords(t *testing.T) {
	s := linked(t)
	ticket := consoletest.Outcry(morning)
	ticket.Reasons, ticket.ID = []policy.ReasonID{}, "T-9"
	id := s.Hear(morning, ledger.Fact{Ticket: ticket})
	if w := s.get(link(id)); strings.Contains(w.Body.String(), ticket.Subject) {
		t.Error("whoever has the link reads the subject of the ticket")
	}
}
