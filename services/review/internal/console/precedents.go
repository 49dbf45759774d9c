package console

import (
	"context"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/precedent"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// Precedents is what is kept of past decisions and of who asked; the ledger does.
type Precedents interface {
	// Precedents are the latest decisions of other cases on any of the reasons, of
	// the tenants only where some are given.
	Precedents(ctx context.Context, caseID string, reasons []policy.ReasonID, tenants []string) ([]precedent.Past, error)
	// AskedBy counts the requests of a tenant, or of a CSM, since a time.
	AskedBy(ctx context.Context, tenant, csm string, since time.Time) (ledger.Asking, error)
}

// precedentsShown is how many past cases stand on the page.
const precedentsShown = 3

// A past is a past case that is like this one.
type past struct {
	Case, Title, Whom string
	Verdict           decide.Verdict
	By, Took, Ground  string
	When              *moment
	Why               string // in what it is alike
}

// precedents are the past cases that are most alike; away says that they could not be read.
func (c *Console) precedents(ctx context.Context, l lang, of *decide.Case, now time.Time) (found []past, away bool) {
	p := who.Of(ctx)
	if c.Precedents == nil || !p.SeesAll() && len(p.Tenants) == 0 {
		return nil, false
	}
	all, err := c.Precedents.Precedents(ctx, of.ID, c.relatives(of.Reasons), p.Tenants)
	if err != nil {
		c.Log.WarnContext(ctx, "the precedents of a case can not be read", "case", of.ID, "error", err)
		return nil, true
	}
	for _, like := range precedent.Rank(precedent.Of(of), all, c.Policy, precedentsShown) {
		one := past{
			Case: like.Case, Title: c.Policy.Title(like.Reasons[0], string(l)), Whom: like.Tenant, Verdict: like.Verdict, By: like.By,
			Took: l.span(like.DecidedAt.Sub(like.AskedAt)), When: l.moment(like.DecidedAt, now), Why: c.likeness(l, &like),
		}
		if like.Tenant == decide.Platform {
			one.Whom = l.say("platform")
		}
		if like.Ground != "" {
			one.Ground = c.Policy.GroundTitle(like.Ground, string(l))
		}
		found = append(found, one)
	}
	return found, false
}

// relatives are the reasons and all of their families.
func (c *Console) relatives(reasons []policy.ReasonID) []policy.ReasonID {
	var all []policy.ReasonID
	for _, id := range c.Policy.ReasonIDs() {
		for _, r := range reasons {
			if c.Policy.SameFamily(r, id) {
				all = append(all, id)
				break
			}
		}
	}
	return all
}

// likeness says in a sentence in what a past case is like this one.
func (c *Console) likeness(l lang, like *precedent.Likeness) string {
	text := l.say("alike.first")
	switch like.Bond {
	case precedent.Shared:
		text = l.say("alike.shared", c.Policy.Title(like.Reason, string(l)))
	case precedent.Family:
		text = l.say("alike.family", c.Policy.Title(like.Reason, string(l)))
	case precedent.First, precedent.None:
	}
	switch {
	case like.Crowd:
		text = joined(text, l.say("alike.crowd", l.Count("people", like.People)))
	case like.People >= 0:
		text = joined(text, l.Count("people", like.People))
	}
	if like.Place {
		text = joined(text, l.Word("alike.in", like.Environment))
	}
	if like.Urgent {
		text = joined(text, l.say("alike.priority"))
	}
	return text
}
