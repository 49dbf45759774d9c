package zammad

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// read reads a body as ticket events, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	var b delivered
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w; send Zammad's own body or the template", webhook.ErrBody, lenient.Reason(err))
	}
	if b.Ticket == nil || b.Ticket.ID == "" {
		return webhook.Said{}, fmt.Errorf(`%w: it names no ticket ("ticket": {"id": …})`, webhook.ErrBody)
	}
	at, err := b.Ticket.UpdatedAt.Time()
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: ticket.updated_at %w", webhook.ErrBody, err)
	}
	opening := b.opens()
	t, why := a.Desk.Tell(a.From("zammad"), words, b.ticket(opening))
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	b.tell(t, at, opening)
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

// opens says whether the article is what the ticket began with.
func (b *delivered) opens() bool {
	t, a := b.Ticket, b.Article
	switch {
	case a == nil || a.Body == "":
		return false
	case len(t.ArticleIDs) > 0:
		return lenient.Plain(t.ArticleIDs[0]) == string(a.ID)
	}
	return t.Count == "1"
}

// tell says what the body says, an article first.
func (b *delivered) tell(t *desk.Telling, at time.Time, opening bool) {
	id := string(b.Ticket.ID)
	update := id + "/" + string(b.Ticket.UpdatedAt)
	switch a := b.Article; {
	case opening:
		t.Opened(at)
	case a != nil && a.ID != "":
		c := a.comment()
		if c.At, _ = a.CreatedAt.Time(); c.At.IsZero() {
			c.At = at
		}
		t.Note(c)
	}
	if status := t.Means(b.Ticket.State.Name, b.Ticket.State.ID); !opening || status != receive.New {
		t.Standing(update, at)
	}
	if owner := who(b.Ticket.Owner, b.Ticket.OwnerID); owner != "" || b.Ticket.OwnerID != "" && !opening {
		t.Holds(update, at, owner)
	}
	if !opening {
		t.Known()
	}
}

// ticket is Zammad's ticket as all helpdesks' are told of.
func (b *delivered) ticket(opening bool) desk.Ticket {
	z := b.Ticket
	created, _ := z.CreatedAt.Time()
	t := desk.Ticket{
		ID: string(z.ID), Subject: string(z.Title), Status: []string{z.State.Name}, Priority: z.Priority.Name, Tags: z.Tags,
		Organization: organization(z.OrganizationID, z.Organization), OrganizationName: z.Organization.Name, Group: z.Group.Name,
		Requester: who(z.Customer, z.CustomerID), Actor: who(z.UpdatedBy, z.UpdatedByID), ActorKind: kind(z.UpdatedBy),
		CreatedAt: created, Fields: z.fields(), Native: z.native,
	}
	if t.Organization == "" && z.Customer != nil {
		t.Organization, t.OrganizationName = z.Customer.Organization.ID, z.Customer.Organization.Name
	}
	if opening {
		t.Description = b.Article.text()
	}
	return t
}

// organization is its id, else its name.
func organization(id lenient.Text, ref lenient.Ref) string {
	if s := strings.TrimSpace(string(id)); s != "" {
		return s
	}
	return strings.TrimSpace(ref.ID)
}
