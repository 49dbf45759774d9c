package jira

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

// read reads a body as ticket events, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	r := reading{account: a}
	if err := json.Unmarshal(d.Body, &r.body); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w; send Jira's webhook, an issue or the template", webhook.ErrBody, lenient.Reason(err))
	}
	if r.body.Issue == nil && r.body.Event == "" {
		var alone issue
		if err := json.Unmarshal(d.Body, &alone); err != nil || alone.Key == "" || alone.Fields.all == nil {
			return webhook.Said{}, fmt.Errorf("%w: it has neither a webhookEvent nor an issue; send Jira's webhook, an automation rule's issue data, or the template", webhook.ErrBody)
		}
		r.body.Issue = &alone
	}
	return r.read()
}

// reading is one body on its way to events.
type reading struct {
	account webhook.Account
	body    delivered
	at      time.Time
	said    webhook.Said
}

func (r *reading) ignore(format string, args ...any) (webhook.Said, error) {
	r.said.Ignored = append(r.said.Ignored, fmt.Sprintf(format, args...))
	return r.said, nil
}

// told are the events that the body may be, and what is done for each; one that is
// not here bears on no escalation.
var told = map[string]func(*reading, *desk.Telling){
	"jira:issue_created": (*reading).created, "jira:issue_updated": (*reading).updated, "jira:issue_deleted": (*reading).deleted,
	"comment_created": (*reading).commented, "comment_updated": (*reading).commented, "comment_deleted": (*reading).uncommented,
	"jira:issue_assigned": (*reading).updated, "jira:issue_commented": (*reading).updated, "jira:issue_resolved": (*reading).updated,
	"jira:issue_reopened": (*reading).updated, "jira:issue_closed": (*reading).updated, "": (*reading).standing,
}

func (r *reading) read() (webhook.Said, error) {
	b := &r.body
	event := string(b.Event)
	tell, is := told[event]
	switch {
	case !is:
		return r.ignore("%.80s: bears on no escalation", event)
	case b.Issue == nil && b.Comment != nil && strings.HasPrefix(event, "comment_"):
		return r.ignore("%s: comment %.40s names no issue; Jira tells of it in jira:issue_updated as well, so have that sent too", event, b.Comment.ID)
	case b.Issue == nil || b.Issue.Key == "":
		return r.said, fmt.Errorf("%w: %.80s names no issue", webhook.ErrBody, event)
	}
	var err error
	if r.at, err = r.when(); err != nil {
		return r.said, fmt.Errorf("%w: timestamp %w", webhook.ErrBody, err)
	}
	t, why := r.account.Desk.Tell(r.account.From("jira"), words, r.ticket())
	if t == nil {
		return r.ignore("%s", why)
	}
	tell(r, t)
	if event != "jira:issue_created" && event != "jira:issue_deleted" {
		t.Known()
	}
	r.said.Tickets, r.said.Ignored = t.Events()
	return r.said, nil
}

// when is the time of what is told: the delivery's, else the issue's last change.
func (r *reading) when() (time.Time, error) {
	at, err := r.body.Timestamp.Time()
	if err != nil {
		if updated, err := r.body.Issue.Fields.Updated.Time(); err == nil {
			return updated, nil
		}
	}
	return at, err
}

// ticket is the issue as all helpdesks' tickets are told of.
func (r *reading) ticket() desk.Ticket {
	i := r.body.Issue
	f := &i.Fields
	created, _ := f.Created.Time()
	t := desk.Ticket{
		ID: string(i.Key), Subject: string(f.Summary), Description: text(f.Description), Status: f.status(),
		Priority: f.Priority.Name, Tags: f.Labels, Group: project(i), Requester: f.reporter(), CreatedAt: created,
		Fields: f.custom(), Native: i.native,
	}
	for _, c := range f.Components {
		t.Components = append(t.Components, c.Name)
	}
	for name, kind := range r.account.Desk.Fields {
		if kind != desk.Organization {
			continue
		}
		raw, there := f.all[name]
		t.Partial = t.Partial || !there
		var organization lenient.Ref
		if there && json.Unmarshal(firstOf(raw), &organization) == nil && organization.ID != "" {
			t.Organization, t.OrganizationName = organization.ID, organization.Name
		}
	}
	actor := r.body.User
	if actor == nil && r.body.Comment != nil {
		actor = r.body.Comment.Author
	}
	t.Actor, t.ActorKind = actor.id(), f.kind(actor)
	return t
}

