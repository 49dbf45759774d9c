package zendesk

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

const eventType = "zen:event-type:"

// read reads a body as ticket events, and names with a reason what of it was left
// out. A body that was left out as a whole is no error.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	var b delivered
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w; send a ticket event or the trigger's template", webhook.ErrBody, lenient.Reason(err))
	}
	if b.Type == "" {
		return webhook.Said{}, fmt.Errorf("%w: it has neither a type nor \"tocsin\": 1; have Zendesk's ticket events sent, or the template by a trigger", webhook.ErrBody)
	}
	r := reading{account: a, body: b}
	if err := r.event(); err != nil {
		return webhook.Said{}, err
	}
	return r.said, nil
}

// reading is one body on its way to events.
type reading struct {
	account webhook.Account
	body    delivered
	ticket  ticket
	at      time.Time
	said    webhook.Said
}

func (r *reading) ignore(format string, args ...any) {
	r.said.Ignored = append(r.said.Ignored, fmt.Sprintf(format, args...))
}

// tell tells of the ticket what say says, and of its beginning if that is known.
func (r *reading) tell(say func(*desk.Telling), known bool) {
	t, why := r.account.Desk.Tell(r.account.From("zendesk"), words, r.ticket.desk())
	if t == nil {
		r.ignore("%s", why)
		return
	}
	say(t)
	if known {
		t.Known()
	}
	events, ignored := t.Events()
	r.said.Tickets, r.said.Ignored = append(r.said.Tickets, events...), append(r.said.Ignored, ignored...)
}

// event reads one of Zendesk's own events.
func (r *reading) event() error {
	b := &r.body
	name, ours := strings.CutPrefix(string(b.Type), eventType)
	kind, about := strings.CutPrefix(name, "ticket.")
	if !ours || !about {
		r.ignore("%.80s: is not about a ticket", b.Type)
		return nil
	}
	if b.Detail == nil {
		return fmt.Errorf("%w: %.80s has no detail", webhook.ErrBody, b.Type)
	}
	r.ticket = *b.Detail
	if r.ticket.ID == "" {
		r.ticket.ID = lenient.Text(strings.TrimPrefix(string(b.Subject), "zen:ticket:"))
	}
	var err error
	if r.at, err = b.Time.Time(); err != nil {
		return fmt.Errorf("%w: time %w", webhook.ErrBody, err)
	}
	if b.ID == "" || r.ticket.ID == "" {
		return fmt.Errorf("%w: %.80s names no event id or no ticket", webhook.ErrBody, b.Type)
	}
	r.tell(func(t *desk.Telling) { r.change(t, kind) }, kind != "created")
	return nil
}

// change says what the event of this kind says of the ticket.
func (r *reading) change(t *desk.Telling, kind string) {
	b, id := &r.body, string(r.body.ID)
	current := lenient.Plain(b.Event.Current)
	switch kind {
	case "created":
		t.Opened(r.at)
	case "comment_added":
		r.comment(t, b.Event.Comment, id)
	case "status_changed":
		t.Status(id, r.at, string(r.ticket.CustomStatus), current)
	case "custom_status_changed":
		r.customStatus(t, id, current)
	case "soft_deleted", "permanently_deleted", "merged", "marked_as_spam":
		t.Say(id, r.at, receive.StatusChanged{Status: receive.Closed})
	case "undeleted":
		t.Status(id, r.at, string(r.ticket.CustomStatus), string(r.ticket.Status))
	case "priority_changed":
		t.Priority(id, r.at, current)
	case "agent_assignment_changed":
		t.Assigned(id, r.at, nobody(current))
	case "tags_changed":
		t.Tags(id, r.at, b.Event.TagsAdded)
	case "custom_field_changed":
		t.Field(id, r.at, string(b.Event.CustomField.ID), current)
	case "organization_changed":
		t.Ignore("belongs to another organization now; what comes from now on goes to tenant %s", t.Tenant())
	default:
		r.ignore("ticket.%.60s: bears on no escalation", kind)
	}
}

// customStatus is told only where the account says what it means: of Zendesk's own
// there is an event as well.
func (r *reading) customStatus(t *desk.Telling, id, custom string) {
	if r.account.Desk.Statuses[custom] == "" {
		t.Unmapped("status %.40q is not mapped", "custom "+custom)
		return
	}
	t.Status(id, r.at, custom)
}

// comment tells of a comment under its own id, or where it has none under this one.
func (r *reading) comment(t *desk.Telling, c *comment, id string) {
	if c == nil {
		t.Ignore("a comment without content")
		return
	}
	if c.ID != "" {
		id = "comment/" + string(c.ID)
	}
	author, staff := c.author()
	t.Note(desk.Comment{
		ID: id, Author: author, Staff: staff, Machine: author == "-1", Text: string(c.Body), Public: c.Public == "true", At: r.at,
	})
}
