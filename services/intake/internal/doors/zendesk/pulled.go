package zendesk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// Pulled is a ticket as Zendesk's API has it, with its whole past: its audits, oldest
// first. What a delivery told of it already has the same id here: its opening, its
// comments, and what a trigger's template says of an update.
type Pulled struct {
	Ticket json.RawMessage
	Audits []json.RawMessage
	// Staff says whether a user works for the helpdesk.
	Staff func(user string) bool
}

// Authors are the users who did something to the ticket, each once.
func (p Pulled) Authors() (ids []string) {
	for _, raw := range p.Audits {
		var a audit
		if json.Unmarshal(raw, &a) != nil {
			continue
		}
		all := []string{actor(string(a.Author))}
		for _, e := range a.Events {
			all = append(all, actor(string(e.Author)))
		}
		for _, id := range all {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// audit is one update of the ticket.
type audit struct {
	Author    lenient.Text `json:"author_id"`
	CreatedAt lenient.Text `json:"created_at"`
	Events    []audited    `json:"events"`
}

// audited is a part of an update.
type audited struct {
	ID       lenient.Text    `json:"id"`
	Type     lenient.Text    `json:"type"`
	Field    lenient.Text    `json:"field_name"`
	Value    json.RawMessage `json:"value"`
	Previous json.RawMessage `json:"previous_value"`
	Author   lenient.Text    `json:"author_id"`
	Body     lenient.Text    `json:"body"`
	Public   lenient.Text    `json:"public"`
}

// Said is what the ticket and its past say. Errors are webhook.ErrBody.
func (p Pulled) Said(a webhook.Account) (webhook.Said, error) {
	t, updated, err := p.ticket()
	if err != nil {
		return webhook.Said{}, err
	}
	telling, why := a.Desk.Tell(a.From("zendesk"), words, t)
	if telling == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	past := past{Pulled: p, telling: telling, ticket: t}
	telling.Known()
	for _, raw := range p.Audits {
		if err := past.audit(raw); err != nil {
			return webhook.Said{}, err
		}
	}
	if !past.moved {
		telling.Stood(t.CreatedAt, t.Status...)
	}
	telling.Asks(updated)
	events, ignored := telling.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

// ticket is the API's ticket, which names some things otherwise than an event does.
func (p Pulled) ticket() (out desk.Ticket, updated time.Time, err error) {
	var t ticket
	var only struct {
		CustomStatus lenient.Text `json:"custom_status_id"`
		Fields       []struct {
			ID    lenient.Text    `json:"id"`
			Value json.RawMessage `json:"value"`
		} `json:"custom_fields"`
	}
	if err := json.Unmarshal(p.Ticket, &t); err != nil {
		return out, updated, fmt.Errorf("%w: ticket: %w", webhook.ErrBody, err)
	}
	if err := json.Unmarshal(p.Ticket, &only); err != nil {
		return out, updated, fmt.Errorf("%w: ticket: %w", webhook.ErrBody, err)
	}
	if updated, err = t.UpdatedAt.Time(); err != nil || t.ID == "" {
		return out, updated, fmt.Errorf("%w: a ticket without id or updated_at", webhook.ErrBody)
	}
	t.CustomStatus = only.CustomStatus
	out = t.desk()
	out.Fields = map[string]string{}
	for _, f := range only.Fields {
		if value := lenient.Plain(f.Value); value != "" {
			out.Fields[string(f.ID)] = value
		}
	}
	return out, updated, nil
}

// past is a ticket's past on its way to events.
type past struct {
	Pulled
	telling *desk.Telling
	ticket  desk.Ticket
	// moved says that a status was told of.
	moved bool
}

// audit tells of one update: who did it, when, and each of its parts.
func (p *past) audit(raw json.RawMessage) error {
	var a audit
	if err := json.Unmarshal(raw, &a); err != nil {
		return fmt.Errorf("%w: audit of ticket %.40s: %w", webhook.ErrBody, p.ticket.ID, err)
	}
	at, err := a.CreatedAt.Time()
	if err != nil {
		return fmt.Errorf("%w: audit of ticket %.40s: created_at %w", webhook.ErrBody, p.ticket.ID, err)
	}
	who := actor(string(a.Author))
	p.telling.As(who, p.kind(who))
	update := p.ticket.ID + "/" + string(a.CreatedAt)
	var custom, status string
	for _, e := range a.Events {
		set := e.Type == "Create" || e.Type == "Change"
		switch {
		case e.Type == "Comment" || e.Type == "VoiceComment":
			p.comment(e, string(a.Author), at)
		case set && e.Field == "custom_status_id":
			custom = lenient.Plain(e.Value)
		case set && e.Field == "status":
			status = lenient.Plain(e.Value)
		case set:
			p.change(e, update, at)
		}
	}
	if status != "" || p.telling.Means(custom) != "" {
		p.moved = true
		p.telling.Status("status/"+update, at, custom, status)
	}
	return nil
}

// kind is what a user is; nobody is the helpdesk itself.
func (p *past) kind(user string) receive.AuthorKind {
	switch {
	case user == "":
		return receive.System
	case p.Staff(user):
		return receive.Agent
	}
	return receive.Customer
}

func (p *past) comment(e audited, author string, at time.Time) {
	if e.Author != "" {
		author = string(e.Author)
	}
	who := actor(author)
	if at.Equal(p.ticket.CreatedAt) && strings.TrimSpace(string(e.Body)) == strings.TrimSpace(p.ticket.Description) {
		return // its opening
	}
	p.telling.Note(desk.Comment{
		ID: "comment/" + string(e.ID), Author: who, Staff: who != "" && p.Staff(who), Machine: who == "",
		Text: string(e.Body), Public: e.Public == "true", At: at,
	})
}

// change tells of a field that was set, at an update. What a ticket was created with
// is its opening, but for who has it.
func (p *past) change(e audited, update string, at time.Time) {
	value, created := lenient.Plain(e.Value), e.Type == "Create"
	id := "change/" + string(e.ID)
	switch field := string(e.Field); {
	case field == "assignee_id" && (!created || nobody(value) != ""):
		p.telling.Assigned("assigned/"+update, at, nobody(value))
	case created:
	case field == "priority":
		p.telling.Priority(id, at, value)
	case field == "tags":
		var now, was lenient.Tags
		_, _ = now.UnmarshalJSON(e.Value), was.UnmarshalJSON(e.Previous) // they never fail
		p.telling.Tagged(id, at, slices.DeleteFunc(now, func(tag string) bool { return slices.Contains(was, tag) }))
	default: // a custom field is called by its number
		p.telling.Set(id, at, field, value)
	}
}