// status are the words for the status that the issue has.
func (f *fields) status() []string {
	return []string{string(f.Status.ID), string(f.Status.Name), categoryOf + string(f.Status.Category.Key)}
}

// reporter is who asks; in Jira's trimmed bodies nobody.
func (f *fields) reporter() string {
	if id := f.Reporter.id(); id != "" {
		return id
	}
	return f.Creator.id()
}

// kind is what a user is to the issue; empty is not known.
func (f *fields) kind(u *user) receive.AuthorKind {
	switch {
	case u.id() == "":
		return ""
	case u.Type == "app":
		return receive.System
	case u.Type == "customer" || u.id() == f.reporter():
		return receive.Customer
	case u.Type != "" || f.reporter() != "":
		return receive.Agent
	}
	return ""
}

// project is the key of the issue's project.
func project(i *issue) string {
	if i.Fields.Project.Key != "" {
		return string(i.Fields.Project.Key)
	}
	key, _, _ := strings.Cut(string(i.Key), "-")
	return key
}

func (r *reading) created(t *desk.Telling) {
	t.Opened(r.at)
	if u := r.body.Issue.Fields.Assignee; u.id() != "" {
		t.Assigned("assigned/"+string(r.body.Issue.Key)+"/"+u.id(), r.at, u.id())
	}
}

func (r *reading) deleted(t *desk.Telling) {
	t.Say("deleted/"+string(r.body.Issue.Key), r.at, receive.StatusChanged{Status: receive.Closed})
}

func (r *reading) commented(t *desk.Telling) { r.note(t, r.body.Comment) }

func (r *reading) uncommented(t *desk.Telling) {
	t.Ignore("a comment was deleted; what was read is not taken back")
}

// note tells of a comment under its own id; of one that was edited, under that of the edit.
func (r *reading) note(t *desk.Telling, c *comment) {
	if c == nil || c.ID == "" {
		t.Ignore("a comment without content")
		return
	}
	id, author := "comment/"+string(c.ID), c.Author
	at, err := c.Created.Time()
	if err != nil {
		at = r.at
	}
	if edited, err := c.Updated.Time(); err == nil && edited.After(at) {
		id, at = id+"/"+edited.Format(time.RFC3339Nano), edited
		if c.Updater.id() != "" {
			author = c.Updater
		}
	}
	kind := r.body.Issue.Fields.kind(author)
	t.Note(desk.Comment{
		ID: id, Author: author.id(), Staff: kind == receive.Agent, Machine: kind == receive.System,
		Text: text(c.Body), Public: c.public(), At: at,
	})
}

// standing tells of an issue of which nobody says what happened to it: an automation
// rule's body, or a workflow's step.
func (r *reading) standing(t *desk.Telling) {
	f := &r.body.Issue.Fields
	update := string(r.body.Issue.Key) + "/" + r.at.Format(time.RFC3339Nano)
	if step := r.body.Transition; step != nil {
		t.Status("status/"+update, r.at, string(step.To))
	} else {
		t.Standing(update, r.at)
		t.Holds(update, r.at, f.Assignee.id())
	}
	seen := map[lenient.Text]bool{}
	for _, c := range append(f.Comment.Comments, r.body.Comment) {
		if c != nil && c.ID != "" && !seen[c.ID] {
			seen[c.ID] = true
			r.note(t, c)
		}
	}
}
