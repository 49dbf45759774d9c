// Package gate lets people in: to the console, the API and leadership's stream.
//
// With a token set, whoever has it is let in: as a bearer token, or as the
// cookie that the sign-in page sets. Without one, only requests of this very
// machine are served: from a loopback address, to a loopback name (another name
// would be a stranger's page that points here).
package gate

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// TokenCookie holds the token of somebody who has signed in.
const TokenCookie = "tocsin_token"

// Gate lets people in. Its zero value serves this machine only.
type Gate struct {
	// Token, if set, is asked of everybody.
	Token string
}

// Admits says whether the request may see cases and what leadership is told.
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

// Only serves next for those who are let in, and 401 for others.
func (g Gate) Only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.Admits(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "send leadership's token as Authorization: Bearer …, or ask from this machine if none is set", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
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
