package zammad

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// Pulled is a ticket as Zammad's API has it (with expand=true), with its tags, its
// articles, oldest first, and its history. What a delivery told of it already has the
// same id here: its opening and its articles.
type Pulled struct {
	Ticket   json.RawMessage
	Tags     []string
	Articles []json.RawMessage
	History  []json.RawMessage
}

// entry is a line of the history.
type entry struct {
	Object    lenient.Text `json:"object"`
	Type      lenient.Text `json:"type"`
	Attribute lenient.Text `json:"attribute"`
	To        lenient.Text `json:"value_to"`
	ToID      lenient.Text `json:"id_to"`
	ID        lenient.Text `json:"id"`
	By        lenient.Text `json:"created_by_id"`
	CreatedAt lenient.Text `json:"created_at"`
}

// Said is what the ticket and its past say. Errors are webhook.ErrBody.
func (p Pulled) Said(a webhook.Account) (webhook.Said, error) {
	var z ticket
	if err := json.Unmarshal(p.Ticket, &z); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: ticket: %w", webhook.ErrBody, err)
	}
	updated, err := z.UpdatedAt.Time()
	if err != nil || z.ID == "" {
		return webhook.Said{}, fmt.Errorf("%w: a ticket without id or updated_at", webhook.ErrBody)
	}
	z.Tags = append(z.Tags, p.Tags...)
	articles := make([]article, len(p.Articles))
	for i, raw := range p.Articles {
		if err := json.Unmarshal(raw, &articles[i]); err != nil {
			return webhook.Said{}, fmt.Errorf("%w: article of ticket %.40s: %w", webhook.ErrBody, z.ID, err)
		}
	}
	b := delivered{Ticket: &z}
	if len(articles) > 0 {
		b.Article = &articles[0]
	}
	told := b.ticket(b.Article != nil)
	t, why := a.Desk.Tell(a.From("zammad"), words, told)
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	t.Began()
	for i, one := range articles {
		c := one.comment()
		if c.At, err = one.CreatedAt.Time(); err != nil {
			return webhook.Said{}, fmt.Errorf("%w: article of ticket %.40s: created_at %w", webhook.ErrBody, z.ID, err)
		}
		if i > 0 {
			t.Note(c)
		}
	}
	if err := p.past(t, &z, told); err != nil {
		return webhook.Said{}, err
	}
	t.Asks(updated)
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

// past tells of the history; where it says nothing of status or owner, the ticket has
// had them since it began.
func (p Pulled) past(t *desk.Telling, z *ticket, told desk.Ticket) error {
	moved, owned := false, false
	for _, raw := range p.History {
		var e entry
		if json.Unmarshal(raw, &e) != nil || e.Object != "Ticket" {
			continue
		}
		at, err := e.CreatedAt.Time()
		if err != nil {
			return fmt.Errorf("%w: history of ticket %.40s: created_at %w", webhook.ErrBody, z.ID, err)
		}
		t.As(who(nil, e.By), "")
		moved = moved || e.Type == "updated" && e.Attribute == "state"
		owned = owned || e.Type == "updated" && e.Attribute == "owner"
		e.tell(t, told.ID, at)
	}
	if !moved {
		t.Stood(told.CreatedAt, told.Status...)
	}
	if !owned {
		t.Held(who(z.Owner, z.OwnerID))
	}
	return nil
}

// tell tells of one change to the ticket.
func (e entry) tell(t *desk.Telling, ticket string, at time.Time) {
	update, id := ticket+"/"+string(e.CreatedAt), "change/"+string(e.ID)
	switch attribute := string(e.Attribute); {
	case e.Type == "added" && attribute == "tag":
		t.Tagged(id, at, []string{strings.ToLower(string(e.To))})
	case e.Type != "updated":
	case attribute == "state":
		t.Status("status/"+update, at, string(e.To))
	case attribute == "owner":
		t.Assigned("assigned/"+update, at, who(nil, e.ToID))
	case attribute == "priority":
		t.Priority(id, at, string(e.To))
	default:
		t.Set(id, at, attribute, string(e.To))
	}
}

// Done says whether a ticket in that state is done.
func Done(a webhook.Account, state string) bool { return a.Desk.Done(words, state) }
