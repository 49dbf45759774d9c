package deliver

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tocsin/pkg/policy"
)

// A Teller tells changes in the words of one policy.
type Teller struct {
	Policy *policy.Policy
	// Language is leadership's, "en" or "de"; empty is English.
	Language string
	// Console is the address of the console, for links; empty leaves them out.
	Console string
	// Words are what messages say; nil is what the program carries.
	Words *Words
	// Redact takes personal data out of what people wrote; nil leaves it in.
	Redact func(string) string
}

// Tell says who hears what of a change. The order is the one to tell them in.
// No retry mends its error: the words do not fit the change.
func (t Teller) Tell(c Change) ([]Notification, error) {
	c.Case.Tickets = slices.Clone(c.Case.Tickets)
	slices.SortStableFunc(c.Case.Tickets, func(a, b Ticket) int {
		return cmp.Or(strings.Compare(a.Tenant, b.Tenant), strings.Compare(a.ID, b.ID))
	})
	t.hide(&c)
	what := kind(c.Transition)
	var letters []letter
	if k := inside(what, c.Transition); k != "" {
		letters = append(letters, letter{audience: Leadership, kind: k})
	}
	for _, audience := range []string{Requester, CSM, Agent} {
		letters = append(letters, outside(audience, what, c)...)
	}
	told := make([]Notification, 0, len(letters))
	index := map[[2]string]uint32{}
	for _, l := range letters {
		n, err := t.write(l, c)
		if err != nil {
			return nil, fmt.Errorf("tell %s of case %s version %d: %w", l.audience, c.Case.ID, c.Case.Version, err)
		}
		to := [2]string{n.Audience, n.Tenant}
		n.Index = index[to]
		index[to]++
		told = append(told, n)
	}
	return told, nil
}

// A letter is a notification whose words are still to be found. Its tickets
// are those it speaks of; leadership's has none.
type letter struct {
	audience, recipient string
	kind                Kind
	tickets             []Ticket
}

// What has words of its own for nobody: a ticket joined, or, by hand, another case did.
const (
	joined   Kind = "ticket_joined"
	gathered Kind = "case_joined"
)

// kind says what a transition means to people; empty for what nobody is told.
func kind(t Transition) Kind {
	switch t.Name {
	case "opened":
		return CaseOpened
	case "info_requested":
		return InfoNeeded
	case "merged", "closed", "split", "split_off", "claimed", "acknowledged", "released", "assigned", "update_waits", "erased":
		return ""
	case "absorbed":
		return gathered
	case "appealed":
		return Reopened
	case "expired":
		return Unanswered
	case "approved", "denied", "eta_given", "eta_moved", "decision_overdue", "eta_near", "eta_overdue", "reopened",
		"decision_passed_on", "update_overdue", "progress", "info_reminder":
		return Kind(t.Name)
	}
	if k := moved(t.From, t.To); k != "" {
		return k
	}
	switch t.Name {
	case "condition_linked", "condition_ended", "resolved":
		return Kind(t.Name)
	case "ticket_linked":
		return joined
	}
	return ""
}

// moved says what a change of state means by itself, whatever brought it about.
func moved(from, to string) Kind {
	switch {
	case from == to:
		return ""
	case to == "resolved", to == "withdrawn", to == "expired":
		return Kind(to)
	case from == "detected":
		return "" // a ticket joined; it alone hears of it
	case from == "needs_info" && to == "pending_review":
		return UnderReview
	case from == "pending_review" && to == "needs_info":
		return InfoNeeded
	case undecided(to) && !undecided(from):
		return Reopened
	}
	return ""
}

func undecided(state string) bool {
	return state == "detected" || state == "needs_info" || state == "pending_review"
}

// inside says what leadership hears.
func inside(what Kind, t Transition) Kind {
	switch what {
	case gathered, Progress, InfoReminder:
		return ""
	case joined, UnderReview, InfoNeeded:
		if t.Name == "condition_linked" || t.Name == "condition_ended" {
			return Kind(t.Name)
		}
		return ""
	default:
		return what
	}
}

// outside says what an audience other than leadership hears.
func outside(audience string, what Kind, c Change) []letter {
	var letters []letter
	for _, t := range c.Case.Tickets {
		k := ticketKind(what, t, c)
		if k == "" || k == DecisionOverdue && audience == Agent || k == ETANear && audience == Requester {
			continue
		}
		recipient := t.person(audience)
		same := func(l letter) bool {
			return l.kind == k && l.recipient == recipient && l.tickets[0].Tenant == t.Tenant
		}
		switch i := slices.IndexFunc(letters, same); {
		case audience == Requester && t.Unread: // there are no words that they would read: a person writes to them
		case audience == Requester:
			letters = append(letters, letter{audience, recipient, k, []Ticket{t}})
		case recipient == "": // nobody is known to be told
		case i >= 0:
			letters[i].tickets = append(letters[i].tickets, t)
		default:
			letters = append(letters, letter{audience, recipient, k, []Ticket{t}})
		}
	}
	return letters
}

func (t Ticket) person(audience string) string {
	switch audience {
	case CSM:
		return t.CSM
	case Agent:
		return t.Agent
	}
	return t.Requester
}

// ticketKind is what is told on one ticket; empty for nothing.
func ticketKind(what Kind, t Ticket, c Change) Kind {
	this := c.Transition.Ticket == t.ID && c.Transition.Tenant == t.Tenant
	concerned := this || c.Transition.Ticket == ""
	done := t.Status == "RESOLVED" || t.Status == "CLOSED"
	switch {
	case t.Withdrawn, done && what != Resolved:
		return ""
	case this && meets(c.Transition):
		return standing(t, c.Case) // whatever else it brought about
	}
	switch what {
	case CaseOpened, Reopened:
		return standing(t, c.Case)
	case InfoNeeded, InfoReminder:
		if !lacks(t, c.Case) || !concerned {
			return ""
		}
	case gathered:
		if undecided(c.Case.State) || !t.LinkedAt.Equal(c.Transition.At) {
			return ""
		}
		return standing(t, c.Case) // it was decided before the ticket came
	case UnderReview:
		if !concerned {
			return ""
		}
	case Denied, Unanswered:
		if !t.Asked {
			return ""
		}
	case DecisionOverdue: // they were told by when they would hear of the decision
		if !t.Asked || c.Case.State != "pending_review" {
			return ""
		}
	case Progress, UpdateOverdue, ETANear, ETAOverdue, Approved, ETAGiven, ETAMoved, Resolved:
	default:
		return ""
	}
	return what
}

// meets says that the change brought its ticket to the case, or brought the
// first request to a case that nobody had asked for.
func meets(t Transition) bool {
	return t.Name == "ticket_linked" || t.Name == "ticket_updated" && t.From == "detected" && undecided(t.To) && t.To != t.From
}

// standing is what is told on a ticket that meets the case as it now is.
func standing(t Ticket, c Case) Kind {
	switch c.State {
	case "needs_info", "detected", "pending_review":
		if c.State == "needs_info" && lacks(t, c) {
			return InfoNeeded
		}
		return UnderReview
	case "approved", "in_progress":
		return Approved
	case "denied":
		if t.Asked {
			return Denied
		}
	case "resolved":
		return Resolved
	}
	return ""
}

// lacks says that whoever asked on this ticket has something to answer.
func lacks(t Ticket, c Case) bool {
	return t.Asked && (c.Question != "" || t.Recommendation == "needs_info")
}
