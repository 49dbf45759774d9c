package console

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"

	"tocsin/pkg/policy"
)

// Actions are the forms that the case allows to the reader.
type actions struct {
	L       lang
	ID      string
	Version uint64
	// Key makes what is sent from this page one order, however often it is sent.
	Key string
	// Standing changes when the forms do; while it stays, scripts keep them as they are.
	Standing string
	Forms    []form
	More     []form // those that are wanted less often
	Decides  bool   // whether a decision is among them
	// Letters are the keys of the forms; assets/keys.js listens for them.
	Letters map[desk.Action]string
}

// A form is one action.
type form struct {
	Action desk.Action
	Open   bool
	Typed  typed
	Wrong  string
	Moves  bool // the ETA has been given before
	// Grounds are the denial grounds, those that hold marked.
	Grounds []choice
	Withins []choice
	// People are the technicians to choose from; without a roster an id is typed.
	People []choice
	Listed bool // there is a roster
	// Parts are what a case is split into, Into the cases that it can go on in.
	Parts, Into []choice
	Preview     *preview
}

// A choice is one of several.
type choice struct {
	ID, Title string
	Holds     bool
	Chosen    bool
}

// Typed is what a person put into a form.
type typed struct {
	Note, Ground, Within, Exact, Instant, Technician, Into string

	Parts []string
}

// withins are how soon an ETA is offered, in minutes.
var withins = []int{60, 120, 240, 480, 1440}

// An offer says in which states an action is offered, and to whom; the rule is decide's.
type offer struct {
	action desk.Action
	role   decide.Role
	more   bool // it is wanted less often
	states []decide.State
}

func offers() []offer {
	ends := []decide.State{decide.Denied, decide.Resolved, decide.Withdrawn, decide.Expired}
	lasts := append(undecided(), running()...)
	owed := append(slices.Clone(lasts), decide.Denied)
	return []offer{
		{desk.Approve, decide.Leadership, false, undecided()},
		{desk.Deny, decide.Leadership, false, undecided()},
		{desk.RequestInfo, decide.Leadership, false, []decide.State{decide.NeedsInfo, decide.PendingReview}},
		{desk.Acknowledge, decide.Leadership, false, undecided()},
		{desk.ETA, decide.Agent, false, owed},
		{desk.Update, decide.Agent, false, owed},
		{desk.Resolve, decide.Agent, false, lasts},
		{desk.Reopen, decide.Leadership, false, ends},
		{desk.Appeal, decide.CSM, false, []decide.State{decide.Denied}},
		{desk.Close, decide.Leadership, false, ends},
		{desk.Claim, decide.Leadership, true, undecided()},
		{desk.Release, decide.Leadership, true, undecided()},
		{desk.Assign, decide.Agent, true, owed},
		{desk.Withdraw, decide.Agent, true, lasts},
	}
}

func actionsFor(l lang, of *decide.Case, by decide.Person) actions {
	asked := slices.ContainsFunc(of.Tickets, func(t decide.Ticket) bool { return t.Carries() })
	a := actions{
		L: l, ID: of.ID, Version: of.Version, Key: newKey(),
		Letters:  map[desk.Action]string{desk.Approve: "a", desk.Deny: "d", desk.ETA: "e", desk.RequestInfo: "q", desk.Acknowledge: "s"},
		Standing: fmt.Sprint(of.State, "/", of.Round, "/", of.ETA.Unix(), "/", of.AskedAt.Unix(), "/", asked, "/", of.Live(), "/", of.ClaimedBy, "/", of.Technician, "/", of.AcknowledgedBy != ""),
	}
	for _, o := range offers() {
		if !o.open(of, by) || o.action == desk.RequestInfo && !asked {
			continue
		}
		f := form{Action: o.action, Moves: !of.ETA.IsZero(), Withins: withinsFor(l, "")}
		if o.more {
			a.More = append(a.More, f)
			continue
		}
		a.Forms = append(a.Forms, f)
		a.Decides = a.Decides || o.action == desk.Approve
	}
	return a
}

