package who_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"
	"tocsin/services/review/internal/who"
	"tocsin/services/review/internal/who/oidc"
	"tocsin/services/review/internal/who/oidctest"

	"tocsin/pkg/gate"
)

// A house is a site with a ledger and, where a test wants one, a provider. GET /me
// says who the person is, POST /do lets programs do something.
type house struct {
	t    *testing.T
	book *ledger.Ledger
	gate who.Gate
	site *httptest.Server
	idp  *oidctest.Provider
	mu   sync.Mutex
	at   time.Time
}

// people are those whom the provider knows.
func people() map[string]oidctest.Person {
	return map[string]oidctest.Person{
		"lena":   {"email": "Lena@tocsin.example", "email_verified": true, "realm": map[string]any{"roles": []string{"staff", "leads"}}},
		"cem":    {"preferred_username": "cem", "realm": map[string]any{"roles": []string{"csms"}}, "tenants": []string{"acme", "globex"}},
		"lost":   {"preferred_username": "lost", "realm": map[string]any{"roles": []string{"csms"}}},
		"norole": {"email": "norole@tocsin.example", "email_verified": true},
		"faker":  {"email": "lena@tocsin.example", "email_verified": false, "preferred_username": "lena@tocsin.example", "realm": map[string]any{"roles": "leads"}},
		"odd":    {"preferred_username": "odd", "realm": map[string]any{"roles": []string{"leads"}}, "tenants": map[string]any{"acme": true}},
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

// pass lets time pass.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func build(t *testing.T, token string) *house {
	t.Helper()
	h := &house{t: t, at: time.Now().UTC(), idp: oidctest.New(t, people())}
	var err error
	h.book, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	h.must(err)
	t.Cleanup(func() { h.must(h.book.Close()) })
	h.idp.Now = h.now
	mux := http.NewServeMux()
	h.site = httptest.NewServer(mux)
	t.Cleanup(h.site.Close)
	h.gate = who.Gate{Gate: gate.Gate{Token: token}, Book: h.book, Tries: &who.Tries{}, Issuer: h.idp.URL, Now: h.now}
	h.gate.Provider, err = oidc.New(oidc.Config{
		Issuer: h.idp.URL, ClientID: oidctest.Client, ClientSecret: oidctest.Secret, PublicURL: h.site.URL, RolesClaim: "realm.roles", TenantsClaim: "tenants",
		Roles: map[string]decide.Role{"leads": decide.Leadership, "csms": decide.CSM}, Now: h.now,
	})
	h.must(err)
	pages, err := console.New(console.Config{Gate: h.gate, Cases: h.book})
	h.must(err)
	pages.Mount(mux)
	me := h.gate.Only(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := who.Of(r.Context())
		_, _ = w.Write([]byte(p.ID + " " + string(p.Role) + " " + strings.Join(p.Tenants, ",")))
	}), func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, who.Why(r.Context()).Error(), http.StatusUnauthorized)
	})
	mux.Handle("GET /me", me)
	mux.Handle("POST /do", me)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// A browser keeps cookies, and marks its requests as browsers do.
type browser struct {
	*http.Client
	h *house
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	h.must(err)
	return &browser{&http.Client{Jar: jar}, h}
}

// get is the status and the text of a page, after all redirects.
func (b *browser) get(at string) (int, string) {
	b.h.t.Helper()
	r, err := http.NewRequest(http.MethodGet, at, nil)
	b.h.must(err)
	return b.send(r)
}

func (b *browser) post(at string, form url.Values) (int, string) {
	b.h.t.Helper()
	r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(form.Encode()))
	b.h.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) send(r *http.Request) (int, string) {
	b.h.t.Helper()
	r.Header.Set("User-Agent", "Mozilla/5.0 (test)")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.Do(r)
	b.h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	b.h.must(err)
	return resp.StatusCode, string(body)
}

// authorize goes to the provider's page and gives its address, as the site made it.
func (b *browser) authorize() string {
	b.h.t.Helper()
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.CheckRedirect = nil }()
	resp, err := b.Get(b.h.site.URL + "/signin/provider?to=/me")
	b.h.must(err)
	b.h.must(resp.Body.Close())
	return resp.Header.Get("Location")
}

// chosen is where the provider sends somebody back to who chose to be a person.
func (b *browser) chosen(at, person string) string {
	b.h.t.Helper()
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.CheckRedirect = nil }()
	resp, err := b.PostForm(at, url.Values{"who": {person}})
	b.h.must(err)
	b.h.must(resp.Body.Close())
	return resp.Header.Get("Location")
}

// signIn signs a person in at the provider.
func (b *browser) signIn(person string) (int, string) {
	b.h.t.Helper()
	return b.get(b.chosen(b.authorize(), person))
}

// id is the browser's cookie of a session.
func (b *browser) id() string {
	b.h.t.Helper()
	site, err := url.Parse(b.h.site.URL)
	b.h.must(err)
	for _, c := range b.Jar.Cookies(site) {
		if c.Name == "tocsin_session" {
			return c.Value
		}
	}
	return ""
}

// carry gives the browser a session's cookie.
func (b *browser) carry(id string) {
	b.h.t.Helper()
	site, err := url.Parse(b.h.site.URL)
	b.h.must(err)
	b.Jar.SetCookies(site, []*http.Cookie{{Name: "tocsin_session", Value: id, Path: "/"}})
}
