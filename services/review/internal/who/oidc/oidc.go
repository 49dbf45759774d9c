// Package oidc asks an OpenID Connect provider who somebody is: authorization code
// with PKCE (S256), state and nonce, against any provider that can be discovered.
//
// It promises:
//   - What it says of a person is in an ID token that the issuer signed, for this
//     client, for this sign-in (nonce), not older than a minute past its end.
//   - A person without a role that is mapped here is who.ErrRole; a csm without
//     tenants too. A claim of tenants that can not be read gives no role at all.
//   - The provider may be away when the program starts: it is asked when somebody
//     wants to sign in, and again after five seconds where it did not answer.
//
// It leaves sessions, cookies and tickets to who.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/who"
)

// CallbackPath is where the provider sends the browser back to.
const CallbackPath = "/signin/back"

const (
	// answers is how long the provider may take for one answer, again how long it
	// is left alone after it gave none.
	answers, again = 10 * time.Second, 5 * time.Second
	// skew is how far its clock may be off.
	skew = time.Minute
)

// Config says which provider, and what its claims mean.
type Config struct {
	Issuer, ClientID, ClientSecret string
	// PublicURL is this site's address, as browsers know it.
	PublicURL string
	// NameClaim holds a person's name; empty: email if it is verified,
	// preferred_username, sub.
	NameClaim string
	// RolesClaim and TenantsClaim are names of claims, or paths as realm.roles.
	RolesClaim, TenantsClaim string
	// Roles says which role somebody has by a value of the claim; empty: the values
	// are our roles.
	Roles map[string]decide.Role
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

// A Provider proves who people are.
type Provider struct {
	cfg    Config
	client *http.Client

	mu    sync.Mutex
	found *found
	tried time.Time
	err   error
}

// found is what the provider says of itself.
type found struct {
	login  oauth2.Config
	verify *oidc.IDTokenVerifier
	leave  string
}

// New is the provider, which is not asked yet. Its error is the settings'.
func New(cfg Config) (*Provider, error) {
	site, err := url.Parse(cfg.PublicURL)
	switch {
	case cfg.ClientID == "":
		return nil, errors.New("a provider is set and no client id; set TOCSIN_OIDC_CLIENT_ID")
	case err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https":
		return nil, fmt.Errorf("a provider is set and %q is no address of this site; set TOCSIN_PUBLIC_URL, as https://tocsin.example", cfg.PublicURL)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	return &Provider{cfg: cfg, client: &http.Client{Timeout: answers}}, nil
}

// ParseRoles reads "theirs=leadership,others=agent".
func ParseRoles(text string) (map[string]decide.Role, error) {
	roles := map[string]decide.Role{}
	for pair := range strings.SplitSeq(text, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		i := strings.LastIndex(pair, "=")
		if i < 1 || !slices.Contains(decide.Roles(), decide.Role(pair[i+1:])) {
			return nil, fmt.Errorf("the role %q is not written as group=role, with viewer, csm, agent, leadership or admin; correct TOCSIN_OIDC_ROLES", pair)
		}
		roles[pair[:i]] = decide.Role(pair[i+1:])
	}
	return roles, nil
}

// discover asks the provider about itself, once it can be reached.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Now()
	if p.found != nil {
		return p.found, nil
	}
	if p.err != nil && now.Sub(p.tried) < again {
		return nil, p.err
	}
	p.tried = now
	// The keys are fetched later too: they may not hang on this request.
	known, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.cfg.Issuer)
	if err != nil {
		p.err = fmt.Errorf("ask the provider %s: %w: %w", p.cfg.Issuer, who.ErrAway, err)
		return nil, p.err
	}
	var more struct {
		Leave string `json:"end_session_endpoint"`
	}
	if err := known.Claims(&more); err != nil {
		more.Leave = ""
	}
	p.found = &found{
		login: oauth2.Config{
			ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: known.Endpoint(),
			RedirectURL: p.cfg.PublicURL + CallbackPath, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
		},
		verify: known.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: func() time.Time { return p.cfg.Now().Add(-skew) }}),
		leave:  more.Leave,
	}
	return p.found, nil
}

// Start is where the browser goes to sign in.
func (p *Provider) Start(ctx context.Context, t who.Ticket) (string, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return f.login.AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), nil
}

// Finish is the person that a code proves.
func (p *Provider) Finish(ctx context.Context, code string, t who.Ticket) (decide.Person, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return decide.Person{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	answer, err := f.login.Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < http.StatusInternalServerError:
		return decide.Person{}, fmt.Errorf("give the code back: %w: %w", who.ErrProof, err)
	case err != nil:
		return decide.Person{}, fmt.Errorf("give the code back: %w: %w", who.ErrAway, err)
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := f.verify.Verify(ctx, raw)
	if err != nil {
		return decide.Person{}, fmt.Errorf("read the ID token: %w: %w", who.ErrProof, err)
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return decide.Person{}, fmt.Errorf("read the ID token: %w: %w", who.ErrProof, err)
	}
	if token.Nonce != t.Nonce || t.Nonce == "" || len(token.Audience) > 1 && c["azp"] != p.cfg.ClientID {
		return decide.Person{}, fmt.Errorf("the ID token is of another sign-in: %w", who.ErrProof)
	}
	return p.cfg.person(c)
}

// Leave is where the browser goes to sign out there too.
func (p *Provider) Leave() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil || p.found.leave == "" {
		return ""
	}
	to, err := url.Parse(p.found.leave)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" {
		return ""
	}
	q := to.Query()
	q.Set("client_id", p.cfg.ClientID)
	q.Set("post_logout_redirect_uri", p.cfg.PublicURL+"/signin")
	to.RawQuery = q.Encode()
	return to.String()
}
