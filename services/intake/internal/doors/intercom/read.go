package intercom

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/prose"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// read reads a body as ticket events, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	var n notification
	if err := json.Unmarshal(d.Body, &n); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w; send a notification of Intercom", webhook.ErrBody, lenient.Reason(err))
	}
	if n.Topic == "" {
		return webhook.Said{}, fmt.Errorf("%w: it names no topic, as a notification of Intercom does", webhook.ErrBody)
	}
	topic := string(n.Topic)
	if !strings.HasPrefix(topic, "conversation") && !strings.HasPrefix(topic, "ticket") {
		return ignored("%.80s: is about no conversation or ticket", topic), nil
	}
	i, is := about(n.Data.Item)
	if !is {
		return webhook.Said{}, fmt.Errorf("%w: %.80s names no conversation or ticket", webhook.ErrBody, topic)
	}
	at, err := n.Created.Time()
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: created_at %w", webhook.ErrBody, err)
	}
	r := reading{topic: topic, id: string(n.ID), item: i, at: at}
	if r.id == "" {
		r.id = topic + "/" + string(i.ID) + "/" + string(n.Created)
	}
	t, why := a.Desk.Tell(a.From("intercom"), words, r.ticket())
	if t == nil {
		return ignored("%s", why), nil
	}
	r.tell(t)
	events, left := t.Events()
	return webhook.Said{Tickets: events, Ignored: left}, nil
}

func ignored(format string, args ...any) webhook.Said {
	return webhook.Said{Ignored: []string{fmt.Sprintf(format, args...)}}
}

// reading is one notification on its way to events.
type reading struct {
	topic string
	id    string
	item  item
	at    time.Time
}

// ticket is the conversation, or the ticket, as all helpdesks' tickets are told of.
func (r *reading) ticket() desk.Ticket {
	i := &r.item
	created, _ := i.CreatedAt.Time()
	t := desk.Ticket{
		ID: string(i.ID), Subject: string(i.Title), Status: i.status(), Priority: string(i.Priority),
		Tags: i.Tags, Requester: i.requester(), CreatedAt: created, Fields: map[string]string{}, Native: i.native,
	}
	t.Organization, t.OrganizationName = i.organization()
	if i.Source != nil {
		t.Subject = prose.Plain(either(string(i.Source.Subject), t.Subject))
		if !i.Source.ours() {
			t.Description = prose.HTML(string(i.Source.Body))
		}
	}
	for _, attributes := range []map[string]json.RawMessage{i.Custom, i.Attrs} {
		for name, raw := range attributes {
			t.Fields[name] = lenient.Plain(raw)
		}
	}
	t.Subject = either(t.Subject, t.Fields["_default_title_"])
	t.Description = either(t.Description, prose.Plain(t.Fields["_default_description_"]))
	if t.Subject = either(t.Subject, beginning(t.Description)); t.Subject == "" && i.Source != nil {
		t.Subject = beginning(prose.HTML(string(i.Source.Body)))
	}
	t.Partial = len(i.Contacts) == 0 && i.User == nil
	if t.Priority == "not_priority" && r.topic != "conversation.priority.updated" {
		t.Priority = "" // what every conversation has from the first is no fact
	}
	if p := i.last(); p != nil && !strings.Contains(r.topic, "tag.") {
		t.Actor, t.ActorKind = p.Author.id(), p.Author.kind()
	} else if r.topic == "conversation.user.created" {
		t.Actor, t.ActorKind = t.Requester, receive.Customer
	}
	return t
}

// subject is how much of a text stands for a subject.
const subject = 80

// beginning is the first line of a text, or its first words.
func beginning(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if utf8.RuneCountInString(line) <= subject {
		return line
	}
	cut := string([]rune(line)[:subject])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return cut + " …"
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// status are the words for where it stands, the most particular first.
func (i *item) status() []string {
	said := []string{string(i.TState.ID), string(i.TState.Internal), string(i.TLabel), string(i.TState.Category), string(i.TCategory), string(i.State)}
	if i.State == "" && i.Open != "" {
		said = append(said, map[lenient.Text]string{"true": "open", "false": "closed"}[i.Open])
	}
	return said
}

func (i *item) requester() string {
	switch {
	case i.User.id() != "":
		return i.User.id()
	case len(i.Contacts) > 0:
		return i.Contacts[0].id()
	case i.Source != nil && !i.Source.ours():
		return i.Source.Author.id()
	}
	return ""
}

// organization is the company, where it is said and is but one.
func (i *item) organization() (id, name string) {
	switch {
	case i.Company.ID != "":
		return i.Company.ID, i.Company.Name
	case i.CompanyID != "":
		return string(i.CompanyID), ""
	}
	people := i.Contacts
	if i.User != nil {
		people = contacts{*i.User}
	}
	if len(people) == 1 {
		if all := append(people[0].Company.Companies, people[0].Company.Data...); len(all) == 1 {
			return all[0].ID, all[0].Name
		}
	}
	return "", ""
}

// parts are all that the notification carries.
func (i *item) parts() []part {
	all := append(append([]part{}, i.Parts...), i.TParts...)
	for _, p := range []*part{i.Part, i.CPart} {
		if p != nil {
			all = append(all, *p)
		}
	}
	return all
}

// last is the part that the notification is about; nil where it carries none.
func (i *item) last() *part {
	all := i.parts()
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}
