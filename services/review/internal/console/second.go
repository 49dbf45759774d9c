package console

import (
	"context"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
)

// Opinions are what second readers said; events.Opinions reads them.
type Opinions interface {
	// Of is what was said last of each of the tickets; those of which nothing was
	// said are left out.
	Of(ctx context.Context, tickets []decide.Ticket) ([]events.Opinion, error)
}

const (
	// opinionsAtMost is how many tickets of a case second readers are heard of.
	opinionsAtMost = 20
	// opinionsWithin is how long the page waits for them: it is whole without.
	opinionsWithin = time.Second
)

// An advice is what second readers said of a case's tickets: those who disagree
// first, then those who were not heard, then those who agree.
type advice struct {
	L        lang
	Away     bool // could not be read
	Disagree []opinion
	Unheard  []opinion
	Agree    []opinion
}

// Any says that there is something to show.
func (a advice) Any() bool { return a.Away || len(a.Disagree)+len(a.Unheard)+len(a.Agree) > 0 }

// An opinion is what a second reader said of one ticket, as the page says it.
type opinion struct {
	events.Opinion
	L lang
	// Other says that the recommendation is another.
	Other        bool
	Sees, Misses string // titles
	Quoted       []quote
	Why          string // it was not heard
	Earlier      bool   // it read an earlier state of the ticket
	When         *moment
}

// advice gathers what second readers said of the tickets that ask, the newest first.
func (c *Console) advice(ctx context.Context, l lang, of *decide.Case, now time.Time) advice {
	out := advice{L: l}
	if c.Opinions == nil {
		return out
	}
	asking := slices.DeleteFunc(slices.Clone(of.Tickets), func(t decide.Ticket) bool { return !t.Carries() })
	slices.SortStableFunc(asking, func(a, b decide.Ticket) int { return b.LinkedAt.Compare(a.LinkedAt) })
	asking = asking[:min(len(asking), opinionsAtMost)]
	within, cancel := context.WithTimeout(ctx, opinionsWithin)
	defer cancel()
	said, err := c.Opinions.Of(within, asking)
	if err != nil {
		c.Log.WarnContext(ctx, "what second readers said can not be read", "case", of.ID, "error", err)
		out.Away = true
		return out
	}
	for _, o := range said {
		shown := c.opinionOf(l, o, now)
		shown.Earlier = slices.ContainsFunc(asking, func(t decide.Ticket) bool {
			return t.Tenant == o.Tenant && t.ID == o.Ticket && t.Revision > o.Revision
		})
		switch {
		case !o.Heard:
			out.Unheard = append(out.Unheard, shown)
		case o.Agrees:
			out.Agree = append(out.Agree, shown)
		default:
			out.Disagree = append(out.Disagree, shown)
		}
	}
	return out
}

func (c *Console) opinionOf(l lang, o events.Opinion, now time.Time) opinion {
	out := opinion{L: l, Opinion: o, Other: o.First != o.Second, Sees: c.named(l, o.Sees), Misses: c.named(l, o.Misses), When: l.moment(o.At, now)}
	for _, q := range o.Quotes {
		out.Quoted = append(out.Quoted, quote{Text: q.Text, About: c.about(l, q.For)})
	}
	if !o.Heard {
		out.Why = l.Word("unheard", o.Outcome)
	}
	return out
}
