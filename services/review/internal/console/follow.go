package console

import (
	"context"
	"errors"
	"net/http"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/onetime"
)

// Links know the key that links in messages are signed with; events.Links does.
type Links interface {
	// Key is that key; its error is the bus being away.
	Key(ctx context.Context) ([]byte, error)
}

// A followed is the page that a link in a message leads to. Whoever holds the link
// sees it, so it says what the policy calls the trouble, and nothing that people wrote.
type followed struct {
	Fate fate
	// Case and Title are empty where the link does not say, or no more, which case it is.
	Case, Title string
	Due         *moment
	// Text is how the link stands, and Hint what to do.
	Text, Hint string
}

// A fate is how a link stands.
type fate string

const (
	linkOpen    fate = "open"    // it may be used
	linkDone    fate = "done"    // it has just been used
	linkSeen    fate = "seen"    // somebody acknowledged before, by it or otherwise
	linkDecided fate = "decided" // somebody decided before
	linkRound   fate = "round"   // the case is open anew, and this was for an earlier round
	linkOver    fate = "over"    // the case has ended undecided
	linkExpired fate = "expired"
	linkForged  fate = "forged"
)

// fateOf is how a link stands of which nothing came; empty where nobody can say now.
func fateOf(err error) fate {
	for _, f := range []struct {
		err  error
		fate fate
	}{
		{onetime.ErrForged, linkForged},
		{ledger.ErrNotFound, linkForged},
		{onetime.ErrExpired, linkExpired},
		{decide.ErrAcknowledged, linkSeen},
		{decide.ErrRound, linkRound},
		{decide.ErrDecided, linkDecided},
		{decide.ErrState, linkOver},
	} {
		if errors.Is(err, f.err) {
			return f.fate
		}
	}
	return ""
}

// status is that of the answer.
func (f fate) status(method string) int {
	switch f {
	case linkForged:
		return http.StatusNotFound
	case linkExpired, linkRound, linkOver:
		return http.StatusGone
	case linkSeen, linkDecided:
		if method == http.MethodPost {
			return http.StatusConflict
		}
	case linkOpen, linkDone:
	}
	return http.StatusOK
}

// follow shows where a link leads, and acknowledges when its button is pressed:
// chats look at links before people do, so reading a page changes nothing.
func (c *Console) follow(w http.ResponseWriter, r *http.Request) {
	claim, err := c.claimOf(r)
	if errors.Is(err, onetime.ErrForged) {
		if c.Gate.Tries.Shut(r, c.Now()) { // a good one is let through: nobody guesses it
			w.Header().Set("Retry-After", "60")
			c.keptOut(w, r, who.ErrTries)
			return
		}
		c.Gate.Tries.Wrong(r, c.Now())
	}
	var of decide.Case
	stands := linkOpen
	if err == nil {
		of, stands, err = c.use(r, claim)
	}
	if err != nil {
		stands = fateOf(err)
	}
	if stands == "" {
		c.linkAway(w, r, err)
		return
	}
	p := c.page(w, r, "")
	f := &followed{Fate: stands, Text: c.linkText(p.L, stands, err), Hint: p.L.say("link." + string(stands) + ".hint")}
	if of.ID != "" {
		f.Case, f.Title = of.ID, p.L.say("noreason")
		if len(of.Reasons) > 0 {
			f.Title = c.Policy.Title(of.Reasons[0], string(p.L))
		}
		if of.State.Undecided() {
			f.Due = p.L.moment(of.DecisionDueAt, c.Now())
		}
	}
	p.Title, p.Body = p.L.say("link.title"), f
	c.write(w, stands.status(r.Method), "link.html", p)
}

// claimOf is what the link of a request claims.
func (c *Console) claimOf(r *http.Request) (onetime.Claim, error) {
	if c.Links == nil {
		return onetime.Claim{}, onetime.ErrForged
	}
	key, err := c.Links.Key(r.Context())
	if err != nil {
		return onetime.Claim{}, err
	}
	return onetime.Open(key, r.PathValue("token"), c.Now())
}

// use acknowledges by a link if its button was pressed, else says whether that
// would be done. The case is as it then is.
func (c *Console) use(r *http.Request, claim onetime.Claim) (of decide.Case, stands fate, err error) {
	link := decide.Link{ID: claim.ID, Round: claim.Round, To: claim.To}
	holder := who.As(r.Context(), decide.Person{ID: link.Actor(), Role: decide.Viewer})
	if of, err = c.Cases.Case(holder, claim.Case); err != nil {
		return of, "", err
	}
	if r.Method != http.MethodPost {
		would := of
		_, err = would.AcknowledgeByLink(decide.Command{ID: "would", At: c.Now()}, link)
		return of, linkOpen, err
	}
	now, err := c.Desk.Follow(r.Context(), claim.Case, link)
	if err != nil {
		return of, "", err
	}
	c.Log.InfoContext(r.Context(), "a case was acknowledged by a link", "case", now.ID, "link", link.ID, "to", link.To)
	return now, linkDone, nil
}

// linkText is how a link stands, in a sentence.
func (c *Console) linkText(l lang, stands fate, err error) string {
	var first *decide.AcknowledgedError
	if errors.As(err, &first) {
		at := l.moment(first.At, c.Now())
		return l.say("link.seen", l.who(first.By), at.Text, l.say("ago", at.Span))
	}
	return l.say("link." + string(stands))
}

// linkAway says that nobody knows now how a link stands. The log does not name the
// address: whoever has it may use it.
func (c *Console) linkAway(w http.ResponseWriter, r *http.Request, err error) {
	c.Log.ErrorContext(r.Context(), "a link can not be followed", "error", err)
	if r.Method == http.MethodPost {
		c.again(w, r, langOf(w, r).say("link.away"))
		return
	}
	p := c.page(w, r, "")
	w.Header().Set("Retry-After", "5")
	p.Title = p.L.say("error.title")
	p.Body = trouble{http.StatusServiceUnavailable, p.Title, p.L.say("link.away")}
	c.write(w, http.StatusServiceUnavailable, "error.html", p)
}
