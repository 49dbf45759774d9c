package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// severalAtMost is how many cases are decided at once: what fits in a head.
const severalAtMost = 50

// severally are the actions that several cases can share.
func severally() []desk.Action { return []desk.Action{desk.Deny, desk.Approve, desk.RequestInfo} }

// A tick is a case that was ticked, at the version that the reader saw.
type tick struct {
	ID      string
	Version uint64
}

// A picked is a ticked case as it now is.
type picked struct {
	Row     row
	Ticked  bool
	Moved   string // says that it has changed since it was ticked
	Refused string // says why the action is not for it
	Mark    string // what its tick box sends
}

// A pick is the page on which several cases are decided at once.
type pick struct {
	L       lang
	Action  desk.Action
	Key     string
	Cases   []picked
	Wrong   string
	Hidden  int  // cases that are not there, or not for the reader
	TooMany bool // more were ticked than are decided at once
	Typed   typed
	Grounds []option
	Withins []option
}

// A result is what became of one of several orders.
type result struct {
	Row  row
	Done bool
	Text string
}

// ticksOf reads the ticked cases, each once: "c-abc@3".
func ticksOf(values []string) []tick {
	var ticks []tick
	for _, v := range values {
		i := strings.LastIndexByte(v, '@')
		if i <= 0 {
			continue
		}
		version, err := strconv.ParseUint(v[i+1:], 10, 64)
		if err != nil || slices.ContainsFunc(ticks, func(t tick) bool { return t.ID == v[:i] }) {
			continue
		}
		ticks = append(ticks, tick{v[:i], version})
	}
	return ticks
}

func markOf(id string, version uint64) string { return fmt.Sprintf("%s@%d", id, version) }

// several asks once more before several cases are decided: it shows each as it now is.
func (c *Console) several(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	action, ticks := desk.Action(q.Get("action")), ticksOf(q["case"])
	if !slices.Contains(severally(), action) || len(ticks) == 0 || !who.Of(r.Context()).May(decide.Leadership) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	of, err := c.pickOf(r.Context(), langOf(w, r), action, ticks)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	c.writePick(w, r, http.StatusOK, of)
}

func (c *Console) writePick(w http.ResponseWriter, r *http.Request, status int, of *pick) {
	p := c.page(w, r, "")
	p.Path, p.query = "/several", url.Values{"action": {string(of.Action)}}
	for i := range of.Cases {
		p.query.Add("case", of.Cases[i].Mark)
	}
	p.Title, p.Body = p.L.say("several."+string(of.Action)), of
	c.write(w, status, "several.html", p)
}

// pickOf reads the ticked cases. One that has moved on since is shown unticked, so
// that nothing is decided that the reader has not looked at.
func (c *Console) pickOf(ctx context.Context, l lang, action desk.Action, ticks []tick) (*pick, error) {
	of := &pick{L: l, Key: newKey(), Action: action, TooMany: len(ticks) > severalAtMost}
	of.keep(c.Policy, typed{})
	for _, t := range ticks[:min(len(ticks), severalAtMost)] {
		cs, err := c.Cases.Case(ctx, t.ID)
		if errors.Is(err, ledger.ErrNotFound) {
			of.Hidden++
			continue
		}
		if err != nil {
			return nil, err
		}
		p := picked{Row: c.rowOf(l, &cs, c.Now()), Mark: markOf(cs.ID, cs.Version)}
		p.Row.Pick = ""
		switch {
		case !fits(action, &cs):
			p.Refused = l.say("several.notfor", p.Row.StateWord)
		case t.Version != cs.Version:
			p.Moved = l.say("several.moved", t.Version, cs.Version)
		default:
			p.Ticked = true
		}
		of.Cases = append(of.Cases, p)
	}
	return of, nil
}

// keep fills the form with what was typed.
func (p *pick) keep(of *policy.Policy, t typed) {
	p.Typed, p.Grounds, p.Withins = t, nil, nil
	if p.Action == desk.Deny {
		for _, id := range policy.GroundIDs() {
			p.Grounds = append(p.Grounds, option{string(id), of.GroundTitle(id, string(p.L)), t.Ground == string(id)})
		}
	}
	if p.Action == desk.Approve {
		for _, minutes := range withins {
			id := strconv.Itoa(minutes)
			p.Withins = append(p.Withins, option{id, fmt.Sprintf("%d %s", minutes/60, p.L.say("unit.hour")), t.Within == id})
		}
	}
}

// fits says whether an action is for the case as it is; the rule is decide's.
func fits(action desk.Action, of *decide.Case) bool {
	if action != desk.RequestInfo {
		return of.State.Undecided()
	}
	asked := slices.ContainsFunc(of.Tickets, func(t decide.Ticket) bool { return t.Carries() })
	return asked && (of.State == decide.NeedsInfo || of.State == decide.PendingReview)
}

