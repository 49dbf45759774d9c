package who_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/who/oidctest"
)

func TestAProviderSaysWhoSomebodyIs(t *testing.T) {
	for _, c := range []struct {
		who    string
		status int
		says   string
	}{
		{"lena", http.StatusOK, "lena@tocsin.example leadership "},
		{"cem", http.StatusOK, "cem csm acme,globex"},
		{"faker", http.StatusOK, "sub-faker leadership "}, // an address that nobody verified is nobody's name
		{"lost", http.StatusForbidden, "no role here"},    // a csm without tenants
		{"norole", http.StatusForbidden, "no role here"},
		{"odd", http.StatusForbidden, "no role here"}, // tenants that can not be read
	} {
		t.Run(c.who, func(t *testing.T) {
			status, text := build(t, "").browser().signIn(c.who)
			if status != c.status || !strings.Contains(text, c.says) {
				t.Errorf("answered %d: %s", status, text)
			}
		})
	}
}

func TestATokenThatProvesNothingSignsNobodyIn(t *testing.T) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, value any) func(*house) {
		return func(h *house) { h.idp.Spoil = func(c map[string]any) { c[name] = value } }
	}
	for name, spoil := range map[string]func(*house){
		"another audience":         claim("aud", "another"),
		"one of many, for another": claim("aud", []string{oidctest.Client, "another"}),
		"another issuer":           claim("iss", "https://evil.example"),
		"another sign-in":          claim("nonce", "x"),
		"no nonce":                 claim("nonce", ""),
		"over for long":            func(h *house) { claim("exp", h.now().Add(-2*time.Minute).Unix())(h) },
		"not yet for long":         func(h *house) { claim("nbf", h.now().Add(20*time.Minute).Unix())(h) },
		"a stranger's key":         func(h *house) { h.idp.Sign = func(c []byte) string { return oidctest.Signed(stranger, c) } },
		"no signature": func(h *house) {
			h.idp.Sign = func(c []byte) string {
				enc := base64.RawURLEncoding.EncodeToString
				return enc([]byte(`{"alg":"none"}`)) + "." + enc(c) + "."
			}
		},
		"signed, then changed": func(h *house) {
			h.idp.Sign = func(c []byte) string {
				parts := strings.Split(oidctest.Signed(stranger, c), ".")
				var claims map[string]any
				_ = json.Unmarshal(c, &claims)
				claims["email"] = "admin@tocsin.example"
				data, _ := json.Marshal(claims)
				return parts[0] + "." + base64.RawURLEncoding.EncodeToString(data) + "." + parts[2]
			}
		},
		"no token at all": func(h *house) { h.idp.Sign = func([]byte) string { return "" } },
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, "")
			spoil(h)
			b := h.browser()
			status, text := b.signIn("lena")
			if status != http.StatusForbidden || !strings.Contains(text, "proves nothing") || b.id() != "" {
				t.Errorf("answered %d with session %q: %s", status, b.id(), text)
			}
		})
	}
}

func TestAClockThatIsHalfAMinuteOffIsForgiven(t *testing.T) {
	h := build(t, "")
	h.idp.Spoil = func(c map[string]any) {
		c["exp"], c["nbf"], c["iat"] = h.now().Add(-30*time.Second).Unix(), h.now().Add(30*time.Second).Unix(), h.now().Add(30*time.Second).Unix()
	}
	if status, text := h.browser().signIn("lena"); status != http.StatusOK {
		t.Errorf("answered %d: %s", status, text)
	}
}

func TestTheWayBackIsGoodOnceAndForWhoBeganIt(t *testing.T) {
	h := build(t, "")
	lena, eve := h.browser(), h.browser()
	back := lena.chosen(lena.authorize(), "lena")
	refused := func(what string, b *browser, at string) {
		t.Helper()
		if status, text := b.get(at); status != http.StatusForbidden || !strings.Contains(text, "proves nothing") {
			t.Errorf("%s: answered %d: %s", what, status, text)
		}
	}
	refused("somebody who began nothing", eve, back)
	mine := eve.authorize()
	refused("somebody with another's code", eve, back)
	other, err := url.Parse(eve.chosen(mine, "cem"))
	h.must(err)
	q := other.Query()
	q.Set("state", "guessed")
	refused("a guessed state", eve, h.site.URL+"/signin/back?"+q.Encode())
	q = other.Query()
	q.Set("iss", "https://evil.example")
	eve.authorize()
	refused("another provider's answer", eve, h.site.URL+"/signin/back?"+q.Encode())
	refused("no code", eve, h.site.URL+"/signin/back?error=access_denied&state="+q.Get("state"))

	ticket := lena.Jar.Cookies(mustURL(t, h.site.URL))
	if status, text := lena.get(back); status != http.StatusOK || !strings.Contains(text, "lena@") {
		t.Fatalf("answered %d: %s", status, text)
	}
	refused("the same way back again", lena, back)
	eve.Jar.SetCookies(mustURL(t, h.site.URL), ticket)
	refused("a stolen ticket that was used", eve, back)

	late := h.browser()
	back = late.chosen(late.authorize(), "lena")
	h.pass(11 * time.Minute)
	refused("somebody who comes back too late", late, back)
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAProviderThatIsAwayIsSaidSoAndAskedAgain(t *testing.T) {
	h := build(t, "")
	here := h.idp.Config.Handler
	h.idp.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	b := h.browser()
	if status, text := b.get(h.site.URL + "/signin/provider"); status != http.StatusServiceUnavailable || !strings.Contains(text, "not be reached") {
		t.Errorf("answered %d: %s", status, text)
	}
	h.idp.Config.Handler = here
	h.pass(6 * time.Second)
	if status, text := b.signIn("lena"); status != http.StatusOK {
		t.Errorf("once it is back: %d: %s", status, text)
	}
}
