package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// browse asks for an address as a browser does that shows a page.
func (s *site) browse(method, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	return s.ask(r)
}

func TestAnAddressOfNothingIsSaidSoInTheConsole(t *testing.T) {
	s := open(t)
	w := s.browse(http.MethodGet, "/casse/c-1")
	want(t, w, http.StatusNotFound, "There is no such page", `href="/"`, `href="/audit"`)
	if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("it is not guarded: %v", w.Header())
	}
	golden(t, "nowhere", w)
	want(t, s.browse(http.MethodGet, "/casse?lang=de"), http.StatusNotFound, "Diese Seite gibt es nicht")
	want(t, s.get("/casse"), http.StatusNotFound, "there is nothing here")

	w = s.get("/v1/casse")
	want(t, w, http.StatusNotFound, `"type":"urn:tocsin:problem:no-such-path"`)
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("it is %s", got)
	}
}

func TestASlashTooManyLeadsToThePage(t *testing.T) {
	s := open(t)
	for path, to := range map[string]string{"/audit/": "/audit", "/tickets/?tenant=acme": "/tickets?tenant=acme", "/cases/c-1/": "/cases/c-1"} {
		w := s.browse(http.MethodGet, path)
		if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != to {
			t.Errorf("%s leads to %q (%d), want %q", path, w.Header().Get("Location"), w.Code, to)
		}
	}
	for _, path := range []string{"/elsewhere.example/", "/%5Celsewhere.example/", "/%2Felsewhere.example/", "/none/"} {
		if w := s.browse(http.MethodGet, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestAMethodThatAPageDoesNotHaveIsRefused(t *testing.T) {
	w := open(t).browse(http.MethodPost, "/audit")
	if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Header().Get("Allow"), http.MethodGet) {
		t.Errorf("%d, allowed is %q", w.Code, w.Header().Get("Allow"))
	}
}