// open says that the person may do it to the case as it stands.
func (o offer) open(of *decide.Case, by decide.Person) bool {
	switch {
	case !slices.Contains(o.states, of.State):
		return false
	case (o.action == desk.Close || o.action == desk.Withdraw) && of.Live():
		return false
	case o.action == desk.Acknowledge:
		return by.May(o.role) && of.AcknowledgedBy == ""
	case o.action == desk.Claim:
		return by.May(o.role) && of.ClaimedBy != by.ID
	case o.action == desk.Release:
		return by.May(o.role) && of.ClaimedBy != ""
	case o.action == desk.Appeal:
		return of.Appealed == nil && (by.Role == decide.CSM || by.Role == decide.Agent)
	}
	return by.May(o.role)
}

// all are all forms, to be filled in.
func (a *actions) all(fill func(*form)) {
	for _, list := range [][]form{a.Forms, a.More} {
		for i := range list {
			fill(&list[i])
		}
	}
}

func withinsFor(l lang, chosen string) []choice {
	out := []choice{{Title: l.say("field.eta.none"), Chosen: chosen == ""}}
	for _, minutes := range withins {
		id, title := fmt.Sprint(minutes), fmt.Sprintf("%d %s", minutes/60, l.say("unit.hour"))
		out = append(out, choice{ID: id, Title: title, Chosen: chosen == id})
	}
	return out
}

// suggest fills in what the facts suggest: which grounds hold, and the
// questions for what is missing, in the language of who asked.
func (a *actions) suggest(p *policy.Policy, of *decide.Case, people []choice) {
	a.all(func(f *form) {
		f.People, f.Listed = people, len(people) > 0
		switch f.Action {
		case desk.Deny:
			for _, id := range policy.GroundIDs() {
				holds := slices.Contains(of.Grounds, id)
				f.Grounds = append(f.Grounds, choice{string(id), p.GroundTitle(id, string(a.L)), holds, false})
			}
			f.choose()
		case desk.RequestInfo:
			f.Typed.Note = questions(p, of)
		case desk.Assign:
			f.Typed.Technician = of.Technician
		default:
		}
	})
}

// blank says that nothing was typed yet.
func (t typed) blank() bool {
	return t.Note+t.Ground+t.Within+t.Exact+t.Instant+t.Technician+t.Into == "" && len(t.Parts) == 0
}

// choose marks the ground that was typed, else the first one that holds.
func (f *form) choose() {
	want := f.Typed.Ground
	if i := slices.IndexFunc(f.Grounds, func(c choice) bool { return c.Holds }); want == "" && i >= 0 && f.Typed.blank() {
		want = f.Grounds[i].ID
	}
	for i := range f.Grounds {
		f.Grounds[i].Chosen = f.Grounds[i].ID == want
	}
}

// questions asks for what is missing. What is sent goes to all who asked: where
// they write in two languages, each has its part under the language's name.
func questions(p *policy.Policy, of *decide.Case) string {
	asked := map[lang][]string{}
	for i := range of.Tickets {
		t := &of.Tickets[i]
		in := english
		if t.Language == string(german) {
			in = german
		}
		for _, m := range t.Missing {
			if q := p.Question(m, string(in)); t.Carries() && !slices.Contains(asked[in], q) {
				asked[in] = append(asked[in], q)
			}
		}
	}
	var parts []string
	for _, in := range []lang{english, german} {
		if lines := asked[in]; len(asked) > 1 && len(lines) > 0 {
			parts = append(parts, in.say("field.questions")+"\n"+strings.Join(lines, "\n"))
		} else if len(lines) > 0 {
			parts = append(parts, strings.Join(lines, "\n"))
		}
	}
	return strings.Join(parts, "\n\n")
}

// keep opens a form again with what was typed into it, and says what is wrong.
// It is false where the case does not allow the action any more.
func (a *actions) keep(action desk.Action, was typed, wrong string) bool {
	kept := false
	a.all(func(f *form) {
		if f.Action == action {
			f.Open, f.Typed, f.Wrong, kept = true, was, wrong, true
			f.Withins = withinsFor(a.L, was.Within)
			f.choose()
			for i := range f.People {
				f.People[i].Chosen = f.People[i].ID == was.Technician
			}
			for i := range f.Parts {
				f.Parts[i].Chosen = slices.Contains(was.Parts, f.Parts[i].ID)
			}
		}
	})
	return kept
}
