package who

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"tocsin/services/review/internal/decide"
)

// Why a provider's word lets nobody in.
var (
	// ErrRole says that the provider knows the person and gives them no role here.
	ErrRole = errors.New("you are signed in, and have no role here")
	// ErrProof says that what came back from the provider proves nothing: it was
	// forged, is too old, or was used before.
	ErrProof = errors.New("what the provider sent proves nothing; sign in again")
	// ErrAway says that the provider can not be asked. Trying again helps.
	ErrAway = errors.New("the provider can not be reached")
)

// A Provider proves who people are, by OpenID Connect.
type Provider interface {
	// Start is where the browser goes to sign in; ErrAway where that is not known.
	Start(ctx context.Context, t Ticket) (string, error)
	// Finish is the person that a code proves; ErrRole, ErrProof, or ErrAway.
	Finish(ctx context.Context, code string, t Ticket) (decide.Person, error)
	// Leave is where the browser goes to sign out there too; empty where that is not known.
	Leave() string
}

// A Ticket is one sign-in under way. The browser keeps it, out of reach of scripts.
type Ticket struct {
	// State comes back in the address, Nonce in the provider's word, and Verifier
	// shows that who asks for the word is who began.
	State, Nonce, Verifier string
	// To is where the person wanted to go.
	To string
	At time.Time
}

const (
	ticketName  = "tocsin_signin"
	ticketLasts = 10 * time.Minute
)

// StartProvider begins a sign-in: the address at the provider to go to.
func (g Gate) StartProvider(w http.ResponseWriter, r *http.Request, to string) (string, error) {
	if g.Provider == nil || g.Shut {
		return "", ErrUnknown
	}
	t := Ticket{State: rand.Text(), Nonce: rand.Text(), Verifier: idOf(), To: to, At: g.now()}
	at, err := g.Provider.Start(r.Context(), t)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	c := cookie(r, ticketName, base64.RawURLEncoding.EncodeToString(data), ticketLasts)
	c.SameSite = http.SameSiteLaxMode // the way back begins at another site
	http.SetCookie(w, c)
	return at, nil
}

// FinishProvider ends a sign-in that this browser began, and says where the
// person wanted to go. A ticket is good once.
func (g Gate) FinishProvider(w http.ResponseWriter, r *http.Request) (to string, err error) {
	if g.Provider == nil || g.Shut || g.Book == nil {
		return "/", ErrUnknown
	}
	t, ok := ticketOf(r)
	http.SetCookie(w, cookie(r, ticketName, "", -time.Second))
	q := r.URL.Query()
	if iss := q.Get("iss"); iss != "" && iss != g.Issuer {
		return "/", ErrProof // another provider's answer (RFC 9207)
	}
	if !ok || t.State == "" || q.Get("state") != t.State || q.Get("code") == "" || g.now().Sub(t.At) > ticketLasts {
		return "/", ErrProof
	}
	if !g.Tries.once(t.State, g.now()) {
		return "/", ErrProof
	}
	p, err := g.Provider.Finish(r.Context(), q.Get("code"), t)
	if err != nil {
		return t.To, err
	}
	if !Named(p.ID) || !p.May(decide.Viewer) {
		return t.To, ErrRole
	}
	return t.To, g.Open(w, r, p, byProvider+g.Issuer)
}

func ticketOf(r *http.Request) (t Ticket, ok bool) {
	c, err := r.Cookie(cookieName(r, ticketName))
	if err != nil {
		return t, false
	}
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	return t, err == nil && json.Unmarshal(data, &t) == nil
}
