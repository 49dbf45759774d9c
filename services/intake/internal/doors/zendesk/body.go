package zendesk

import (
	"encoding/json"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
)

// delivered is one of Zendesk's own events.
type delivered struct {
	Type    lenient.Text `json:"type"`
	ID      lenient.Text `json:"id"`
	Time    lenient.Text `json:"time"`
	Subject lenient.Text `json:"subject"`
	Detail  *ticket      `json:"detail"`
	Event   change       `json:"event"`
}

type ticket struct {
	ID           lenient.Text `json:"id"`
	Subject      lenient.Text `json:"subject"`
	Description  lenient.Text `json:"description"`
	Status       lenient.Text `json:"status"`
	CustomStatus lenient.Text `json:"custom_status"`
	Priority     lenient.Text `json:"priority"`
	Tags         lenient.Tags `json:"tags"`
	Organization lenient.Text `json:"organization_id"`
	Requester    lenient.Text `json:"requester_id"`
	Actor        lenient.Text `json:"actor_id"`
	CreatedAt    lenient.Text `json:"created_at"`
	UpdatedAt    lenient.Text `json:"updated_at"`

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

// desk is the ticket as all helpdesks' are told of.
func (t ticket) desk() desk.Ticket {
	created, _ := t.CreatedAt.Time()
	return desk.Ticket{
		ID: string(t.ID), Subject: string(t.Subject), Description: string(t.Description),
		Status: []string{string(t.CustomStatus), string(t.Status)}, Priority: string(t.Priority), Tags: t.Tags,
		Organization: string(t.Organization), Requester: nobody(string(t.Requester)), Actor: actor(string(t.Actor)),
		CreatedAt: created, Native: t.native,
	}
}

// actor is who did something; Zendesk itself is "-1", which is nobody.
func actor(id string) string {
	if id == "-1" {
		return ""
	}
	return nobody(id)
}

// change is the part of an event that depends on its type.
type change struct {
	Current     json.RawMessage `json:"current"`
	TagsAdded   lenient.Tags    `json:"tags_added"`
	Comment     *comment        `json:"comment"`
	CustomField struct {
		ID lenient.Text `json:"id"`
	} `json:"custom_field"`
}

type comment struct {
	ID     lenient.Text `json:"id"`
	Body   lenient.Text `json:"body"`
	Public lenient.Text `json:"is_public"`
	Author *struct {
		ID    lenient.Text `json:"id"`
		Staff lenient.Text `json:"is_staff"`
	} `json:"author"`
}

func (c *comment) author() (id string, staff bool) {
	if c.Author == nil {
		return "", false
	}
	return string(c.Author.ID), c.Author.Staff == "true"
}

// nobody is an id, empty where Zendesk writes "0" for none.
func nobody(id string) string {
	if id == "0" {
		return ""
	}
	return id
}
