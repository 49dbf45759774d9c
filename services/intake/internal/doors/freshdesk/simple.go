package freshdesk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/prose"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// simple is what a rule of the simple form ticks, by the names of the placeholders.
type simple struct {
	said map[string]lenient.Text
	tags lenient.Tags

	native map[string]any
}

// UnmarshalJSON reads what there is, and keeps what it was read from.
func (s *simple) UnmarshalJSON(raw []byte) error {
	var tags struct {
		Tags lenient.Tags `json:"ticket_tags"`
	}
	if err := json.Unmarshal(raw, &s.said); err != nil {
		return err
	}
	_ = json.Unmarshal(raw, &tags)
	s.tags = tags.Tags
	return json.Unmarshal(raw, &s.native)
}

// named is the first of the placeholders that says something; "ticket_" may be left out.
func (s *simple) named(names ...string) string {
	for _, name := range names {
		for _, named := range []string{"ticket_" + name, name} {
			if text := strings.TrimSpace(string(s.said[named])); text != "" {
				return text
			}
		}
	}
	return ""
}

// read says what the rule's event is about.
func (s *simple) read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	id := s.named("id", "id_numeric")
	if id == "" {
		return webhook.Said{}, fmt.Errorf("%w: it names no ticket_id", webhook.ErrBody)
	}
	at, stated := s.when(d)
	ticket := s.ticket(id, at)
	t, why := a.Desk.Tell(a.From("freshdesk"), words, ticket)
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	sum := sha256.Sum256(d.Body)
	of := id + "/" + hex.EncodeToString(sum[:8])
	if !stated {
		of += "/" + at.UTC().Format("2006-01-02T15")
	}
	s.tell(t, of, at)
	if said, _ := t.Events(); len(said) == 0 || !opens(said) {
		t.Known()
	}
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

func opens(events []receive.TicketEvent) bool {
	for _, ev := range events {
		if _, is := ev.Said.(receive.Opened); is {
			return true
		}
	}
	return false
}

// when is the time that the body says, else the one at which it came.
func (s *simple) when(d webhook.Delivery) (at time.Time, stated bool) {
	if at, err := lenient.Text(s.named("updated_at", "modified_on")).Time(); err == nil {
		return at, true
	}
	return d.Received, false
}

func (s *simple) ticket(id string, at time.Time) desk.Ticket {
	created, err := lenient.Text(s.named("created_at", "created_on")).Time()
	if err != nil {
		created = at
	}
	fields := map[string]string{}
	for name, value := range s.said {
		if value != "" {
			fields[name] = string(value)
		}
	}
	return desk.Ticket{
		ID: id, Subject: s.named("subject"), Description: prose.Plain(s.named("description", "description_text")), Status: []string{s.named("status")},
		Priority: s.named("priority"), Tags: s.tags, OrganizationName: s.named("requester_company_name", "company_name", "company"),
		Group: s.named("group_name"), Requester: s.named("requester_email", "requester_unique_external_id", "requester_name"),
		Actor: s.named("event_performer_email", "actor_email"), CreatedAt: created, Fields: fields, Native: s.native,
	}
}

// change is one part of the event that a rule ran for: {status:{from:2,to:4}},
// {status:from:2:to:4} or {note_type:private}.
var change = regexp.MustCompile(`([a-z_0-9]+)["']?\s*:\s*(?:\{?\s*["']?from["']?\s*:\s*["']?([^,:}"']*)["']?\s*[,:]\s*["']?to["']?\s*:\s*["']?([^,}"']*)|["']?([A-Za-z0-9_ -]+))`)

// tell says what the event is; without one, how the ticket is.
func (s *simple) tell(t *desk.Telling, of string, at time.Time) {
	event := string(s.said["triggered_event"])
	parts := change.FindAllStringSubmatch(event, 20)
	if len(parts) == 0 {
		t.Standing(of, at)
		s.latest(t, of, at)
		return
	}
	for _, part := range parts {
		to := strings.TrimSpace(part[3] + part[4])
		s.event(t, part[1], to, desk.Comment{ID: of, At: at})
	}
}

// event says what one change is; under is the id and the time of what is told.
func (s *simple) event(t *desk.Telling, field, to string, under desk.Comment) {
	switch field {
	case "status":
		t.Status("status/"+under.ID, under.At, s.named("status"), to)
	case "priority":
		if s.named("event_performer_email", "actor_email") == "" {
			t.Standing(under.ID, under.At) // whoever set it: a claim
			return
		}
		t.Priority("priority/"+under.ID, under.At, s.one("priority", to))
	case "responder_id", "agent_id", "agent":
		t.Assigned("assigned/"+under.ID, under.At, s.one("agent_email", to))
	case "note_type", "reply_sent", "comment", "note":
		s.note(t, strings.EqualFold(to, "private"), field == "reply_sent", under)
	case "ticket_action":
		s.action(t, strings.ToLower(to), under)
	case "ticket_tags", "tags", "tag":
		t.Tags("tags/"+under.ID, under.At, s.tags)
	default:
		t.Field("field/"+field+"/"+under.ID, under.At, field, to)
	}
}

// one is what the body says, else what the event says.
func (s *simple) one(name, to string) string {
	if said := s.named(name); said != "" {
		return said
	}
	return to
}

func (s *simple) action(t *desk.Telling, to string, under desk.Comment) {
	switch to {
	case "created":
		t.Opened(under.At)
	case "deleted", "marked_spam", "spam":
		t.Say("gone/"+under.ID, under.At, receive.StatusChanged{Status: receive.Closed})
	default:
		t.Standing(under.ID, under.At)
	}
}

// latest is the newest note, where the body has one.
func (s *simple) latest(t *desk.Telling, of string, at time.Time) {
	if s.named("latest_public_comment") != "" {
		s.note(t, false, false, desk.Comment{ID: of, At: at})
	} else if s.named("latest_private_comment", "latest_private_note") != "" {
		s.note(t, true, true, desk.Comment{ID: of, At: at})
	}
}

// note tells of a note by what it says, for it has no id.
func (s *simple) note(t *desk.Telling, private, staff bool, c desk.Comment) {
	c.Text, c.Public = prose.Plain(s.named("latest_public_comment")), !private
	if private {
		c.Text = prose.Plain(s.named("latest_private_comment", "latest_private_note"))
	}
	if c.Text == "" {
		t.Ignore("a note without its text; tick the latest comment in the rule, or send the template")
		return
	}
	author := s.named("event_performer_email", "actor_email")
	c.Author, c.Staff = author, private || staff || author != "" && author != s.named("requester_email")
	sum := sha256.Sum256([]byte(s.named("id", "id_numeric") + "\x00" + c.Text))
	c.ID = "comment/~" + hex.EncodeToString(sum[:16])
	t.Note(c)
}
