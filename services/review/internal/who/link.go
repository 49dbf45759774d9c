package who

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"sync"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/gate"
)

// linkLasts is how long a link is good for.
const linkLasts = 10 * time.Minute

// LinkPath is where a link leads, before its code.
const LinkPath = "/signin?code="

// ErrLink says that a link was used, is too old, or was never given.
var ErrLink = errors.New("this link was used or is too old; tocsin signin-link gives a new one")

// Links are sign-in links for the person whose machine this is: each is good for
// ten minutes or until it is used, and the newest one only.
type Links struct {
	mu   sync.Mutex
	hash string
	ends time.Time
}

// New is the code of a new link; the one before is good no more.
func (l *Links) New(now time.Time) string {
	code := idOf()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hash, l.ends = hashOf(code), now.Add(linkLasts)
	return code
}

// use says whether the code is the link's, which then is used.
func (l *Links) use(code string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hash == "" || !now.Before(l.ends) || subtle.ConstantTimeCompare([]byte(l.hash), []byte(hashOf(code))) != 1 {
		return false
	}
	l.hash = ""
	return true
}

// OpenByLink signs in who came by a link, under the name that they give, as admin.
func (g Gate) OpenByLink(w http.ResponseWriter, r *http.Request, code, name string) error {
	if g.Links == nil || g.Shut || !gate.Near(r) {
		return ErrLink
	}
	switch {
	case g.Links.use(code, g.now()): // nobody guesses it, so wrong ones from here do not shut it out
		return g.Open(w, r, decide.Person{ID: name, Role: decide.Admin}, byLink)
	case g.Tries.Shut(r, g.now()):
		return ErrTries
	}
	g.Tries.Wrong(r, g.now())
	return ErrLink
}

// OpenByToken signs in who shows leadership's token, under the name that they
// give, as admin.
func (g Gate) OpenByToken(w http.ResponseWriter, r *http.Request, token, name string) error {
	switch {
	case g.Shut:
		return ErrClosed
	case g.Tries.Shut(r, g.now()):
		return ErrTries
	case !g.Fits(token):
		g.Tries.Wrong(r, g.now())
		return ErrToken
	}
	return g.Open(w, r, decide.Person{ID: name, Role: decide.Admin}, g.tokenWay())
}
