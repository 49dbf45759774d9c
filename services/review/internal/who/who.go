package who

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/gate"
)

// Why somebody is not let in. Any other error is the ledger's: try again.
var (
	ErrUnknown = errors.New("sign in first, or send a token as Authorization: Bearer …")
	ErrOver    = errors.New("this session is over; sign in again")
	ErrToken   = errors.New("this token is not known, has ended, or was taken back")
	ErrReads   = errors.New("this token only reads")
	ErrTries   = errors.New("too many wrong tokens came from this address; wait a minute")
	ErrClosed  = errors.New("this address is open to others and nobody has said who may come in: set TOCSIN_OIDC_ISSUER or TOCSIN_LEADERSHIP_TOKEN, or listen on a loopback address")
)

// Gate lets people in and knows their names. Its zero value serves programs of
// this machine, as admin; it may be copied.
type Gate struct {
	// Gate has leadership's token, which bootstraps the rest.
	gate.Gate
	// Book keeps sessions and tokens; nil keeps none, and nobody can sign in.
	Book Book
	// Provider proves who people are; nil is none. Issuer is its name.
	Provider Provider
	Issuer   string
	// Links are one-time sign-in links; nil gives none.
	Links *Links
	// Tries counts wrong tokens, and knows used tickets; nil does neither.
	Tries *Tries
	// Shut says that nobody may come in, since nobody said who may.
	Shut bool
	// Patience is how long an answer may take; 0 is patience.
	Patience time.Duration
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

// NameHeader is the name that a program acts under where what lets it in names nobody.
const NameHeader = "Tocsin-Person"

// nobody is the name of who gives none.
const nobody = "leadership"

const (
	// patience is how long an answer may take, and a request to come in: a database
	// that stands still answers nobody, and the person is to know it.
	patience = 15 * time.Second
	// longestServed is how long a stream is served: then it comes again, and is asked
	// again who it is.
	longestServed = 10 * time.Minute
)

func (g Gate) now() time.Time {
	if g.Now == nil {
		return time.Now()
	}
	return g.Now()
}

// Here says that programs of this machine are served without a token.
func (g Gate) Here() bool { return g.Token == "" && g.Provider == nil && !g.Shut }

// Person is who the request comes from, or why nobody is.
func (g Gate) Person(r *http.Request) (decide.Person, error) {
	p, _, err := g.enter(r)
	return p, err
}

// enter is who the request comes from, with the session if that is what lets them in.
func (g Gate) enter(r *http.Request) (decide.Person, *ledger.Session, error) {
	switch id := sessionID(r); {
	case g.Shut:
		return decide.Person{}, nil, ErrClosed
	case gate.Bearer(r) != "":
		p, err := g.bearer(r)
		return p, nil, err
	case id != "" && g.Book != nil:
		s, err := g.session(r.Context(), id)
		return s.Person, &s, err
	case g.Here() && gate.Here(r):
		p, err := g.self(r)
		return p, nil, err
	}
	return decide.Person{}, nil, ErrUnknown
}

// self is the person that a program says it is.
func (g Gate) self(r *http.Request) (decide.Person, error) {
	name := r.Header.Get(NameHeader)
	if plain, err := url.PathUnescape(name); err == nil { // headers carry ASCII only
		name = plain
	}
	if name = strings.TrimSpace(name); name == "" {
		name = nobody
	}
	if !Named(name) {
		return decide.Person{}, ErrUnknown
	}
	return decide.Person{ID: name, Role: decide.Admin}, nil
}

// LongestName is how many characters a person's name may have.
const LongestName = 120

// Named says that a person can be called so: not as who acts by a link is.
func Named(name string) bool {
	if _, link := decide.ByLink(name); link {
		return false
	}
	return name != "" && name == strings.TrimSpace(name) && utf8.ValidString(name) && utf8.RuneCountInString(name) <= LongestName &&
		strings.IndexFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }) < 0
}

type (
	person struct{}
	reason struct{}
)

// Only serves next for people who are let in, and refuse for others, which learns
// from Why what is missing. A page of another site can not act in a person's name:
// such requests are refused. Who is not answered in time learns that.
func (g Gate) Only(next http.Handler, refuse http.HandlerFunc) http.Handler {
	return g.only(next, refuse, g.patience())
}

// Stream is Only for what goes on answering.
func (g Gate) Stream(next http.Handler, refuse http.HandlerFunc) http.Handler {
	return g.only(next, refuse, longestServed)
}

// Anyone serves next for whoever comes, since what they bring proves itself; where
// nobody has said who may come in, they learn that from refuse. It is answered in
// time as Only is, in nobody's name.
func (g Gate) Anyone(next http.Handler, refuse http.HandlerFunc) http.Handler {
	return plainly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.Shut {
			refuse(w, r.WithContext(context.WithValue(r.Context(), reason{}, ErrClosed)))
			return
		}
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(g.patience()))
		ctx, cancel := context.WithTimeout(r.Context(), g.patience())
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	}))
}

func (g Gate) patience() time.Duration {
	if g.Patience == 0 {
		return patience
	}
	return g.Patience
}

func (g Gate) only(next http.Handler, refuse http.HandlerFunc, lasts time.Duration) http.Handler {
	return plainly(http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Who sends a byte now and then holds nothing up. Not every writer has deadlines.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(lasts))
		soon, enough := context.WithTimeout(r.Context(), g.patience())
		defer enough()
		asked := r.WithContext(soon)
		p, s, err := g.enter(asked)
		if err != nil {
			if errors.Is(err, ErrTries) {
				w.Header().Set("Retry-After", "60")
			}
			refuse(w, r.WithContext(context.WithValue(r.Context(), reason{}, err)))
			return
		}
		if s != nil {
			g.turn(w, asked, *s)
		}
		ctx, cancel := context.WithTimeout(As(r.Context(), p), lasts)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})))
}

// plainly sets the headers that every answer has, unless it says otherwise: no
// cache keeps it, no browser guesses what it is, and nothing in it runs.
func plainly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for name, value := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		} {
			if h.Get(name) == "" {
				h.Set(name, value)
			}
		}
		if Secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// Leads says whether a request may see what leadership is told.
func (g Gate) Leads(r *http.Request) bool {
	p, err := g.Person(r)
	return err == nil && p.May(decide.Leadership) && p.SeesAll()
}

// Of is the person that Only let in; the zero person, who sees nothing, elsewhere.
func Of(ctx context.Context) decide.Person {
	p, _ := ctx.Value(person{}).(decide.Person)
	return p
}

// As is the context of a request of the person.
func As(ctx context.Context, p decide.Person) context.Context {
	return context.WithValue(ctx, person{}, p)
}

// Why is why Only refused the request.
func Why(ctx context.Context) error {
	if err, ok := ctx.Value(reason{}).(error); ok {
		return err
	}
	return ErrUnknown
}
