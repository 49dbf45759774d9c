package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

func withToken(cfg *console.Config) {
	cfg.Gate.Token, cfg.Gate.Book, cfg.Gate.Tries = "s3cret", cfg.Cases.(*ledger.Ledger), &who.Tries{}
}

// fromTheSite is a form of the console itself, as a browser sends it.
func (s *site) fromTheSite(path string, cookies []*http.Cookie, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return s.ask(r)
}

// with is a page as a browser with these cookies asks for it.
func (s *site) with(path string, cookies []*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return s.ask(r)
}

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
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies, want 1", len(cookies))
	}
	if k := cookies[0]; !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Path != "/" || strings.Contains(k.Value, "s3cret") {
		t.Errorf("the cookie %s is in reach", k)
	}
	want(t, s.with("/", cookies), http.StatusOK, "Jürgen Ölçer", ">acme<")
	want(t, s.with("/signin", cookies), http.StatusOK, "Jürgen Ölçer", `name="everywhere"`)
	out := s.fromTheSite("/signout", cookies)
	if k := out.Result().Cookies(); out.Code != http.StatusSeeOther || len(k) != 1 || k[0].MaxAge >= 0 {
		t.Errorf("signing out answered %d with %v", out.Code, k)
	}
	want(t, s.with("/live", cookies), http.StatusUnauthorized)
}

func TestAWrongSignInIsRefused(t *testing.T) {
	s := open(t, withToken)
	want(t, s.post("/signin", "name", "eve", "token", "guess"), http.StatusForbidden, "not the one", `value="eve"`)
	want(t, s.post("/signin", "name", "", "token", "s3cret"), http.StatusUnprocessableEntity, "give a name")
	want(t, s.post("/signin", "name", "a\u202eb", "token", "s3cret"), http.StatusUnprocessableEntity, "give a name")
	want(t, s.post("/signin", "name", "link:pager", "token", "s3cret"), http.StatusUnprocessableEntity, "give a name") // nobody poses as a link
	want(t, s.post("/signin", "name", strings.Repeat("x", 61), "token", "s3cret"), http.StatusUnprocessableEntity, "give a name")
	want(t, s.post("/signin", "name", strings.Repeat("x", 100_000)), http.StatusRequestEntityTooLarge)
}

func TestGuessingEnds(t *testing.T) {
	s := open(t, withToken)
	for range 10 {
		want(t, s.post("/signin", "name", "eve", "token", "guess"), http.StatusForbidden)
	}
	want(t, s.post("/signin", "name", "eve", "token", "s3cret"), http.StatusTooManyRequests, "wait a minute")
}

func TestAFormOfAnotherSiteSignsNobodyInOrOut(t *testing.T) {
	s := open(t, withToken)
	r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader("name=eve&token=s3cret"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	want(t, s.ask(r), http.StatusForbidden)
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	s := open(t, withToken)
	for _, to := range []string{"https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "elsewhere", "/\t/elsewhere.example", ""} {
		w := s.post("/signin", "name", "lena", "token", "s3cret", "to", to)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
			t.Errorf("%q leads to %s (%d)", to, w.Header().Get("Location"), w.Code)
		}
	}
}

func TestALinkSignsInOnce(t *testing.T) {
	links := &who.Links{}
	s := open(t, func(cfg *console.Config) { cfg.Gate.Book, cfg.Gate.Links = cfg.Cases.(*ledger.Ledger), links })
	code := links.New(time.Now())
	want(t, s.with("/signin?code="+code, nil), http.StatusOK, `name="code" value="`+code)
	far := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader("name=eve&code="+code))
	far.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	far.RemoteAddr = "192.0.2.7:4000"
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, far)
	want(t, w, http.StatusForbidden)

	code = links.New(time.Now())
	in := s.fromTheSite("/signin", nil, "name", "lena", "code", code)
	if in.Code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", in.Code, in.Body)
	}
	want(t, s.with("/", in.Result().Cookies()), http.StatusOK, "lena")
	want(t, s.fromTheSite("/signin", nil, "name", "eve", "code", code), http.StatusForbidden, "was used or is too old")
}

func TestWhereNobodySaidWhoMayComeInNobodyDoes(t *testing.T) {
	s := open(t, func(cfg *console.Config) { cfg.Gate.Shut = true })
	s.Morning()
	want(t, s.get("/"), http.StatusForbidden, "TOCSIN_LEADERSHIP_TOKEN")
	want(t, s.get("/signin"), http.StatusForbidden, "TOCSIN_OIDC_ISSUER")
	want(t, s.get("/live"), http.StatusForbidden)
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
