// Package who settles who a request comes from.
//
// Package gate says whether it is let in. The name under which a person acts is
// what they signed in with; it stands in the audit.
package who

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/gate"
)

// ErrUnknown says that the request names nobody who may see cases.
var ErrUnknown = errors.New("sign in first, or send the token as Authorization: Bearer …")

// Gate lets people in and knows their names.
type Gate struct{ gate.Gate }

// The cookies that the sign-in page sets, and the header that a terminal sends.
const (
	NameCookie  = "tocsin_name"
	TokenCookie = gate.TokenCookie
	NameHeader  = "Tocsin-Person"
)

// Person is who the request comes from.
func (g Gate) Person(r *http.Request) (decide.Person, error) {
	if !g.Admits(r) {
		return decide.Person{}, ErrUnknown
	}
	name := r.Header.Get(NameHeader)
	if c, err := r.Cookie(NameCookie); name == "" && err == nil {
		name, _ = url.PathUnescape(c.Value) // cookies carry ASCII only
	}
	if name = strings.TrimSpace(name); name == "" {
		name = "leadership"
	}
	return decide.Person{ID: name, Role: decide.Leadership}, nil
}

type key struct{}

// Only serves next for people who are let in, and refuse for others. A page of
// another site can not act in a person's name: such requests are refused.
func (g Gate) Only(next http.Handler, refuse http.HandlerFunc) http.Handler {
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := g.Person(r)
		if err != nil {
			refuse(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, p)))
	}))
}

// Of is the person that Only let in.
func Of(ctx context.Context) decide.Person {
	p, _ := ctx.Value(key{}).(decide.Person)
	return p
}
