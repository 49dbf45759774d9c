package zendesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/receive"
)

// ErrBody says that a body is neither a Zendesk event nor our trigger's template.
// Sending it again does not help.
var ErrBody = errors.New("zendesk body not understood")

const eventType = "zen:event-type:"

// Parse reads a body as ticket events, and names with a reason what of it was
// left out. A body that was left out as a whole is no error. Errors are ErrBody.
func (s Settings) Parse(body []byte) (events []receive.TicketEvent, ignored []string, err error) {
	var b delivered
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, nil, fmt.Errorf("%w: %w; send a ticket event or the trigger's template", ErrBody, err)
	}
	r := reading{Settings: s, body: b}
	switch {
	case b.Type != "":
		err = r.event()
	case b.Tocsin == "1":
		err = r.template()
	default:
		err = fmt.Errorf("%w: it has neither a type nor \"tocsin\": 1", ErrBody)
	}
	if err != nil {
		return nil, nil, err
	}
	return r.events, r.ignored, nil
}

// reading is one body on its way to events.
type reading struct {
	Settings
	body    delivered
	ticket  ticket // of the body, whichever kind it is
	at      time.Time
	events  []receive.TicketEvent
	ignored []string
}

func (r *reading) ignore(format string, args ...any) {
	r.ignored = append(r.ignored, fmt.Sprintf(format, args...))
}

// say adds what happened to the ticket, by an id that its cause gives.
func (r *reading) say(id string, at time.Time, said receive.Said) {
	r.events = append(r.events, receive.TicketEvent{
		ID: id, Source: r.source(), Tenant: r.tenant(string(r.ticket.Organization)), Ticket: string(r.ticket.ID),
		OccurredAt: at, Said: said,
	})
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
		return fmt.Errorf("%w: %.80s has no detail", ErrBody, b.Type)
	}
	r.ticket = *b.Detail
	if r.ticket.ID == "" {
		r.ticket.ID = flex(strings.TrimPrefix(string(b.Subject), "zen:ticket:"))
	}
	var err error
	if r.at, err = instant(b.Time); err != nil {
		return fmt.Errorf("%w: time %w", ErrBody, err)
	}
	if b.ID == "" || r.ticket.ID == "" {
		return fmt.Errorf("%w: %.80s names no event id or no ticket", ErrBody, b.Type)
	}
	if r.homeless() {
		return nil
	}
	r.change(kind)
	if kind != "created" {
		r.known()
	}
	return nil
}

// homeless ignores a ticket without a tenant.
func (r *reading) homeless() bool {
	if r.tenant(string(r.ticket.Organization)) != "" {
		return false
	}
	r.ignore("ticket %s: has no organization; give it one, or set a default tenant", r.ticket.ID)
	return true
}

// change says what the event of this kind says of the ticket.
func (r *reading) change(kind string) {
	b, id := &r.body, string(r.body.ID)
	switch kind {
	case "created":
		r.opened("opened")
	case "comment_added":
		r.comment(b.Event.Comment)
	case "status_changed":
		r.status(id, r.Settings.status(text(b.Event.Current), string(r.ticket.CustomStatus)), text(b.Event.Current))
	case "custom_status_changed":
		r.status(id, r.Statuses[text(b.Event.Current)], "custom "+text(b.Event.Current))
	case "soft_deleted", "permanently_deleted", "merged", "marked_as_spam":
		r.say(id, r.at, receive.StatusChanged{Status: receive.Closed})
	case "undeleted":
		r.status(id, r.Settings.status(string(r.ticket.Status), string(r.ticket.CustomStatus)), string(r.ticket.Status))
	case "priority_changed":
		r.facts(id, receive.Facts{Severity: r.severity(text(b.Event.Current))}, "priority "+text(b.Event.Current))
	case "agent_assignment_changed":
		r.say(id, r.at, receive.Assigned{Agent: nobody(text(b.Event.Current))})
	case "tags_changed":
		r.tags(id, b.Event.TagsAdded)
	case "custom_field_changed":
		field := b.Event.CustomField.ID
		facts, _ := r.field(string(field), text(b.Event.Current))
		r.facts(id, facts, fmt.Sprintf("field %s = %.40q", field, text(b.Event.Current)))
	case "organization_changed":
		r.ignore("ticket %s: belongs to another organization now; what comes from now on goes to tenant %s",
			r.ticket.ID, r.tenant(string(r.ticket.Organization)))
	default:
		r.ignore("ticket.%.60s: bears on no escalation", kind)
	}
}

// opened states the ticket's beginning; origin tells one told of at the time
// from one learned of later, which the former outranks.
func (r *reading) opened(origin string) {
	t := &r.ticket
	at, err := instant(t.CreatedAt)
	if err != nil {
		at = r.at
	}
	facts, components := tagged(t.Tags)
	r.say(origin+"/"+string(t.ID), at, receive.Opened{
		Subject: string(t.Subject), Body: string(t.Description), Requester: nobody(string(t.Requester)),
		Severity: r.severity(string(t.Priority)), Environment: facts.Environment, AffectedUsers: facts.AffectedUsers,
		Components: components,
	})
}

// known states the beginning of a ticket that is not done and whose creation is told.
func (r *reading) known() {
	status := r.Settings.status(string(r.ticket.Status), string(r.ticket.CustomStatus))
	if status == receive.Resolved || status == receive.Closed {
		return
	}
	if _, err := instant(r.ticket.CreatedAt); err == nil {
		r.opened("known")
	}
}

func (r *reading) comment(c *comment) {
	if c == nil {
		r.ignore("ticket %s: a comment without content", r.ticket.ID)
		return
	}
	created, err := instant(r.ticket.CreatedAt)
	if err == nil && r.at.Sub(created).Abs() < time.Minute && c.Body != "" &&
		strings.TrimSpace(string(c.Body)) == strings.TrimSpace(string(r.ticket.Description)) {
		r.ignore("ticket %s: its first comment is its opening", r.ticket.ID)
		return
	}
	id := string(r.body.ID)
	if c.ID != "" {
		id = "comment/" + string(c.ID)
	}
	author, staff := c.author()
	r.say(id, r.at, receive.Note{AuthorKind: r.author(author, staff), Author: author, Text: string(c.Body), Public: c.Public == "true"})
}

func (r *reading) status(id string, status receive.Status, said string) {
	if status == "" {
		r.ignore("ticket %s: status %.40q is not mapped", r.ticket.ID, said)
		return
	}
	r.say(id, r.at, receive.StatusChanged{Status: status})
}

func (r *reading) facts(id string, facts receive.Facts, said string) {
	if facts == (receive.Facts{}) {
		r.ignore("ticket %s: %.80s sets no fact", r.ticket.ID, said)
		return
	}
	facts.SetBy = r.actor(string(r.ticket.Actor), string(r.ticket.Requester))
	r.say(id, r.at, facts)
}

// tags reads tags that were added: facts under the event's id, a request under
// an id of its own.
func (r *reading) tags(id string, added tags) {
	facts, _ := tagged(added)
	asks := r.requests(added)
	if facts != (receive.Facts{}) || !asks {
		r.facts(id, facts, "tags added: "+strings.Join(added, " "))
	}
	if !asks {
		return
	}
	if slices.Contains(r.CSMs, string(r.ticket.Actor)) {
		r.say(id+"/flagged", r.at, receive.Flagged{CSM: string(r.ticket.Actor)})
		return
	}
	r.say(id+"/requested", r.at, receive.EscalationRequested{})
}
