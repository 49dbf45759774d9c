package zammad

import (
	"encoding/json"
	"slices"
	"strings"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/prose"
	"tocsin/services/intake/internal/receive"
)

type delivered struct {
	Ticket  *ticket  `json:"ticket"`
	Article *article `json:"article"`
}

type ticket struct {
	ID             lenient.Text      `json:"id"`
	Title          lenient.Text      `json:"title"`
	State          lenient.Ref       `json:"state"`
	Priority       lenient.Ref       `json:"priority"`
	Tags           lenient.Tags      `json:"tags"`
	Organization   lenient.Ref       `json:"organization"`
	OrganizationID lenient.Text      `json:"organization_id"`
	Group          lenient.Ref       `json:"group"`
	Customer       *user             `json:"customer"`
	CustomerID     lenient.Text      `json:"customer_id"`
	Owner          *user             `json:"owner"`
	OwnerID        lenient.Text      `json:"owner_id"`
	UpdatedBy      *user             `json:"updated_by"`
	UpdatedByID    lenient.Text      `json:"updated_by_id"`
	Count          lenient.Text      `json:"article_count"`
	ArticleIDs     []json.RawMessage `json:"article_ids"`
	CreatedAt      lenient.Text      `json:"created_at"`
	UpdatedAt      lenient.Text      `json:"updated_at"`

	native map[string]any
	all    map[string]json.RawMessage
}

// UnmarshalJSON reads the ticket, and keeps what it was read from.
func (t *ticket) UnmarshalJSON(raw []byte) error {
	type plain ticket
	if err := json.Unmarshal(raw, (*plain)(t)); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &t.native); err != nil {
		return err
	}
	return json.Unmarshal(raw, &t.all)
}

// fields are the ticket's attributes that are a text, a number or a choice.
func (t *ticket) fields() map[string]string {
	all := map[string]string{}
	for name, raw := range t.all {
		var choice lenient.Ref
		if json.Unmarshal(raw, &choice) == nil && choice.Name != "" {
			all[name] = choice.Name
		}
	}
	return all
}

// user is a person, or where the body is customised a name.
type user struct {
	lenient.Ref
	Roles        []string
	Organization lenient.Ref
}

// UnmarshalJSON never fails on valid JSON.
func (u *user) UnmarshalJSON(raw []byte) error {
	*u = user{}
	_ = u.Ref.UnmarshalJSON(raw)
	var more struct {
		Roles          lenient.Tags `json:"roles"`
		OrganizationID lenient.Text `json:"organization_id"`
		Organization   lenient.Ref  `json:"organization"`
	}
	if len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, &more) == nil {
		u.Roles, u.Organization = more.Roles, more.Organization
		if more.OrganizationID != "" {
			u.Organization.ID = string(more.OrganizationID)
		}
	}
	return nil
}

// who is the user's id, empty for the system.
func who(u *user, id lenient.Text) string {
	if id == "" && u != nil {
		id = lenient.Text(u.ID)
	}
	if s := strings.TrimSpace(string(id)); !slices.Contains(nobody, s) {
		return s
	}
	return ""
}

// kind is what the user's roles say; empty is nothing.
func kind(u *user) receive.AuthorKind {
	switch {
	case u == nil:
		return ""
	case slices.Contains(u.Roles, "agent") || slices.Contains(u.Roles, "admin"):
		return receive.Agent
	case slices.Contains(u.Roles, "customer"):
		return receive.Customer
	}
	return ""
}

type article struct {
	ID          lenient.Text `json:"id"`
	Body        lenient.Text `json:"body"`
	ContentType lenient.Text `json:"content_type"`
	Sender      lenient.Ref  `json:"sender"`
	Internal    lenient.Text `json:"internal"`
	OriginID    lenient.Text `json:"origin_by_id"`
	Origin      *user        `json:"origin_by"`
	CreatedBy   *user        `json:"created_by"`
	CreatedByID lenient.Text `json:"created_by_id"`
	CreatedAt   lenient.Text `json:"created_at"`
}

// text is what it says, as plain text.
func (a *article) text() string {
	if strings.EqualFold(string(a.ContentType), "text/plain") {
		return string(a.Body)
	}
	return prose.Plain(string(a.Body))
}

// author is who wrote it: of what an agent took down for a customer, the customer.
func (a *article) author() string {
	if origin := who(a.Origin, a.OriginID); origin != "" {
		return origin
	}
	return who(a.CreatedBy, a.CreatedByID)
}

// comment is the article as all helpdesks' comments are told of.
func (a *article) comment() desk.Comment {
	sender := strings.ToLower(a.Sender.Name)
	staff := sender == "agent" || sender == "" && kind(a.CreatedBy) == receive.Agent
	return desk.Comment{
		ID: "comment/" + string(a.ID), Author: a.author(), Staff: staff, Machine: sender == "system",
		Text: a.text(), Public: a.Internal != "true",
	}
}
