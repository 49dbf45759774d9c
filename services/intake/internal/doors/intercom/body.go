package intercom

import (
	"encoding/json"
	"strings"

	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/receive"
)

type notification struct {
	Type    lenient.Text `json:"type"`
	ID      lenient.Text `json:"id"`
	Topic   lenient.Text `json:"topic"`
	Created lenient.Text `json:"created_at"`
	Data    struct {
		Item json.RawMessage `json:"item"`
	} `json:"data"`
}

// item is a conversation or a ticket, or something of one that names it.
type item struct {
	Type      lenient.Text `json:"type"`
	ID        lenient.Text `json:"id"`
	ItemID    lenient.Text `json:"conversation_id"`
	TicketID  lenient.Text `json:"ticket_id"`
	Title     lenient.Text `json:"title"`
	CreatedAt lenient.Text `json:"created_at"`
	State     lenient.Text `json:"state"`
	Open      lenient.Text `json:"open"`
	Priority  lenient.Text `json:"priority"`
	Source    *message     `json:"source"`
	Message   *message     `json:"conversation_message"` // before version 2.0
	User      *author      `json:"user"`                 // before version 2.0
	Contacts  contacts     `json:"contacts"`
	Assignee  *author      `json:"assignee"`
	AdminID   lenient.Text `json:"admin_assignee_id"`
	TeamID    lenient.Text `json:"team_assignee_id"`
	CompanyID lenient.Text `json:"company_id"`
	Company   lenient.Ref  `json:"company"`
	Tags      tags         `json:"tags"`
	Added     tags         `json:"tags_added"`
	Parts     parts        `json:"conversation_parts"`
	TParts    parts        `json:"ticket_parts"`
	Part      *part        `json:"ticket_part"`
	CPart     *part        `json:"conversation_part"`
	TState    struct {
		ID       lenient.Text `json:"id"`
		Category lenient.Text `json:"category"`
		Internal lenient.Text `json:"internal_label"`
	} `json:"ticket_state"`
	TCategory lenient.Text               `json:"ticket_state_category"`
	TLabel    lenient.Text               `json:"ticket_state_internal_label"`
	Attrs     map[string]json.RawMessage `json:"ticket_attributes"`
	Custom    map[string]json.RawMessage `json:"custom_attributes"`

	native map[string]any
}

// about is the conversation or ticket that an item is about: itself, or one within it.
func about(raw json.RawMessage) (i item, is bool) {
	var outer struct {
		Ticket       json.RawMessage `json:"ticket"`
		Conversation json.RawMessage `json:"conversation"`
		Part         *part           `json:"ticket_part"`
		CPart        *part           `json:"conversation_part"`
	}
	_ = json.Unmarshal(raw, &outer)
	for _, inner := range []json.RawMessage{outer.Ticket, outer.Conversation} {
		if len(inner) > 0 && inner[0] == '{' {
			raw = inner
		}
	}
	_ = json.Unmarshal(raw, &i) // what is of another shape says nothing
	_ = json.Unmarshal(raw, &i.native)
	if i.Part == nil {
		i.Part = outer.Part
	}
	if i.CPart == nil {
		i.CPart = outer.CPart
	}
	if i.ID == "" {
		i.ID = i.ItemID
	}
	if i.Source == nil {
		i.Source = i.Message
	}
	return i, i.ID != ""
}

type author struct {
	Type    lenient.Text `json:"type"`
	ID      lenient.Text `json:"id"`
	Company struct {
		Companies []lenient.Ref `json:"companies"`
		Data      []lenient.Ref `json:"data"`
	} `json:"companies"`
}

// id is empty for nobody.
func (a *author) id() string {
	if a == nil || a.ID == "0" || strings.HasPrefix(string(a.Type), "nobody") {
		return ""
	}
	return string(a.ID)
}

// kind is what Intercom calls them; empty is nothing.
func (a *author) kind() receive.AuthorKind {
	if a == nil {
		return ""
	}
	switch a.Type {
	case "user", "lead", "contact", "visitor":
		return receive.Customer
	case "admin", "team":
		return receive.Agent
	case "bot", "operator", "workflow":
		return receive.System
	}
	return ""
}

type message struct {
	ID      lenient.Text `json:"id"`
	Subject lenient.Text `json:"subject"`
	Body    lenient.Text `json:"body"`
	Author  *author      `json:"author"`
}

// ours says that the house began the conversation: what it says is no customer's claim.
func (m *message) ours() bool {
	kind := m.Author.kind()
	return kind == receive.Agent || kind == receive.System
}

type part struct {
	ID          lenient.Text `json:"id"`
	Type        lenient.Text `json:"part_type"`
	Body        lenient.Text `json:"body"`
	CreatedAt   lenient.Text `json:"created_at"`
	Assigned    *author      `json:"assigned_to"`
	Author      *author      `json:"author"`
	TicketState lenient.Text `json:"ticket_state"`
	Updated     struct {
		Attribute struct {
			Name lenient.Text `json:"name"`
		} `json:"attribute"`
		Value struct {
			Name lenient.Text `json:"name"`
		} `json:"value"`
	} `json:"updated_attribute_data"`
}

// parts are a list, under one of two names or alone.
type parts []part

// UnmarshalJSON never fails on valid JSON.
func (p *parts) UnmarshalJSON(raw []byte) error {
	var list struct {
		Conversation []part `json:"conversation_parts"`
		Ticket       []part `json:"ticket_parts"`
	}
	if len(raw) > 0 && raw[0] == '[' {
		_ = json.Unmarshal(raw, &list.Conversation)
	} else {
		_ = json.Unmarshal(raw, &list)
	}
	*p = append(list.Conversation, list.Ticket...)
	return nil
}

type tags []string

// UnmarshalJSON never fails on valid JSON.
func (t *tags) UnmarshalJSON(raw []byte) error {
	var list struct {
		Tags lenient.Tags `json:"tags"`
	}
	if len(raw) > 0 && raw[0] == '[' {
		_ = json.Unmarshal(raw, &list.Tags)
	} else {
		_ = json.Unmarshal(raw, &list)
	}
	*t = tags(list.Tags)
	return nil
}

type contacts []author

// UnmarshalJSON never fails on valid JSON.
func (c *contacts) UnmarshalJSON(raw []byte) error {
	var list struct {
		Contacts []author `json:"contacts"`
	}
	if len(raw) > 0 && raw[0] == '[' {
		_ = json.Unmarshal(raw, &list.Contacts)
	} else {
		_ = json.Unmarshal(raw, &list)
	}
	*c = list.Contacts
	return nil
}
