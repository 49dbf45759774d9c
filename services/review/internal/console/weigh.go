package console

import (
	"fmt"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/plot"

	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// A weight is a reason or a ground, and the best words for it.
type weight struct {
	Title string
	Level policy.Priority // of a reason
	Shown bool            // a condition that holds now shows it
	Only  string          // the tickets for which alone a ground holds; empty: for all that ask
	Quote *quote
}

// A quote is a piece of a note.
type quote struct {
	Text, Ticket, About string
	Percent             int // how sure the reading is
}

func (c *Console) reasons(l lang, of *decide.Case) []weight {
	var out []weight
	for _, id := range of.Reasons {
		r, _ := c.Policy.Reason(id)
		out = append(out, weight{
			Title: c.Policy.Title(id, string(l)), Level: r.Priority, Quote: best(of, string(id)),
			Shown: slices.ContainsFunc(of.Conditions, func(k decide.Condition) bool { return k.Reason == id && k.Live() }),
		})
	}
	return out
}

// grounds are those that hold for all who ask, then those that hold for some.
func (c *Console) grounds(l lang, of *decide.Case) []weight {
	var all, some []weight
	for _, id := range policy.GroundIDs() {
		g := weight{Title: c.Policy.GroundTitle(id, string(l)), Quote: best(of, string(id))}
		if slices.Contains(of.Grounds, id) {
			all = append(all, g)
			continue
		}
		for i := range of.Tickets {
			if slices.Contains(of.Tickets[i].Denials, id) {
				g.Only = joined(g.Only, of.Tickets[i].ID)
			}
		}
		if g.Only != "" {
			some = append(some, g)
		}
	}
	return append(all, some...)
}

// best is the weightiest quote for a reason, a ground or a fact.
func best(of *decide.Case, about string) *quote {
	var found *quote
	weight := -1.0
	for i := range of.Tickets {
		for _, q := range of.Tickets[i].Quotes {
			if q.For == about && q.Weight > weight {
				weight = q.Weight
				found = &quote{Text: q.Text, Ticket: of.Tickets[i].ID, Percent: int(q.Weight * 100)}
			}
		}
	}
	return found
}

// about names what evidence speaks for: a reason, a ground or a fact.
func (c *Console) about(l lang, id string) string {
	if _, ok := c.Policy.Reason(policy.ReasonID(id)); ok {
		return c.Policy.Title(policy.ReasonID(id), string(l))
	}
	if _, ok := c.Policy.Ground(policy.GroundID(id)); ok {
		return c.Policy.GroundTitle(policy.GroundID(id), string(l))
	}
	return l.Word("about", id)
}

// A ticket is a linked ticket as the page shows it.
type ticket struct {
	decide.Ticket
	Titles  []string // of its reasons
	Denied  []string // titles of the grounds that hold for it
	Lacks   []string
	Sure    string // how sure the reading is; empty: unknown
	Doubts  string // what could neither be affirmed nor denied; empty: nothing
	Said    string // how many people it claims; empty: none
	Quoted  []quote
	Carried bool
	Linked  *moment
	Taught  *taught // the last correction of how it was read
}

func (c *Console) tickets(l lang, of *decide.Case, now time.Time) []ticket {
	var out []ticket
	for i := range of.Tickets {
		t := ticket{Ticket: of.Tickets[i], Carried: of.Tickets[i].Carries(), Linked: l.moment(of.Tickets[i].LinkedAt, now), Said: people(l, of.Tickets[i].Said())}
		t.Sure, t.Doubts = sureness(l, &t.Ticket), c.named(l, t.Unclear)
		for _, r := range t.Reasons {
			t.Titles = append(t.Titles, c.Policy.Title(r, string(l)))
		}
		for _, g := range t.Denials {
			t.Denied = append(t.Denied, c.Policy.GroundTitle(g, string(l)))
		}
		for _, m := range t.Missing {
			t.Lacks = append(t.Lacks, l.Word("missing", string(m)))
		}
		for _, q := range t.Quotes {
			t.Quoted = append(t.Quoted, quote{Text: q.Text, About: c.about(l, q.For), Percent: int(q.Weight * 100)})
		}
		out = append(out, t)
	}
	return out
}

// drawnAtMost is how many conditions of a case have their picture on its page.
const drawnAtMost = 8

// A condition is a linked condition as the page shows it.
type condition struct {
	decide.Condition
	Title              string
	Link               string // to the page of the condition
	Bar                *bar
	Window             string
	PeopleNow, PeopleK string // now, and at most; empty: the rule counts none
	First, Begun, AsOf *moment
	Plot               *plot.Plot // its values over time; nil: none are known
}

func (c *Console) conditions(l lang, of *decide.Case, now time.Time) []condition {
	var out []condition
	for i := range of.Conditions {
		k := &of.Conditions[i]
		v := condition{
			Condition: *k, Title: c.Policy.Title(k.Reason, string(l)), Bar: barOf(l, k),
			Link:  linkOf(topology.ConditionPath(k.Scope, string(k.Reason), k.Subject)),
			First: l.moment(k.FirstAt, now), Begun: l.moment(k.RaisedAt, now), AsOf: l.moment(k.At, now),
		}
		if i < drawnAtMost {
			v.Plot = c.drawn(l, k, fmt.Sprint("plot-", i), now, small)
		}
		if k.WindowSeconds > 0 {
			v.Window = l.span(time.Duration(k.WindowSeconds) * time.Second)
		}
		if most := max(k.People, k.Peak); most > 0 {
			v.PeopleNow, v.PeopleK = l.Number(int(k.People)), l.Number(int(most))
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b condition) int {
		switch {
		case a.Live() && !b.Live():
			return -1
		case b.Live() && !a.Live():
			return 1
		}
		return b.At.Compare(a.At)
	})
	return out
}
