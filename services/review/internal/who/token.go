package who

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/gate"
)

// TokenPrefix begins each token, so that one that leaked is found by its looks.
const TokenPrefix = "tcs_"

// useEach is how exact it is kept when a token was used.
const useEach = 5 * time.Minute

// LongestToken is how long a token may be good for.
const LongestToken = 366 * 24 * time.Hour

// Tokens keeps the tokens of programs; the ledger does.
type Tokens interface {
	// Token is the token with a hash; ledger.ErrNoToken where there is none.
	Token(ctx context.Context, hash string) (ledger.Token, error)
	// UseToken writes when a token was used.
	UseToken(ctx context.Context, id string, at time.Time) error
}

// ErrUnsound says that a token can not be made so, and why.
var ErrUnsound = errors.New("no such token can be made")

// NewToken is a token for t's person, and what is kept of it. The token itself is
// nowhere else. Its errors are ErrUnsound's.
func NewToken(t ledger.Token) (string, ledger.Token, error) {
	switch {
	case !Named(t.Person.ID):
		return "", t, errors.Join(ErrUnsound, errors.New("its name is empty, too long, or can not be written"))
	case !slices.Contains(decide.Roles(), t.Person.Role):
		return "", t, errors.Join(ErrUnsound, errors.New("there is no such role; there are viewer, csm, agent, leadership and admin"))
	case t.Person.Role == decide.CSM && len(t.Person.Tenants) == 0:
		return "", t, errors.Join(ErrUnsound, errors.New("a csm needs at least one tenant"))
	case slices.ContainsFunc(t.Person.Tenants, func(tenant string) bool { return tenant == "" || tenant == decide.Platform }):
		return "", t, errors.Join(ErrUnsound, errors.New("a tenant has a name, and is not the platform"))
	case !t.EndsAt.After(t.MadeAt) || t.EndsAt.After(t.MadeAt.Add(LongestToken)):
		return "", t, errors.Join(ErrUnsound, errors.New("it ends within a year, and not before it begins"))
	}
	token := TokenPrefix + idOf()
	t.Hash = hashOf(token)
	t.ID = "t-" + t.Hash[:10]
	return token, t, nil
}

// bearer is the person whose token the request carries. A token of ours can not be
// guessed, so a good one is let in however many wrong ones come from its address,
// which may be a proxy's; leadership's own may be short, and is not.
func (g Gate) bearer(r *http.Request) (decide.Person, error) {
	token := gate.Bearer(r)
	if g.Book != nil && strings.HasPrefix(token, TokenPrefix) {
		p, err := g.byToken(r, token)
		if !errors.Is(err, ledger.ErrNoToken) {
			return p, err
		}
	}
	switch {
	case g.Tries.Shut(r, g.now()):
		return decide.Person{}, ErrTries
	case !g.Fits(token):
		g.Tries.Wrong(r, g.now())
		return decide.Person{}, ErrToken
	}
	return g.self(r)
}

func (g Gate) byToken(r *http.Request, token string) (decide.Person, error) {
	t, err := g.Book.Token(r.Context(), hashOf(token))
	now := g.now()
	switch {
	case err != nil:
		return decide.Person{}, err
	case !t.RevokedAt.IsZero() || !now.Before(t.EndsAt):
		return decide.Person{}, ErrToken
	case t.ReadsOnly && !reads(r):
		return decide.Person{}, ErrReads
	}
	if now.Sub(t.UsedAt) >= useEach {
		_ = g.Book.UseToken(r.Context(), t.ID, now) // it says about when
	}
	return t.Person, nil
}

// reads says that a request changes nothing, by its method, or by the name of
// the procedure that it calls (/review.v1.ReviewService/List…).
func reads(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	service, procedure, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return strings.Contains(service, ".v") && slices.ContainsFunc([]string{"Get", "List", "Preview"}, func(verb string) bool { return strings.HasPrefix(procedure, verb) })
}
