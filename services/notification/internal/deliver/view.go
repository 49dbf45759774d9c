package deliver

import (
	"slices"
	"strings"

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
	Questions []string
	// Unread are the tickets whose requesters nobody has written to, for their language.
	Unread []Ticket
}

// measured is a condition with its reason's title.
type measured struct {
	Condition
	Title string
}

func (t Teller) view(l letter, c Change, lang string) view {
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
	v.Tickets = tidy(l.tickets)
	about := v.Tickets
	if l.audience == Leadership {
		about = v.Case.Tickets
	}
	for _, ticket := range about {
		if ticket.Unread {
			v.Unread = append(v.Unread, ticket)
		}
	}
	if len(l.tickets) > 0 {
		v.Ticket = v.Tickets[0]
		v.Questions = t.questions(l, c.Case, lang)
	}
	return v
}

// questions are what the tickets' requesters are asked: leadership's question
// first, then what the policy asks for and nobody has said.
func (t Teller) questions(l letter, c Case, lang string) []string {
	var asked []string
	if c.Question != "" && l.kind == InfoNeeded {
		asked = append(asked, strings.TrimSpace(c.Question))
	}
	missing := func(id policy.MissingID) bool {
		return slices.ContainsFunc(l.tickets, func(t Ticket) bool { return slices.Contains(t.Missing, id) })
	}
	for _, id := range policy.MissingIDs() {
		if q := t.Policy.Question(id, lang); missing(id) && !strings.Contains(c.Question, q) {
			asked = append(asked, q)
		}
	}
	if len(asked) == 0 && l.kind == InfoNeeded {
		asked = append(asked, t.Policy.Question(policy.MissingReason, lang), t.Policy.Question(policy.MissingUrgency, lang))
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

// line folds white space and control characters and cuts what is too long.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 }), " ")
	if runes := []rune(s); len(runes) > longestLine {
		return strings.TrimSpace(string(runes[:longestLine-1])) + "…"
	}
	return s
}
