package who

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// Sessions keeps who has signed in; the ledger does.
type Sessions interface {
	// OpenSession keeps a new session.
	OpenSession(ctx context.Context, s ledger.Session) error
	// Session is the session with the hash of an id, or of the id before.
	Session(ctx context.Context, hash string) (ledger.Session, error)
	// KeepSession writes its ids and when it was seen; false where it has another id by now.
	KeepSession(ctx context.Context, hash string, s ledger.Session) (bool, error)
}

// Endings ends sessions; the ledger does.
type Endings interface {
	// EndSession ends the session with the hash of an id, or of the id before.
	EndSession(ctx context.Context, hash string) error
	// EndSessionsOf ends all sessions of a person, and says how many.
	EndSessionsOf(ctx context.Context, person string) (int, error)
}

// Book keeps sessions and tokens; the ledger does.
type Book interface {
	Sessions
	Endings
	Tokens
}

// How long sessions last. One of a person of this very machine lasts longer: to
// sign in again they need a terminal.
const (
	idle, whole         = 12 * time.Hour, 24 * time.Hour
	idleHere, wholeHere = 7 * 24 * time.Hour, 30 * 24 * time.Hour
	// turnEach is after how long a session gets another id, turning how long the
	// id before is good for requests under way.
	turnEach, turning = time.Hour, time.Minute
	// seeEach is how exact it is kept when a session was seen.
	seeEach = 5 * time.Minute
)

// The ways to sign in that need no more words.
const byLink, byToken, byProvider = "link", "token:", "provider:"

// idOf is a new id: 256 random bits.
func idOf() string {
	var id [32]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Open signs a person in: they get a session and its cookie; the one that they
// came with ends.
func (g Gate) Open(w http.ResponseWriter, r *http.Request, p decide.Person, way string) error {
	if g.Book == nil {
		return ErrUnknown
	}
	if old := sessionID(r); old != "" {
		if err := g.Book.EndSession(r.Context(), hashOf(old)); err != nil {
			return err
		}
	}
	now, id := g.now(), idOf()
	s := ledger.Session{Hash: hashOf(id), Person: p, Way: way, MadeAt: now, TurnedAt: now, SeenAt: now, EndsAt: now.Add(whole)}
	if way == byLink {
		s.EndsAt = now.Add(wholeHere)
	}
	s.IdleAt = now.Add(idleOf(way))
	if err := g.Book.OpenSession(r.Context(), s); err != nil {
		return err
	}
	http.SetCookie(w, sessionCookie(r, id, s.EndsAt.Sub(now)))
	return nil
}

func idleOf(way string) time.Duration {
	if way == byLink {
		return idleHere
	}
	return idle
}

// session is the session of an id that may be used now.
func (g Gate) session(ctx context.Context, id string) (ledger.Session, error) {
	hash, now := hashOf(id), g.now()
	s, err := g.Book.Session(ctx, hash)
	switch {
	case errors.Is(err, ledger.ErrNoSession):
		return ledger.Session{}, ErrOver
	case err != nil:
		return ledger.Session{}, err
	case !now.Before(s.EndsAt) || !now.Before(s.IdleAt) || !g.open(s.Way):
		return ledger.Session{}, ErrOver
	case s.Hash != hash && now.Sub(s.TurnedAt).Abs() > turning: // also by a clock that was set back
		// Whoever has this id kept it from before, and somebody else goes on with
		// the next one: neither is trusted.
		if err := g.Book.EndSession(ctx, hash); err != nil {
			return ledger.Session{}, err
		}
		return ledger.Session{}, ErrOver
	}
	return s, nil
}

// open says whether people still sign in that way.
func (g Gate) open(way string) bool {
	switch {
	case way == byLink:
		return g.Links != nil
	case g.Token != "" && way == g.tokenWay():
		return true
	}
	return g.Provider != nil && way == byProvider+g.Issuer
}

// tokenWay names leadership's token without giving it away: another token is
// another way.
func (g Gate) tokenWay() string { return byToken + hashOf("tocsin way " + g.Token)[:8] }

// turn gives a session that is due for it another id, and keeps that it was seen.
// What goes wrong is tried again at the next request.
func (g Gate) turn(w http.ResponseWriter, r *http.Request, s ledger.Session) {
	id, now := sessionID(r), g.now()
	hash := hashOf(id)
	if s.Hash != hash {
		return
	}
	// Only a page takes another id along: what scripts fetch beside it may be dropped.
	due := now.Sub(s.TurnedAt) >= turnEach && r.Header.Get("Sec-Fetch-Mode") != "cors"
	if !due && now.Sub(s.SeenAt) < seeEach {
		return
	}
	next := id
	s.SeenAt, s.IdleAt = now, now.Add(idleOf(s.Way))
	if due {
		next = idOf()
		s.Hash, s.Previous, s.TurnedAt = hashOf(next), hash, now
	}
	if kept, err := g.Book.KeepSession(r.Context(), hash, s); err == nil && kept && due {
		http.SetCookie(w, sessionCookie(r, next, s.EndsAt.Sub(now)))
	}
}

// End signs the browser out, and, if everywhere is asked for, the person
// wherever they are.
func (g Gate) End(w http.ResponseWriter, r *http.Request, everywhere bool) error {
	if id := sessionID(r); id != "" && g.Book != nil {
		s, err := g.session(r.Context(), id)
		if err == nil && everywhere {
			_, err = g.Book.EndSessionsOf(r.Context(), s.Person.ID)
		}
		if err != nil && !errors.Is(err, ErrOver) {
			return err
		}
		if err := g.Book.EndSession(r.Context(), hashOf(id)); err != nil {
			return err
		}
	}
	http.SetCookie(w, sessionCookie(r, "", -time.Second))
	return nil
}
