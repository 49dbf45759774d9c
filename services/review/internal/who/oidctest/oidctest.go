// Package oidctest is an OpenID Connect provider for tests: it has a page on which
// one chooses who one is, and signs ID tokens as a real one does, or wrongly where
// a test asks for that.
package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Client is the id of the client that the provider knows, and Secret its secret.
const Client, Secret = "tocsin", "a-secret-of-tests"

// A Person is somebody whom the provider knows, by the claims of their token.
type Person map[string]any

// A Provider is one. Its fields are set before it is asked.
type Provider struct {
	*httptest.Server
	// People are those to choose from, by what the page calls them.
	People map[string]Person
	// Spoil, if not nil, changes the claims of a token before it is signed.
	Spoil func(claims map[string]any)
	// Sign, if not nil, makes the token in the provider's place.
	Sign func(claims []byte) string
	// Now is the clock.
	Now func() time.Time

	key   *ecdsa.PrivateKey
	mu    sync.Mutex
	codes map[string]request
}

// request is a sign-in under way, for whom, as the client asked for it.
type request struct {
	who, nonce, challenge, redirect string
}

// New is a provider that runs until the test ends.
func New(t testing.TB, people map[string]Person) *Provider {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{People: people, Now: time.Now, key: key, codes: map[string]request{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.choose)
	mux.HandleFunc("POST /authorize", p.chosen)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /leave", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "signed out") })
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"end_session_endpoint": p.URL + "/leave", "id_token_signing_alg_values_supported": []string{"ES256"},
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
}

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><title>Provider</title><h1>Who are you?</h1>
<form method="post">{{range $name, $p := .}}<button name="who" value="{{$name}}" id="{{$name}}">{{$name}}</button> {{end}}</form>`))

func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != Client || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("nonce") == "" {
		http.Error(w, "this client asks wrongly", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, p.People)
}

func (p *Provider) chosen(w http.ResponseWriter, r *http.Request) {
	q, code := r.URL.Query(), rand.Text()
	p.mu.Lock()
	p.codes[code] = request{r.PostFormValue("who"), q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri")}
	p.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.URL}}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

// token gives an ID token for a code, once, to who has the verifier and the secret.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	p.mu.Lock()
	of, ok := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	proof := base64.RawURLEncoding.EncodeToString(sum[:])
	if !ok || id != Client || secret != Secret || proof != of.challenge || r.PostFormValue("redirect_uri") != of.redirect {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	now := p.Now()
	claims := map[string]any{
		"iss": p.URL, "aud": Client, "sub": "sub-" + of.who, "nonce": of.nonce, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
	maps.Copy(claims, p.People[of.who])
	if p.Spoil != nil {
		p.Spoil(claims)
	}
	answer(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "id_token": p.signed(claims)})
}

func (p *Provider) signed(claims map[string]any) string {
	data, err := json.Marshal(claims)
	if err != nil {
		panic(err) // a test's claims have a JSON form
	}
	if p.Sign != nil {
		return p.Sign(data)
	}
	return Signed(p.key, data)
}

// Signed is a token that a key signs under the provider's key id.
func Signed(key *ecdsa.PrivateKey, claims []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		panic(err) // a P-256 key signs ES256
	}
	made, err := signer.Sign(claims)
	if err != nil {
		panic(err)
	}
	text, err := made.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
