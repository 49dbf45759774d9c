package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/policy"
)

// An Outlook tells how the conditions stand; outlook.Outlook does.
type Outlook interface {
	// View is how all stand.
	View(now time.Time) outlook.View
	// Card is how the one with a path stands; false where nothing is known of it.
	Card(path string, now time.Time) (outlook.Card, bool)
	// Watch tells that something changed, until leave is called.
	Watch() (changed <-chan struct{}, leave func())
}

// A Past reads what was stated of a condition.
type Past interface {
	// History is all changes of the condition with a path, oldest first.
	History(ctx context.Context, path string) ([]outlook.Change, error)
}

// How many conditions of each group the board shows.
const (
	raisedAtMost = 120
	nearAtMost   = 30
	silentAtMost = 60
)

// A sights is the board of conditions.
type sights struct {
	L      lang
	Known  bool // that nothing is raised is worth something
	Raised int  // how many are, coming and going included
	Here   bool // a filter leaves some out
	// Looked is how far all of monitoring has looked; Old that this is too long ago.
	Looked  *moment
	Old     bool
	Watched int
	Unshown int
	Notes   []note
	Groups  []cards
	// Heard is who is heard, nil where that is not known or not for the reader.
	Heard *heard
}

// A cards is one group of the board.
type cards struct {
	Name  string
	Cards []stand
	Rest  int // how many more there are
	All   int
}

// A note is a time in which monitoring did not see.
type note struct {
	Kind     string // reading, never, now or past
	From, To *moment
	Text     string
}

// A filter is what the reader asks to see.
type filter struct {
	Tenant, Reason string
	Tenants        []string
	Reasons        []option
}

// An option is one value of a list.
type option struct {
	ID, Title string
	Chosen    bool
}

func (c *Console) conditionsPage(w http.ResponseWriter, r *http.Request) {
	p := c.page(w, r, "conditions")
	now := c.Now()
	v := c.Outlook.View(now)
	f := c.filterOf(p.L, r.URL.Query(), &v)
	seen := c.sightsOf(r.Context(), p.L, &v, &f)
	p.Fresh = r.URL.Path + "?" + url.Values{"fragment": {"1"}, "tenant": {f.Tenant}, "reason": {f.Reason}}.Encode()
	if asks(r, "fragment") {
		c.write(w, http.StatusOK, "sights", &seen)
		return
	}
	p.Title, p.Body = p.L.say("board.title"), map[string]any{"Filter": &f, "Sights": &seen}
	c.write(w, http.StatusOK, "conditions.html", p)
}

// filterOf reads the filter, and what may be chosen.
func (c *Console) filterOf(l lang, q url.Values, v *outlook.View) filter {
	f := filter{Tenant: strings.TrimSpace(q.Get("tenant")), Reason: q.Get("reason")}
	const listed = 300
	reasons, tenants := map[policy.ReasonID]bool{policy.ReasonID(f.Reason): f.Reason != ""}, map[string]bool{}
	for _, group := range [][]outlook.Card{v.Raised, v.Flapping, v.Near, v.Undetermined} {
		for i := range group {
			reasons[group[i].Reason] = true
			if len(tenants) < listed {
				tenants[group[i].Scope] = true
			}
		}
	}
	for tenant := range tenants {
		f.Tenants = append(f.Tenants, tenant)
	}
	slices.Sort(f.Tenants)
	for _, id := range policy.ReasonIDs() {
		if reasons[id] {
			f.Reasons = append(f.Reasons, option{string(id), c.Policy.Title(id, string(l)), string(id) == f.Reason})
		}
	}
	return f
}

// shows says whether the filter lets a card through.
func (f *filter) shows(c *outlook.Card) bool {
	return (f.Tenant == "" || f.Tenant == c.Scope) && (f.Reason == "" || f.Reason == string(c.Reason))
}

// On says that something is filtered.
func (f *filter) On() bool { return f.Tenant != "" || f.Reason != "" }

