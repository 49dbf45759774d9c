// Package who settles who a request comes from.
//
// With a token set, whoever has it may decide: as a bearer token, or as the
// cookie that the sign-in page sets. Without one, only requests of this very
// machine are served: from a loopback address, to a loopback name (another name
// would be a stranger's page that points here). The name under which a person
// acts is what they signed in with; it stands in the audit.
package who

import (
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"tocsin/services/review/internal/decide"
)

// ErrUnknown says that the request names nobody who may see cases.
var ErrUnknown = errors.New("sign in first, or send the token as Authorization: Bearer …")

// Gate lets people in.
type Gate struct {
	// Token, if set, is asked of everybody.
	Token string
}

// The cookies that the sign-in page sets, and the header that a terminal sends.
const (
	NameCookie  = "tocsin_name"
	TokenCookie = "tocsin_token"
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

// Admits says whether the request may see cases.
func (g Gate) Admits(r *http.Request) bool {
	if g.Token == "" {
		return local(r)
	}
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c, err := r.Cookie(TokenCookie); given == "" && err == nil {
		given = c.Value
	}
	return g.Fits(given)
}

// Fits says whether the token is the gate's.
func (g Gate) Fits(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(g.Token)) == 1
}

// local says that the request comes from this machine and means this machine.
func local(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
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
