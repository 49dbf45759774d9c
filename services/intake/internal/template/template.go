package template

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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

// A Vendor is whose placeholders fill the form.
type Vendor struct {
	// Name is the door's.
	Name string
	// Words are what the vendor's words mean.
	Words desk.Words
	// Nobody are ids that stand for no user, as "0" and "-1" do.
	Nobody []string
	// Timeless says that the vendor may know no time: what names none is of when it
	// came, and a repeat only within that hour.
	Timeless bool
}

type body struct {
	Tocsin    lenient.Text `json:"tocsin"`
	Event     lenient.Text `json:"event"`
	Ticket    *ticket      `json:"ticket"`
	Comment   *comment     `json:"comment"`
	Actor     lenient.Text `json:"actor_id"`
	ActorRole lenient.Text `json:"actor_role"`
}

type ticket struct {
	ID               lenient.Text            `json:"id"`
	Subject          lenient.Text            `json:"subject"`
	Description      lenient.Text            `json:"description"`
	Status           lenient.Text            `json:"status"`
	CustomStatus     lenient.Text            `json:"custom_status"`
	Priority         lenient.Text            `json:"priority"`
	Tags             lenient.Tags            `json:"tags"`
	Organization     lenient.Text            `json:"organization_id"`
	OrganizationName lenient.Text            `json:"organization"`
	Requester        lenient.Text            `json:"requester_id"`
	Assignee         *lenient.Text           `json:"assignee_id"`
	CSM              lenient.Text            `json:"csm_id"`
	Group            lenient.Text            `json:"group"`
	CreatedAt        lenient.Text            `json:"created_at"`
	UpdatedAt        lenient.Text            `json:"updated_at"`
	Components       lenient.Tags            `json:"components"`
	Fields           map[string]lenient.Text `json:"fields"`

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

type comment struct {
	ID        lenient.Text `json:"id"`
	Body      lenient.Text `json:"body"`
	Author    lenient.Text `json:"author_id"`
	Role      lenient.Text `json:"author_role"`
	Public    lenient.Text `json:"is_public"`
	Internal  lenient.Text `json:"is_internal"`
	CreatedAt lenient.Text `json:"created_at"`
}

// Read reads the form; false is a body of another kind. Errors are webhook.ErrBody.
func (v Vendor) Read(d webhook.Delivery, a webhook.Account) (said webhook.Said, is bool, err error) {
	if !bytes.Contains(d.Body, []byte(`"tocsin"`)) {
		return said, false, nil
	}
	var mark struct {
		Tocsin lenient.Text `json:"tocsin"`
	}
	if json.Unmarshal(d.Body, &mark) != nil || mark.Tocsin == "" {
		return said, false, nil
	}
	var b body
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return said, true, fmt.Errorf("%w: %w; send the template as it is printed", webhook.ErrBody, err)
	}
	if b.Tocsin != "1" {
		return said, true, fmt.Errorf(`%w: "tocsin": %.20s is none that is read; write 1`, webhook.ErrBody, b.Tocsin)
	}
	if b.Ticket == nil || b.Ticket.ID == "" {
		return said, true, fmt.Errorf("%w: the template names no ticket", webhook.ErrBody)
	}
	at, err := b.Ticket.UpdatedAt.Time()
	if err != nil && v.Timeless {
		sum := sha256.Sum256(d.Body)
		at, err = d.Received, nil
		if _, unknown := b.Ticket.CreatedAt.Time(); unknown != nil {
			b.Ticket.CreatedAt = lenient.Text(at.Format(time.RFC3339Nano))
		}
		b.Ticket.UpdatedAt = lenient.Text(hex.EncodeToString(sum[:8]) + "/" + at.UTC().Format("2006-01-02T15"))
	}
	if err != nil {
		return said, true, fmt.Errorf("%w: ticket.updated_at %w", webhook.ErrBody, err)
	}
	return v.tell(b, at, a), true, nil
}

// tell says how the ticket is.
func (v Vendor) tell(b body, at time.Time, a webhook.Account) webhook.Said {
	t, why := a.Desk.Tell(a.From(v.Name), v.Words, v.ticket(b))
	if t == nil {
		return webhook.Said{Ignored: []string{why}}
	}
	id := string(b.Ticket.ID)
	update := id + "/" + string(b.Ticket.UpdatedAt)
	if c := b.Comment; c != nil && (c.ID != "" || c.Body != "") {
		t.Note(v.comment(id, at, c))
	}
	opened := strings.EqualFold(string(b.Event), "created")
	if opened {
		t.Opened(at)
	}
	if !opened || t.Means(string(b.Ticket.CustomStatus), string(b.Ticket.Status)) != receive.New {
		t.Standing(update, at)
	}
	if agent := b.Ticket.Assignee; agent != nil {
		t.Holds(update, at, v.user(*agent))
	}
	if !opened {
		t.Known()
	}
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}
}

func (v Vendor) ticket(b body) desk.Ticket {
	t := b.Ticket
	created, _ := t.CreatedAt.Time()
	fields := make(map[string]string, len(t.Fields))
	for name, value := range t.Fields {
		fields[name] = string(value)
	}
	return desk.Ticket{
		ID: string(t.ID), Subject: string(t.Subject), Description: prose.Plain(string(t.Description)),
		Status: []string{string(t.CustomStatus), string(t.Status)}, Priority: string(t.Priority), Tags: t.Tags,
		Organization: strings.TrimSpace(string(t.Organization)), OrganizationName: strings.TrimSpace(string(t.OrganizationName)),
		Group: string(t.Group), Requester: v.user(t.Requester), CSM: v.user(t.CSM),
		Actor: v.user(b.Actor), ActorKind: kind(b.ActorRole), CreatedAt: created,
		Components: t.Components, Fields: fields, Native: t.native,
	}
}

// comment is the comment, under its own id or by what it says.
func (v Vendor) comment(ticket string, at time.Time, c *comment) desk.Comment {
	author := v.user(c.Author)
	id, when := string(c.ID), ""
	if own, err := c.CreatedAt.Time(); err == nil {
		at, when = own, "\x00"+own.UTC().Format(time.RFC3339Nano)
	}
	if id == "" {
		sum := sha256.Sum256([]byte(ticket + "\x00" + string(c.Author) + "\x00" + string(c.Body) + when))
		id = "~" + hex.EncodeToString(sum[:16])
	}
	role := kind(c.Role)
	return desk.Comment{
		ID: "comment/" + id, Author: author, Staff: role == receive.Agent,
		Machine: role == receive.System || author == "" && c.Author != "",
		Text:    prose.Plain(string(c.Body)), Public: public(c.Public) || c.Internal != "" && !public(c.Internal), At: at,
	}
}

// user is an id, empty where it stands for nobody.
func (v Vendor) user(id lenient.Text) string {
	s := strings.TrimSpace(string(id))
	for _, nobody := range v.Nobody {
		if s == nobody {
			return ""
		}
	}
	return s
}

// kind is what a role says of who has it; empty is nothing.
func kind(role lenient.Text) receive.AuthorKind {
	switch strings.ToLower(strings.TrimSpace(string(role))) {
	case "agent", "admin", "staff", "internal", "atlassian":
		return receive.Agent
	case "customer", "end-user", "end_user", "contact", "requester", "caller":
		return receive.Customer
	case "system", "app", "bot", "automation":
		return receive.System
	}
	return ""
}

// public reads a yes.
func public(said lenient.Text) bool {
	switch strings.ToLower(strings.TrimSpace(string(said))) {
	case "true", "1", "yes", "public":
		return true
	}
	return false
}
