package deliver

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"tocsin/pkg/policy"
)

// A view is what templates read.
type view struct {
	Language, Audience string
	Kind               Kind
	Case               Case
	Change             Transition
	// Ticket is the one that the message belongs to; Tickets are all it speaks of.
	Ticket  Ticket
	Tickets []Ticket
	// What names the trouble in one line: the reasons' titles, or else the case's.
	What string
	// Reasons and Grounds are titles.
	Reasons, Grounds []string
	Conditions       []measured
	// Ground and GroundSays are the denial's, empty where leadership gave none.
	Ground, GroundSays string
	// Questions are what is missing, as questions to the requester.
	Questions []question
	// About are the titles of what the ticket claims; what was reported of security is not among them.
	About []string
	// Timeline is what became of the ticket's request so far, oldest first.
	Timeline []step
	// NextBy is by when the requester hears again at the latest, and AnswerBy by
	// when an answer is awaited; zero where nothing is promised or awaited.
	NextBy, AnswerBy time.Time
	// Unread are the tickets whose requesters nobody has written to, for their language.
	Unread []Ticket
}

// question is one to the requester. ID is empty where leadership asks.
type question struct {
	ID   policy.MissingID
	Text string
}

func (q question) String() string { return q.Text }

// step is one thing that happened: received, answered, reopened, resolved.
type step struct {
	At   time.Time
	What string
}

// measured is a condition with its reason's title.
type measured struct {
	Condition
	Title string
}

func (t Teller) view(l letter, c Change, lang string) view {
	if l.audience == Leadership {
		return t.inside(l, c, lang)
	}
	v := view{Language: lang, Audience: l.audience, Kind: l.kind, Tickets: tidy(own(l.tickets))}
	v.Case, v.Change = outsiders(l.kind, c, v.Tickets)
	v.Ticket = v.Tickets[0]
	for _, r := range v.Ticket.Reasons {
		v.About = append(v.About, t.Policy.Title(r, lang))
	}
	if g, known := t.Policy.Ground(c.Case.Ground); known {
		v.Ground, v.GroundSays = g.Title.In(lang), g.Description.In(lang)
	}
	v.Unread = unread(v.Tickets)
	v.Questions = t.questions(l, c.Case, lang)
	v.Timeline = timeline(l.kind, v.Ticket, c.Transition)
	v.NextBy, v.AnswerBy = nextBy(l.kind, v.Ticket, c), answerBy(c.Case)
	return v
}

// inside is the view of leadership, who may read all.
func (t Teller) inside(l letter, c Change, lang string) view {
	v := view{Language: lang, Audience: l.audience, Kind: l.kind, Case: c.Case, Change: c.Transition}
	for _, r := range c.Case.Reasons {
		v.Reasons = append(v.Reasons, t.Policy.Title(r, lang))
	}
	if v.What = strings.Join(v.Reasons, ", "); v.What == "" {
		v.What = line(c.Case.Title)
	}
	for _, g := range c.Case.Denials {
		v.Grounds = append(v.Grounds, t.Policy.GroundTitle(g, lang))
	}
	for _, cond := range c.Case.Conditions {
		cond.Subject = line(cond.Subject)
		v.Conditions = append(v.Conditions, measured{cond, t.Policy.Title(cond.Reason, lang)})
	}
	if g, known := t.Policy.Ground(c.Case.Ground); known {
		v.Ground, v.GroundSays = g.Title.In(lang), g.Description.In(lang)
	}
	v.Case.Tickets = tidy(c.Case.Tickets)
	v.Unread = unread(v.Case.Tickets)
	return v
}

// unread are the tickets whose requesters nobody has written to.
func unread(tickets []Ticket) []Ticket {
	return slices.DeleteFunc(slices.Clone(tickets), func(t Ticket) bool { return !t.Unread })
}

// timeline is what became of a ticket's request so far.
func timeline(kind Kind, t Ticket, c Transition) []step {
	var steps []step
	if !t.LinkedAt.IsZero() {
		steps = append(steps, step{t.LinkedAt, "received"})
	}
	switch {
	case kind == Resolved:
		steps = append(steps, step{c.At, "resolved"})
	case kind == UnderReview && c.From == "needs_info":
		steps = append(steps, step{c.At, "answered"})
	case kind == UnderReview && !undecided(c.From) && c.From != "":
		steps = append(steps, step{c.At, "reopened"})
	}
	return steps
}

// nextBy is by when the requester hears again. The promise is kept either way:
// when it runs out they are told that there is no decision, or no news.
func nextBy(kind Kind, t Ticket, c Change) time.Time {
	due := time.Time{}
	switch kind {
	case UnderReview:
		if t.Asked && c.Case.State == "pending_review" {
			due = c.Case.DecisionDueAt
		}
	case Approved, ETAGiven, ETAMoved, ETAOverdue, Progress:
		due = c.Case.UpdateDueAt
	}
	if !due.After(c.Transition.At) {
		return time.Time{}
	}
	return due
}

// patience is how long review waits for an answer before it may put a request
// aside: see decide.ExpireAfter there.
const patience = 7 * 24 * time.Hour

func answerBy(c Case) time.Time {
	if c.WaitsSince.IsZero() {
		return time.Time{}
	}
	return c.WaitsSince.Add(patience)
}

// questions are what the tickets' requesters are asked: leadership's question
// first, then what the policy asks for and nobody has said.
func (t Teller) questions(l letter, c Case, lang string) []question {
	var asked []question
	if c.Question != "" && l.kind == InfoNeeded {
		asked = append(asked, question{Text: strings.TrimSpace(c.Question)})
	}
	missing := func(id policy.MissingID) bool {
		return slices.ContainsFunc(l.tickets, func(t Ticket) bool { return slices.Contains(t.Missing, id) })
	}
	for _, id := range policy.MissingIDs() {
		if q := t.Policy.Question(id, lang); missing(id) && !strings.Contains(c.Question, q) {
			asked = append(asked, question{id, q})
		}
	}
	if len(asked) == 0 && l.kind == InfoNeeded {
		for _, id := range []policy.MissingID{policy.MissingReason, policy.MissingUrgency} {
			asked = append(asked, question{id, t.Policy.Question(id, lang)})
		}
	}
	return asked
}

// tidy makes what people wrote fit into a line.
func tidy(tickets []Ticket) []Ticket {
	tickets = slices.Clone(tickets)
	for i := range tickets {
		tickets[i].Subject, tickets[i].Quote = line(tickets[i].Subject), line(tickets[i].Quote)
	}
	return tickets
}

// longestLine is how many characters of somebody's words a message repeats.
const longestLine = 160

// line folds white space and control characters, leaves out what turns the
// direction of all that stands behind it, and cuts what is too long.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longestLine {
		return strings.TrimSpace(string(runes[:longestLine-1])) + "…"
	}
	return s
}
