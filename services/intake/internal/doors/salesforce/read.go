package salesforce

import (
	"fmt"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/prose"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// What the ids of cases and of users begin with; those of queues begin otherwise.
const casePrefix, userPrefix = "500", "005"

// read reads a body as ticket events, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	parse := changes
	if isSOAP(d.Body) {
		parse = records
	}
	all, err := parse(d.Body)
	if err != nil {
		return webhook.Said{}, err
	}
	var said webhook.Said
	seen := map[string]bool{}
	for _, c := range all {
		one := c.read(a)
		for _, ev := range one.Tickets {
			if of := ev.Tenant + "\x00" + ev.ID; !seen[of] { // a message may hold a notification twice
				seen[of] = true
				said.Tickets = append(said.Tickets, ev)
			}
		}
		said.Ignored = append(said.Ignored, one.Ignored...)
	}
	if len(said.Tickets)+len(said.Ignored) == 0 {
		said.Ignored = []string{"it says nothing of a case"}
	}
	return said, nil
}

func ignored(format string, args ...any) webhook.Said {
	return webhook.Said{Ignored: []string{fmt.Sprintf(format, args...)}}
}

// named is the first of the fields that says something.
func (c *record) named(names ...string) string {
	for _, name := range names {
		if c.fields[name] != "" {
			return c.fields[name]
		}
	}
	return ""
}

// when is when the record was changed, or else made; zero if it does not say.
func (c *record) when() time.Time {
	if c.change != nil {
		return c.change.at
	}
	at, _ := lenient.Text(c.named("LastModifiedDate", "SystemModstamp", "MessageDate", "CreatedDate")).Time()
	return at
}

// read says what a record says.
func (c *record) read(a webhook.Account) webhook.Said {
	id := c.fields["Id"]
	ticket := id
	switch c.kind {
	case "Case":
	case "CaseComment", "EmailMessage":
		ticket = c.named("ParentId", "CaseId")
	default:
		return ignored("%.60q is no object of a case; send Case, CaseComment or EmailMessage", c.kind)
	}
	at := c.when()
	switch {
	case id == "" || ticket == "":
		return ignored("%s %.40q names no case; have its Id and ParentId sent", c.kind, id)
	case at.IsZero():
		return ignored("%s %.40s says no time; have LastModifiedDate sent", c.kind, id)
	}
	t, why := a.Desk.Tell(a.From("salesforce"), words, c.ticket(ticket))
	if t == nil {
		return ignored("%s", why)
	}
	switch {
	case c.kind != "Case":
		c.note(t, at)
	case c.change != nil:
		c.changed(t)
	default:
		c.stands(t, at)
	}
	events, left := t.Events()
	return webhook.Said{Tickets: events, Ignored: left}
}

// ticket is the case as all helpdesks' tickets are told of.
func (c *record) ticket(id string) desk.Ticket {
	t := desk.Ticket{ID: id, Fields: c.fields, Native: c.native}
	if t.Native == nil {
		t.Native = map[string]any{}
		for name, value := range c.fields {
			t.Native[name] = value
		}
	}
	_, says := c.fields["AccountId"]
	t.Organization, t.OrganizationName = c.named("AccountId", "Account.Id", "Parent.AccountId"), c.named("Account.Name", "Parent.Account.Name")
	t.Partial = !says && t.OrganizationName == "" && (c.kind != "Case" || c.change != nil && c.change.kind != "CREATE")
	if c.kind != "Case" {
		return t
	}
	t.Subject, t.Description = c.named("Subject"), prose.Plain(c.named("Description"))
	t.Status, t.Priority = []string{c.named("Status")}, c.named("Priority")
	t.Requester = c.named("ContactId", "SuppliedEmail", "ContactEmail")
	t.CreatedAt, _ = lenient.Text(c.named("CreatedDate")).Time()
	if c.change != nil {
		t.Actor = c.change.by
		return t
	}
	t.Actor = c.named("LastModifiedById")
	return t
}

// owner is the agent who has the case; a queue is nobody.
func (c *record) owner() string {
	if owner := c.named("OwnerId"); strings.HasPrefix(owner, userPrefix) {
		return owner
	}
	return ""
}

// stands says how a case is, of which nobody says what changed.
func (c *record) stands(t *desk.Telling, at time.Time) {
	update := c.fields["Id"] + "/" + at.Format(time.RFC3339Nano)
	created, _ := lenient.Text(c.named("CreatedDate")).Time()
	opened := !created.IsZero() && at.Sub(created).Abs() < 2*time.Second
	if opened {
		t.Opened(at)
	}
	if c.named("Status") != "" && (!opened || t.Means(c.named("Status")) != receive.New) {
		t.Standing(update, at)
	}
	if _, says := c.fields["OwnerId"]; says {
		t.Holds(update, at, c.owner())
	}
	if c.named("IsEscalated") == "true" {
		t.Say("requested/"+c.fields["Id"], at, receive.EscalationRequested{Reason: "Escalated in Salesforce"})
	}
	if !opened {
		t.Known()
	}
}

// changed says what a captured change says.
func (c *record) changed(t *desk.Telling) {
	ch, id := c.change, c.fields["Id"]
	under := func(field string) string { return "change/" + id + "/" + ch.key + "/" + field }
	switch ch.kind {
	case "CREATE":
		t.Opened(ch.at)
	case "DELETE":
		t.Say(under("deleted"), ch.at, receive.StatusChanged{Status: receive.Closed})
		return
	case "UNDELETE":
		t.Status(under("Status"), ch.at, c.named("Status"))
		return
	}
	if status := c.named("Status"); status != "" && (ch.kind != "CREATE" || t.Means(status) != receive.New) {
		t.Status(under("Status"), ch.at, status)
	}
	if c.owner() != "" || ch.kind != "CREATE" && c.named("OwnerId") != "" {
		t.Assigned(under("OwnerId"), ch.at, c.owner())
	}
	if c.named("IsEscalated") == "true" {
		t.Asked(under("IsEscalated"), ch.at, "Escalated in Salesforce")
	}
	if ch.kind == "CREATE" {
		return
	}
	if c.named("Priority") != "" {
		t.Priority(under("Priority"), ch.at, c.named("Priority"))
	}
	t.Fields(under, ch.at)
}

// note says what a comment or a mail says.
func (c *record) note(t *desk.Telling, at time.Time) {
	if c.change != nil && c.change.kind != "CREATE" {
		t.Ignore("a %s was changed or deleted; what was read stands", c.kind)
		return
	}
	if made, err := lenient.Text(c.named("CreatedDate", "MessageDate")).Time(); err == nil {
		at = made
	}
	note := desk.Comment{
		ID: "comment/" + c.fields["Id"], Author: c.named("CreatedById", "FromAddress"), Text: prose.Plain(c.named("CommentBody", "TextBody", "HtmlBody")),
		Public: c.named("IsPublished") == "true", Staff: c.named("IsPublished") != "true", At: at,
	}
	if c.kind == "EmailMessage" {
		note.Public, note.Staff = true, c.named("Incoming") != "true"
		if !note.Staff {
			note.Author = c.named("FromAddress", "CreatedById")
		}
	}
	if note.Text == "" {
		t.Ignore("a %s without its text; have CommentBody or TextBody sent", c.kind)
		return
	}
	t.Note(note)
}