// doSeveral carries out one order for each ticked case. Each stands for itself:
// one that is refused keeps no other.
func (c *Console) doSeveral(w http.ResponseWriter, r *http.Request) {
	t := typed{
		Note: strings.TrimSpace(r.PostFormValue("note")), Ground: r.PostFormValue("ground"), Within: r.PostFormValue("within"),
		Exact: r.PostFormValue("exact"), Instant: r.PostFormValue("instant"),
	}
	action, ticks := desk.Action(r.PostFormValue("action")), ticksOf(r.PostForm["case"])
	if !slices.Contains(severally(), action) {
		c.fail(w, r, ledger.ErrNotFound)
		return
	}
	l := langOf(w, r)
	order, err := c.orderOfAll(r, action, t)
	switch {
	case err != nil:
	case len(ticks) == 0:
		err = errNoCase
	case len(ticks) > severalAtMost:
		err = errTooMany
	}
	if err != nil {
		c.askAgain(w, r, attempted{l, action, t, ticks, err})
		return
	}
	errands := make([]desk.Errand, len(ticks))
	for i, tick := range ticks {
		order.Version = tick.Version
		errands[i] = desk.Errand{Case: tick.ID, Order: order}
	}
	var results []result
	for _, of := range c.Desk.DoAll(r.Context(), errands...) {
		results = append(results, c.resultOf(r.Context(), l, action, of))
	}
	p := c.page(w, r, "")
	p.Path, p.query = "/", nil
	done := 0
	for i := range results {
		if results[i].Done {
			done++
		}
	}
	p.Title = p.L.say("several.done", p.L.Number(done), p.L.Number(len(results)))
	p.Body = map[string]any{"Results": results, "Action": string(action), "All": done == len(results)}
	c.write(w, http.StatusOK, "several-done.html", p)
}

// orderOfAll reads what all of the orders share; what is wrong with it is wrong with each.
func (c *Console) orderOfAll(r *http.Request, action desk.Action, t typed) (desk.Order, error) {
	o := desk.Order{Action: action, By: who.Of(r.Context()), Key: r.PostFormValue("key"), Note: t.Note, Ground: policy.GroundID(t.Ground)}
	switch {
	case !o.By.May(decide.Leadership):
		return o, decide.ErrNotLeader
	case utf8.RuneCountInString(t.Note) > longestNote:
		return o, errLong
	case action == desk.RequestInfo && t.Note == "", action == desk.Deny && t.Note == "" && t.Ground == "":
		return o, decide.ErrNote
	case action != desk.Approve:
		return o, nil
	}
	var err error
	if o.ETA, err = c.etaOf(action, t); err == nil && !o.ETA.IsZero() && !o.ETA.After(c.Now()) {
		err = decide.ErrETA
	}
	return o, err
}

// What a form for several cases can lack beside what each order can.
var (
	errNoCase  = errors.New("no case is ticked")
	errTooMany = errors.New("too many cases are ticked")
)

// An attempted is a form for several cases that can not be carried out as it is.
type attempted struct {
	l      lang
	action desk.Action
	typed  typed
	ticks  []tick
	err    error
}

// askAgain shows the form once more, with what was typed and ticked, and what is wrong.
func (c *Console) askAgain(w http.ResponseWriter, r *http.Request, a attempted) {
	of, err := c.pickOf(r.Context(), a.l, a.action, ticksOf(r.PostForm["all"]))
	if err != nil {
		c.fail(w, r, err)
		return
	}
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(a.err, errNoCase):
		of.Wrong = a.l.say("several.none")
	case errors.Is(a.err, errTooMany):
		of.Wrong = a.l.say("several.toomany", a.l.Number(severalAtMost))
	default:
		status, of.Wrong = verdictOn(a.l, a.err)
	}
	of.keep(c.Policy, a.typed)
	for i := range of.Cases {
		p := &of.Cases[i]
		p.Ticked = p.Ticked && slices.ContainsFunc(a.ticks, func(t tick) bool { return t.ID == p.Row.ID })
	}
	c.writePick(w, r, status, of)
}

// resultOf says what became of one of several orders.
func (c *Console) resultOf(ctx context.Context, l lang, action desk.Action, of desk.Result) result {
	is, v := of.Is, result{Done: of.Err == nil, Text: l.say("done." + string(action))}
	if !v.Done {
		var status int
		if status, v.Text = verdictOn(l, of.Err); status == http.StatusServiceUnavailable {
			c.Log.ErrorContext(ctx, "an order was not carried out", "case", of.Case, "action", action, "error", of.Err)
		}
		var err error
		if is, err = c.Cases.Case(ctx, of.Case); err != nil {
			v.Row = row{ID: of.Case, Title: of.Case}
			return v
		}
	}
	v.Row = c.rowOf(l, &is, c.Now())
	return v
}