// sightsOf is what the board shows of a view.
func (c *Console) sightsOf(ctx context.Context, l lang, v *outlook.View, f *filter) sights {
	s := sights{L: l, Here: f.On(), Looked: l.moment(v.Looked, v.At), Watched: v.Watched, Unshown: v.Unshown}
	s.Notes = notesOf(l, v)
	s.Known = !slices.ContainsFunc(s.Notes, func(n note) bool { return n.Kind != "past" })
	s.Old = slices.ContainsFunc(s.Notes, func(n note) bool { return n.Kind == "now" })
	var shown []outlook.Card
	groups := []struct {
		name  string
		cards []outlook.Card
		most  int
	}{{"raised", v.Raised, raisedAtMost}, {"flapping", v.Flapping, raisedAtMost}, {"near", v.Near, nearAtMost}, {"undetermined", v.Undetermined, silentAtMost}}
	for i := range groups {
		g := &groups[i]
		g.cards = slices.DeleteFunc(g.cards, func(card outlook.Card) bool { return !f.shows(&card) })
		if g.name != "undetermined" {
			for i := range g.cards[:min(len(g.cards), g.most)] {
				if full, ok := c.Outlook.Card(g.cards[i].Path, v.At); ok {
					g.cards[i].Points, g.cards[i].Blind = full.Points, full.Blind
				}
				shown = append(shown, g.cards[i])
			}
		}
	}
	s.Heard = c.heardOf(ctx, l, v.At)
	from, cases := reach(shown, v.At, small), c.casesOf(ctx, shown)
	for _, g := range groups {
		of := cards{Name: g.name, All: len(g.cards), Rest: max(0, len(g.cards)-g.most)}
		for i := range g.cards[:len(g.cards)-of.Rest] {
			st := c.standOf(l, &g.cards[i], v.At)
			st.ID = fmt.Sprint(g.name, "-", i)
			if g.name != "undetermined" {
				st.draw(&g.cards[i], from, v.At, small)
			}
			st.Case = cases[g.cards[i].Episode]
			of.Cards = append(of.Cards, st)
		}
		if g.name == "raised" || g.name == "flapping" {
			s.Raised += of.All
		}
		s.Groups = append(s.Groups, of)
	}
	return s
}

// notesOf says what monitoring does not see, and what it missed.
func notesOf(l lang, v *outlook.View) []note {
	if !v.Ready {
		return []note{{Kind: "reading", Text: l.say("blind.reading")}}
	}
	if v.Looked.IsZero() {
		return []note{{Kind: "never", Text: l.say("blind.never")}}
	}
	var notes []note
	for _, b := range v.Blind {
		n := note{Kind: "past", From: l.moment(b.From, v.At), To: l.moment(b.To, v.At)}
		if b.Why != "" {
			n.Text = l.Word("blind", b.Why)
		}
		if b.Lost > 0 {
			n.Text += " " + l.Count("blind.lost", int(b.Lost))
		}
		if n.To == nil {
			n.Kind = "now"
			if b.Why == "" && b.Shards == b.All {
				n.Text = l.say("blind.all")
			}
		}
		if part := map[bool]string{true: "blind.some", false: "blind.part"}[n.Kind == "now"]; b.Shards < b.All {
			n.Text = strings.TrimSpace(n.Text + " " + l.say(part, b.Shards, b.All))
		}
		notes = append(notes, n)
	}
	return notes
}

// casesOf are the cases that conditions belong to, by episode; the board is
// whole without them.
func (c *Console) casesOf(ctx context.Context, shown []outlook.Card) map[string]string {
	var episodes []string
	for i := range shown {
		if shown[i].Episode != "" && shown[i].State.Holds() {
			episodes = append(episodes, shown[i].Episode)
		}
	}
	of, err := c.Cases.CasesOf(ctx, episodes...)
	if err != nil && ctx.Err() == nil {
		c.Log.WarnContext(ctx, "the cases of conditions can not be read", "error", err)
	}
	return of
}

// shared says that a scope is the whole platform.
func shared(scope string) bool { return scope == decide.Platform }
