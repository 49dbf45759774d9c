package freshdesk

import (
	"encoding/json"
	"fmt"
	"time"

	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// Pulled is a ticket as Freshdesk's API has it (with include=stats,description), with
// its conversations, oldest first. What a delivery told of it already has the same id
// here, where that named it: its opening and its conversations.
type Pulled struct {
	Ticket        json.RawMessage
	Conversations []json.RawMessage
}

// Said is what the ticket and its past say. Errors are webhook.ErrBody.
func (p Pulled) Said(a webhook.Account) (webhook.Said, error) {
	n := native{Ticket: &ticket{}}
	var only struct {
		Stats struct {
			Moved lenient.Text `json:"status_updated_at"`
		} `json:"stats"`
	}
	if err := json.Unmarshal(p.Ticket, n.Ticket); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: ticket: %w", webhook.ErrBody, err)
	}
	if err := json.Unmarshal(p.Ticket, &only); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: ticket: %w", webhook.ErrBody, err)
	}
	updated, err := n.Ticket.UpdatedAt.Time()
	if err != nil || n.Ticket.ID == "" {
		return webhook.Said{}, fmt.Errorf("%w: a ticket without id or updated_at", webhook.ErrBody)
	}
	told := n.ticket()
	t, why := a.Desk.Tell(a.From("freshdesk"), words, told)
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	t.Known()
	for _, raw := range p.Conversations {
		var c conversation
		if err := json.Unmarshal(raw, &c); err != nil {
			return webhook.Said{}, fmt.Errorf("%w: conversation of ticket %.40s: %w", webhook.ErrBody, told.ID, err)
		}
		n.note(t, c, updated)
	}
	if moved, err := only.Stats.Moved.Time(); err == nil {
		t.Stood(moved, told.Status...)
	} else {
		t.Standing(told.ID+"/"+updated.Format(time.RFC3339Nano), updated)
	}
	t.Held(string(n.Ticket.Responder))
	t.Asks(updated)
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

// Done says whether a ticket of that status, by its number, is done.
func Done(a webhook.Account, status string) bool { return a.Desk.Done(words, status) }
