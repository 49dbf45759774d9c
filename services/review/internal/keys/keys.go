// Package keys serves tokens of programs, and sign-in links, to who may give them
// out: JSON over HTTP, admin only.
//
//	GET  /v1/tokens                {"tokens":[{"id":…,"name":…,"role":…,"tenants":[…],"ends_at":…,"used_at":…}]}
//	POST /v1/tokens                {"name":"…","role":"csm","tenants":["acme"],"ends_at":"…","reads_only":true}
//	POST /v1/tokens/{id}/revoke    {}
//	POST /v1/signin-links          {}: {"link":"http://…"}, where people of this machine sign in by one
//
// A token is in the answer to who made it, and nowhere else ever after. Refusals
// are problem documents (RFC 9457).
package keys

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/problem"
	"tocsin/services/review/internal/who"
)

// A Book keeps tokens; the ledger does.
type Book interface {
	// MakeToken keeps a new token.
	MakeToken(ctx context.Context, t ledger.Token) error
	// Tokens are all tokens, the newest first.
	Tokens(ctx context.Context) ([]ledger.Token, error)
	// RevokeToken takes one back; ledger.ErrNoToken where there is none.
	RevokeToken(ctx context.Context, id, by string, at time.Time) error
}

// Keys serves tokens and links.
type Keys struct {
	Book Book
	Gate who.Gate
	Log  *slog.Logger
	// Now is the clock.
	Now func() time.Time
}

// Mount puts the paths on mux.
func (k Keys) Mount(mux *http.ServeMux) {
	handle := func(pattern string, h func(http.ResponseWriter, *http.Request) (any, error)) {
		mux.Handle(pattern, k.Gate.Only(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !who.Of(r.Context()).May(decide.Admin) || !who.Of(r.Context()).SeesAll() {
				k.refuse(w, problem.New("forbidden", http.StatusForbidden, "only an admin gives out tokens and links"))
				return
			}
			answer, err := h(w, r)
			if err != nil {
				k.refuse(w, err)
				return
			}
			send(w, http.StatusOK, "application/json", answer)
		}), func(w http.ResponseWriter, r *http.Request) { k.refuse(w, who.Why(r.Context())) }))
	}
	handle("GET /v1/tokens", k.list)
	handle("POST /v1/tokens", k.create)
	handle("POST /v1/tokens/{id}/revoke", k.revoke)
	handle("POST /v1/signin-links", k.link)
}

// Token is a token as it is shown; Secret only to who made it.
type Token struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Role      decide.Role `json:"role"`
	Tenants   []string    `json:"tenants"`
	ReadsOnly bool        `json:"reads_only"`
	MadeBy    string      `json:"made_by"`
	MadeAt    time.Time   `json:"made_at"`
	EndsAt    time.Time   `json:"ends_at"`
	UsedAt    *time.Time  `json:"used_at"`
	RevokedAt *time.Time  `json:"revoked_at"`
	RevokedBy string      `json:"revoked_by,omitempty"`
	Secret    string      `json:"token,omitempty"`
}

// TokenOf is t as it is shown.
func TokenOf(t ledger.Token) Token {
	shown := Token{
		ID: t.ID, Name: t.Person.ID, Role: t.Person.Role, Tenants: t.Person.Tenants, ReadsOnly: t.ReadsOnly,
		MadeBy: t.MadeBy, MadeAt: t.MadeAt, EndsAt: t.EndsAt, RevokedBy: t.RevokedBy,
	}
	if shown.Tenants == nil {
		shown.Tenants = []string{}
	}
	if !t.UsedAt.IsZero() {
		shown.UsedAt = &t.UsedAt
	}
	if !t.RevokedAt.IsZero() {
		shown.RevokedAt = &t.RevokedAt
	}
	return shown
}

func (k Keys) list(_ http.ResponseWriter, r *http.Request) (any, error) {
	all, err := k.Book.Tokens(r.Context())
	if err != nil {
		return nil, err
	}
	shown := make([]Token, len(all))
	for i := range all {
		shown[i] = TokenOf(all[i])
	}
	return map[string][]Token{"tokens": shown}, nil
}

// wish is the body of who wants a token.
type wish struct {
	Name      string      `json:"name"`
	Role      decide.Role `json:"role"`
	Tenants   []string    `json:"tenants"`
	EndsAt    time.Time   `json:"ends_at"`
	ReadsOnly bool        `json:"reads_only"`
}

// longest is how many bytes a body may have.
const longest = 64 << 10

func (k Keys) create(w http.ResponseWriter, r *http.Request) (any, error) {
	var want wish
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, longest))
	body.DisallowUnknownFields()
	if err := body.Decode(&want); err != nil || !errors.Is(body.Decode(new(struct{})), io.EOF) {
		return nil, problem.BadRequest("", "not a wish for a token, as {\"name\":\"bi\",\"role\":\"viewer\",\"ends_at\":\"2027-01-01T00:00:00Z\"}")
	}
	secret, t, err := Make(r.Context(), k.Book, ledger.Token{
		Person: decide.Person{ID: want.Name, Role: want.Role, Tenants: want.Tenants}, ReadsOnly: want.ReadsOnly,
		MadeBy: who.Of(r.Context()).ID, MadeAt: k.Now(), EndsAt: want.EndsAt,
	})
	if err != nil {
		return nil, err
	}
	k.Log.InfoContext(r.Context(), "a token was made", "token", t.ID, "role", t.Role, "by", t.MadeBy)
	t.Secret = secret
	return map[string]Token{"token": t}, nil
}

// Make makes a token and keeps what is kept of it; the token itself is in the answer only.
func Make(ctx context.Context, book Book, t ledger.Token) (secret string, made Token, err error) {
	secret, t, err = who.NewToken(t)
	if err != nil {
		return "", Token{}, err
	}
	if err := book.MakeToken(ctx, t); err != nil {
		return "", Token{}, err
	}
	return secret, TokenOf(t), nil
}

func (k Keys) revoke(_ http.ResponseWriter, r *http.Request) (any, error) {
	id := r.PathValue("id")
	if !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return nil, ledger.ErrNoToken // no ledger could look for it
	}
	if err := k.Book.RevokeToken(r.Context(), id, who.Of(r.Context()).ID, k.Now()); err != nil {
		return nil, err
	}
	k.Log.InfoContext(r.Context(), "a token was taken back", "token", id, "by", who.Of(r.Context()).ID)
	return map[string]string{"revoked": id}, nil
}

func (k Keys) link(_ http.ResponseWriter, r *http.Request) (any, error) {
	if k.Gate.Links == nil {
		return nil, problem.New("no-links", http.StatusConflict, "people sign in here by a provider or a token, and not by links")
	}
	return map[string]string{"link": "http://" + r.Host + who.LinkPath + k.Gate.Links.New(k.Now())}, nil
}

func (k Keys) refuse(w http.ResponseWriter, err error) {
	p := problem.Of(err)
	if p.Status == http.StatusServiceUnavailable {
		k.Log.Error("tokens and links", "error", err)
	}
	send(w, p.Status, "application/problem+json", p)
}

func send(w http.ResponseWriter, status int, kind string, answer any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the caller has gone
}
