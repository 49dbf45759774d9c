package events

import (
	"context"
	"fmt"
	"strings"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Message is what one person would be told.
type Message struct {
	// Audience is requester, csm, agent or leadership.
	Audience string
	// Recipient is the person's id in the helpdesk; empty where nobody is known.
	Recipient string
	Tenant    string
	Ticket    string
	// Language is "en" or "de".
	Language string
	// Kind is what it tells, as a notification says it.
	Kind        string
	Title, Body string
	// Others is how many more tickets are told the same, each with its own name in it.
	Others int
}

// Previews asks notification what people would be told.
type Previews struct {
	Conn   *bus.Conn
	Policy *policy.Policy
}

// kindsAtMost is how many kinds of tickets a preview shows the words for.
const kindsAtMost = 8

// Of is what people would be told of a change that was not made, in the order in
// which they would be told; of tickets that would be told alike, one of each kind.
// Its error is bus.ErrNobody where notification is away.
func (p Previews) Of(ctx context.Context, c decide.Case, e decide.Event) ([]Message, error) {
	some, alike := kinds(c.Tickets)
	c.Tickets = some
	question := &reviewv1.CaseChanged{Case: Case(p.Policy, c), Transition: Transition(e)}
	var answer notificationv1.Previewed
	if err := p.Conn.Ask(ctx, topology.PreviewSubject(), question, &answer); err != nil {
		return nil, fmt.Errorf("preview what is told of case %s: %w", c.ID, err)
	}
	var out []Message
	for _, n := range answer.GetNotifications() {
		m := Message{
			Audience: n.GetAudience(), Recipient: n.GetRecipient(), Tenant: n.GetTenant(), Ticket: n.GetTicket(),
			Language: n.GetLanguage(), Kind: n.GetKind(), Title: n.GetTitle(), Body: n.GetBody(),
		}
		if m.Audience == "requester" {
			m.Others = alike[[2]string{m.Tenant, m.Ticket}]
		}
		out = append(out, m)
	}
	return out, nil
}

// kinds are tickets of which nobody is told in other words, one of each kind, and
// how many more of its kind each stands for.
func kinds(tickets []decide.Ticket) ([]decide.Ticket, map[[2]string]int) {
	var out []decide.Ticket
	first, alike := map[string][2]string{}, map[[2]string]int{}
	for _, t := range tickets {
		missing := make([]string, len(t.Missing))
		for i, m := range t.Missing {
			missing[i] = string(m)
		}
		kind := fmt.Sprint(t.Language, t.Unsupported, t.Asks != "", t.Withdrawn, t.Done(), t.Recommendation, strings.Join(missing, ","))
		if of, seen := first[kind]; seen {
			alike[of]++
			continue
		}
		if len(out) == kindsAtMost {
			continue
		}
		first[kind] = [2]string{t.Tenant, t.ID}
		out = append(out, t)
	}
	return out, alike
}
