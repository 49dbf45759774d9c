package freshdesk

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/prose"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// native is a ticket as Freshdesk's interface and its apps have it.
type native struct {
	Event        lenient.Text  `json:"event"`
	Ticket       *ticket       `json:"ticket"`
	Conversation *conversation `json:"conversation"`
	Actor        *struct {
		ID   lenient.Text `json:"id"`
		Type lenient.Text `json:"type"`
	} `json:"actor"`
	Requester *struct {
		ID      lenient.Text `json:"id"`
		Company lenient.Text `json:"company_id"`
	} `json:"requester"`
}

type ticket struct {
	ID          lenient.Text               `json:"id"`
	DisplayID   lenient.Text               `json:"display_id"`
	Subject     lenient.Text               `json:"subject"`
	Text        lenient.Text               `json:"description_text"`
	Description lenient.Text               `json:"description"`
	Status      lenient.Text               `json:"status"`
	Priority    lenient.Text               `json:"priority"`
	Tags        lenient.Tags               `json:"tags"`
	Requester   lenient.Text               `json:"requester_id"`
	Responder   lenient.Text               `json:"responder_id"`
	Company     lenient.Text               `json:"company_id"`
	Group       lenient.Text               `json:"group_id"`
	Custom      map[string]json.RawMessage `json:"custom_fields"`
	Deleted     lenient.Text               `json:"deleted"`
	Spam        lenient.Text               `json:"spam"`
	CreatedAt   lenient.Text               `json:"created_at"`
	UpdatedAt   lenient.Text               `json:"updated_at"`
	Notes       []conversation             `json:"conversations"`

	native map[string]any
}

// UnmarshalJSON reads the ticket, and keeps what it was read from.
func (t *ticket) UnmarshalJSON(raw []byte) error {
	type plain ticket
	if err := json.Unmarshal(raw, (*plain)(t)); err != nil {
		return err
	}
	return json.Unmarshal(raw, &t.native)
}

type conversation struct {
	ID        lenient.Text `json:"id"`
	Text      lenient.Text `json:"body_text"`
	Body      lenient.Text `json:"body"`
	Private   lenient.Text `json:"private"`
	Incoming  lenient.Text `json:"incoming"`
	User      lenient.Text `json:"user_id"`
	CreatedAt lenient.Text `json:"created_at"`
}

// read says how the ticket is, and what was written on it.
func (n *native) read(a webhook.Account) (webhook.Said, error) {
	z := n.Ticket
	if z.DisplayID != "" {
		z.ID = z.DisplayID
	}
	if z.ID == "" {
		return webhook.Said{}, fmt.Errorf("%w: its ticket has no id", webhook.ErrBody)
	}
	at, err := z.UpdatedAt.Time()
	if err != nil && n.Conversation != nil {
		at, err = n.Conversation.CreatedAt.Time()
	}
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: ticket.updated_at %w", webhook.ErrBody, err)
	}
	t, why := a.Desk.Tell(a.From("freshdesk"), words, n.ticket())
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	n.tell(t, at)
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

func (n *native) tell(t *desk.Telling, at time.Time) {
	z := n.Ticket
	update := string(z.ID) + "/" + at.Format(time.RFC3339Nano)
	notes := z.Notes
	if n.Conversation != nil {
		notes = append(notes[:len(notes):len(notes)], *n.Conversation)
	}
	seen := map[lenient.Text]bool{}
	for _, c := range notes {
		if c.ID != "" && !seen[c.ID] {
			seen[c.ID] = true
			n.note(t, c, at)
		}
	}
	opened := strings.EqualFold(string(n.Event), "onTicketCreate") || z.CreatedAt != "" && z.CreatedAt == z.UpdatedAt
	switch {
	case z.Deleted == "true" || z.Spam == "true" || strings.EqualFold(string(n.Event), "onTicketDelete"):
		t.Say("gone/"+update, at, receive.StatusChanged{Status: receive.Closed})
	case opened:
		t.Opened(at)
	case z.Status != "":
		t.Standing(update, at)
	}
	if z.Responder != "" {
		t.Holds(update, at, string(z.Responder))
	}
	if !opened {
		t.Known()
	}
}

func (n *native) note(t *desk.Telling, c conversation, at time.Time) {
	if own, err := c.CreatedAt.Time(); err == nil {
		at = own
	}
	t.Note(desk.Comment{
		ID: "comment/" + string(c.ID), Author: string(c.User), Staff: c.Incoming == "false" || c.Private == "true",
		Text: either(c.Text, c.Body), Public: c.Private != "true", At: at,
	})
}

// either is the plain text, else the text of the HTML.
func either(text, body lenient.Text) string {
	if text != "" {
		return string(text)
	}
	return prose.Plain(string(body))
}

func (n *native) ticket() desk.Ticket {
	z := n.Ticket
	created, _ := z.CreatedAt.Time()
	t := desk.Ticket{
		ID: string(z.ID), Subject: string(z.Subject), Description: either(z.Text, z.Description), Status: []string{string(z.Status)},
		Priority: string(z.Priority), Tags: z.Tags, Organization: string(z.Company), Group: string(z.Group), Requester: string(z.Requester),
		CreatedAt: created, Fields: map[string]string{}, Native: z.native,
	}
	for name, raw := range z.Custom {
		if value := lenient.Plain(raw); value != "" {
			t.Fields[name] = value
		}
	}
	if n.Requester != nil && t.Organization == "" {
		t.Organization = string(n.Requester.Company)
	}
	if n.Actor != nil {
		t.Actor = string(n.Actor.ID)
		switch strings.ToLower(string(n.Actor.Type)) {
		case "agent":
			t.ActorKind = receive.Agent
		case "contact", "requester", "user":
			t.ActorKind = receive.Customer
		case "system":
			t.ActorKind = receive.System
		}
	}
	return t
}
