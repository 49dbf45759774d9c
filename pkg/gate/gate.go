// Package gate lets programs in: to the API and to leadership's stream.
//
// With a token set, whoever has it is let in, as a bearer token. Without one, only
// programs of this very machine are served: from a loopback address, to a loopback
// name (another name would be a stranger's page that points here), without the
// marks of a browser, and, where the system tells whose they are, of the same
// account or of root. People with a browser sign in to the console, which says at
// the Door who of them is let in.
package gate

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
)

// Gate lets programs in. Its zero value serves this machine only.
type Gate struct {
	// Token, if set, is asked of everybody.
	Token string
	// Door, if not nil, is asked in the gate's place once somebody stands at it.
	Door *Door
}

// A Door is where one service of a process says for the others who comes in.
type Door struct {
	keeper atomic.Pointer[func(*http.Request) bool]
}

// Keep lets a keeper stand at the door: it says whether a request may see what
// leadership is told.
func (d *Door) Keep(keeper func(*http.Request) bool) {
	if d != nil {
		d.keeper.Store(&keeper)
	}
}

// Admits says whether the request may see cases and what leadership is told.
func (g Gate) Admits(r *http.Request) bool {
	if g.Door != nil {
		if keeper := g.Door.keeper.Load(); keeper != nil {
			return (*keeper)(r)
		}
	}
	if g.Token == "" {
		return Here(r)
	}
	return g.Fits(Bearer(r))
}

// Only serves next for those who are let in, and 401 for others.
func (g Gate) Only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if !g.Admits(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "send leadership's token as Authorization: Bearer …, or ask from this machine if none is set", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Fits says whether the token is the gate's, which has one.
func (g Gate) Fits(token string) bool {
	return g.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(g.Token)) == 1
}

// Bearer is the token that the request carries; empty where it carries none.
func Bearer(r *http.Request) string {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		return ""
	}
	return strings.TrimSpace(token)
}

// Here says that the request is a program's of this machine and account.
func Here(r *http.Request) bool { return Near(r) && !browser(r) && ours(r) }

// FromHere says that the request comes from this machine, whatever it means.
func FromHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}

// Near says that the request comes from this machine and means this machine.
func Near(r *http.Request) bool {
	if !FromHere(r) {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return Loopback(host)
}

// Loopback says that a host, without its port, is this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// browser says that the request bears a mark of a browser: then a page may have
// sent it, and a person has to sign in.
func browser(r *http.Request) bool {
	for _, mark := range []string{"Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Origin", "Referer", "Cookie"} {
		if r.Header.Get(mark) != "" {
			return true
		}
	}
	return strings.HasPrefix(r.Header.Get("User-Agent"), "Mozilla/") || forwarded(r)
}

// forwarded says that a proxy passes the request on: whoever reaches the proxy sent it.
func forwarded(r *http.Request) bool {
	return r.Header.Get("Forwarded") != "" || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("X-Real-Ip") != ""
}
