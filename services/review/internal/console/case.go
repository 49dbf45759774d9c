package console

import (
	"context"
	"net/http"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/plot"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// A file is all that the page of one case shows.
type file struct {
	L       lang
	ID      string
	Version uint64
	Round   uint32
	Title   string
	// Headline is the title, and whom it hits.
	Headline string
	Others   []string // titles of the other reasons
	Tenant   string
	Shared   bool
	State    decide.State
	Rec      decide.Recommendation
	Level    policy.Priority
	Again    uint32

	People  string
	Tenants int
	Since   *moment
	Still   still
	Due     *moment // of the decision, while nobody has decided
	ETA     *moment
	Moves   string // how often the ETA was moved, and why last

	Mutes    []muted // what may silence something that is told of it
	Called   *ladder // who was called to look at it
	Question string
	AskedAt  *moment
	Waiting  *waiting // an update that is told later
	Decision *verdict
	Past     []verdict
	Merged   string

	Facts      []fact
	More       int     // how many reasons do not stand among the facts
	Asleep     *moment // since when monitoring does not see
	Trend      *plot.Plot
	Launches   []launch
	Reasons    []weight
	Grounds    []weight
	Contra     []contra
	Borne      []contra
	Near       []miss
	Advice     advice
	Work       work
	Lacks      string // what nobody has said yet
	Like       []past
	LikeAway   bool
	Besides    []row // other open cases of the tenant
	Tally      *tally
	Print      bool
	Policy     string
	Tickets    []ticket
	Conditions []condition
	History    history
	Actions    actions
	Lesson     *lesson // the form to correct how a ticket was read, where it was asked for
	Next       *row    // the case to decide after this one
	Done       string  // what the reader has just done
	Stale      *stale
	labels     []teach.Example
}

// A waiting is an update that is told when its time has come.
type waiting struct {
	By, Note string
	When     *moment
}

// A verdict is a decision as the page says it.
type verdict struct {
	decide.Decision
	When   *moment
	Ground string
	// Against says that it is not what was recommended.
	Against bool
}

func (c *Console) showCase(w http.ResponseWriter, r *http.Request) {
	of, err := c.Cases.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		c.fail(w, r, err)
		return
	}
	p := c.page(w, r, "case")
	f := c.fileOf(r.Context(), p.L, &of)
	p.Title, p.Body, f.Print = f.Title, &f, asks(r, "print")
	if asks(r, "correct") {
		if f.Lesson = c.lessonFor(r.Context(), &f, r.URL.Query().Get("tenant"), r.URL.Query().Get("correct")); f.Lesson != nil {
			c.fill(p.L, f.Lesson, f.Lesson.stands)
		}
	}
	if asks(r, "fragment") {
		c.write(w, http.StatusOK, "file", &f)
		return
	}
	if done := r.URL.Query().Get("done"); p.L.say("done."+done) != "done."+done {
		f.Done = p.L.say("done." + done)
	}
	c.write(w, http.StatusOK, "case.html", p)
}

