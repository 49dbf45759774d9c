package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tocsin/services/review/internal/console"
)

func withToken(cfg *console.Config) { cfg.Gate.Token = "s3cret" }

func TestUnknownPeopleAreSentToSignIn(t *testing.T) {
	s := open(t, withToken)
	c := s.Morning()
	w := s.get("/cases/" + c.Login + "?lang=de")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/signin?to="+url.QueryEscape("/cases/"+c.Login+"?lang=de") {
		t.Errorf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	for _, path := range []string{"/rows/" + c.Login, "/?fragment=1", "/cases/" + c.Login + "?fragment=1", "/live"} {
		want(t, s.get(path), http.StatusUnauthorized)
	}
	if w := s.post("/cases/"+c.Login+"/approve", "version", "3"); w.Code != http.StatusSeeOther || s.now(c.Login).Decision != nil {
		t.Errorf("a stranger's order was answered %d", w.Code)
	}
}

func TestASignInIsRememberedOutOfReachOfScripts(t *testing.T) {
	s := open(t, withToken)
	s.Morning()
	want(t, s.get("/signin?to=/cases/x"), http.StatusOK, `name="to" value="/cases/x"`, `type="password"`)
	w := s.post("/signin", "name", " Jürgen Ölçer ", "token", "s3cret", "to", "/cases/x")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/cases/x" {
		t.Fatalf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	cookies := w.Result().Cookies()
	if len(cookies) != 2 {
		t.Errorf("%d cookies, want 2", len(cookies))
	}
	for _, k := range cookies {
		r.AddCookie(k)
		if !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Path != "/" {
			t.Errorf("the cookie %s is in reach", k)
		}
	}
	want(t, s.ask(r), http.StatusOK, "Jürgen Ölçer", ">acme<")
	r = httptest.NewRequest(http.MethodPost, "/signout", nil)
	for _, k := range s.ask(r).Result().Cookies() {
		if k.MaxAge >= 0 {
			t.Errorf("the cookie %s stays", k)
		}
	}
}

func TestAWrongSignInIsRefused(t *testing.T) {
	s := open(t, withToken)
	want(t, s.post("/signin", "name", "eve", "token", "guess"), http.StatusForbidden, "not the one", `value="eve"`)
	want(t, s.post("/signin", "name", "", "token", "s3cret"), http.StatusUnprocessableEntity, "give a name")
	want(t, s.post("/signin", "name", "a\x00b", "token", "s3cret"), http.StatusUnprocessableEntity, "give a name")
	want(t, s.post("/signin", "name", strings.Repeat("x", 61), "token", "s3cret"), http.StatusUnprocessableEntity, "give a name")
	want(t, s.post("/signin", "name", strings.Repeat("x", 100_000)), http.StatusUnprocessableEntity)
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	s := open(t)
	for _, to := range []string{"https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "elsewhere", "/\t/elsewhere.example", ""} {
		w := s.post("/signin", "name", "lena", "to", to)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
			t.Errorf("%q leads to %s (%d)", to, w.Header().Get("Location"), w.Code)
		}
	}
}

func TestWithoutATokenOnlyThisMachineIsServed(t *testing.T) {
	s := open(t)
	r := httptest.NewRequest(http.MethodGet, "/signin", nil)
	r.RemoteAddr = "192.0.2.7:4000"
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	want(t, w, http.StatusForbidden, "TOCSIN_LEADERSHIP_TOKEN")
}

// A strict cookie does not come along with a link in a chat.
func TestALinkFromElsewhereIsFollowedFromHere(t *testing.T) {
	s := open(t, withToken)
	r := httptest.NewRequest(http.MethodGet, "/cases/x?a=%22%3E%3Cscript%3E", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := s.ask(r)
	want(t, w, http.StatusOK, `http-equiv="refresh" content="0"`)
	if strings.Contains(w.Body.String(), "<script") {
		t.Errorf("the page holds a script: %s", w.Body)
	}
}