// fileOf gathers what is known of a case. What can not be read beside the case
// itself is said where it is missing.
func (c *Console) fileOf(ctx context.Context, l lang, of *decide.Case) file {
	now := c.Now()
	f := file{
		L: l, ID: of.ID, Version: of.Version, Round: of.Round, Title: c.titleOf(l, of), Tenant: of.Tenant,
		Shared: of.Tenant == decide.Platform, State: of.State, Rec: of.Recommendation, Level: of.Impact.Priority, Again: of.AskedAgain,
		People: peopleOf(l, of.Impact), Tenants: of.Impact.Tenants, Since: l.moment(sinceOf(of), now), Still: stillOf(l, of, now),
		ETA: l.moment(of.ETA, now), Question: of.Question, AskedAt: l.moment(of.AskedAt, now), Merged: of.MergedInto,
		Reasons: c.reasons(l, of), Grounds: c.grounds(l, of), Contra: c.contras(l, of), Borne: c.borne(l, of), Near: c.misses(l, of),
		Tickets: c.tickets(l, of, now), Conditions: c.conditions(l, of, now), History: c.history(ctx, l, of, now),
		Policy: of.Policy,
	}
	c.first(ctx, l, of, &f, now)
	f.Headline = l.headline(f.Title, of)
	for i, r := range of.Reasons {
		if i > 0 {
			f.Others = append(f.Others, c.Policy.Title(r, string(l)))
		}
	}
	f.Called = c.ladderOf(ctx, l, of, now)
	for _, m := range c.mutesOn(ctx, of) {
		f.Mutes = append(f.Mutes, c.mutedOf(l, m, now))
	}
	if of.State.Undecided() {
		f.Due = l.moment(of.DecisionDueAt, now)
	}
	if of.ETAMoves > 0 {
		f.Moves = l.say("moved", of.ETAMoves)
		if of.ETAReason != "" {
			f.Moves = l.say("decided.moved", of.ETAMoves, of.ETAReason)
		}
	}
	if of.Waits() {
		f.Waiting = &waiting{l.who(of.LastUpdate.By), of.LastUpdate.Note, l.moment(of.NewsFrom(), now)}
	}
	if of.Decision != nil {
		v := c.verdictOf(l, *of.Decision, now)
		f.Decision = &v
	}
	for _, d := range of.Past {
		f.Past = append(f.Past, c.verdictOf(l, d, now))
	}
	f.Actions = actionsFor(l, of, who.Of(ctx))
	f.Actions.suggest(c.Policy, of, f.Work.people)
	c.arranging(&f, of, who.Of(ctx))
	c.previewed(ctx, &f.Actions, of, who.Of(ctx))
	f.Advice = c.advice(ctx, l, of, now)
	f.labels = c.teachings(ctx, &f, of, now)
	f.Next = c.next(ctx, l, of)
	return f
}

// headline says what a case is about and whom it hits; of the whole platform also
// the one tenant, where only one is known to be hit.
func (l lang) headline(title string, of *decide.Case) string {
	if of.Tenant != decide.Platform {
		return l.say("case.title", title, of.Tenant)
	}
	hit := map[string]bool{}
	for i := range of.Tickets {
		hit[of.Tickets[i].Tenant] = true
	}
	for i := range of.Conditions {
		hit[of.Conditions[i].Scope] = true
	}
	delete(hit, decide.Platform)
	if of.Impact.Tenants == 1 && len(hit) == 1 {
		for tenant := range hit {
			return l.say("case.shared.one", title, tenant)
		}
	}
	return l.say("case.shared", title)
}

func (c *Console) verdictOf(l lang, d decide.Decision, now time.Time) verdict {
	v := verdict{Decision: d, When: l.moment(d.At, now)}
	if d.Ground != "" {
		v.Ground = c.Policy.GroundTitle(d.Ground, string(l))
	}
	v.Against = (d.Verdict == decide.Approve) != (d.Recommended == decide.Eligible)
	return v
}

// peopleOf says how many people are hit, and whether that was measured; what is
// claimed is what the words say, as in the table below it.
func peopleOf(l lang, i decide.Impact) string {
	said := i.Claim()
	switch {
	case i.Measured != nil && said != nil:
		return l.Count("people", *i.Measured) + " " + l.say("people.measured.claimed", l.Number(*said))
	case i.Measured != nil:
		return l.Count("people", *i.Measured) + " " + l.say("people.measured")
	case said != nil:
		return l.Count("people", *said) + " " + l.say("people.claimed")
	}
	return l.say("people.unknown")
}

// A still says whether the trouble still holds.
type still struct {
	Kind string // live, flapping, cleared, expired, withdrawn or claimed
	Text string
	When *moment // of the measurement that says so
}

func stillOf(l lang, of *decide.Case, now time.Time) still {
	rank := map[string]int{"claimed": 0, "withdrawn": 1, "expired": 2, "cleared": 3, "flapping": 4, "live": 5}
	s, at := still{Kind: "claimed"}, time.Time{}
	for i := range of.Conditions {
		cond := &of.Conditions[i]
		kind := string(cond.State)
		if cond.Live() {
			if kind = "live"; cond.Flapping {
				kind = "flapping"
			}
		}
		if rank[kind] > rank[s.Kind] || kind == s.Kind && seenAt(cond).After(at) {
			s.Kind, at = kind, seenAt(cond)
		}
	}
	s.Text, s.When = l.say("still."+s.Kind), l.moment(at, now)
	return s
}

// seenAt is how recent a measurement is: the clock's time, or, where it is
// not known, the time of the event.
func seenAt(c *decide.Condition) time.Time {
	if c.DetectedAt.After(c.At) {
		return c.DetectedAt
	}
	return c.At
}
