package jira

import (
	"slices"
	"strings"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/receive"
)

// updated tells of what the changelog says, and of the comment beside it.
func (r *reading) updated(t *desk.Telling) {
	b := &r.body
	kind := string(b.Kind)
	if b.Event != "jira:issue_updated" {
		kind = strings.TrimPrefix(string(b.Event), "jira:")
	}
	items := b.Changelog.Items
	switch {
	case kind == "issue_comment_deleted":
		r.uncommented(t)
	case b.Comment != nil && b.Comment.ID != "":
		r.note(t, b.Comment)
	case len(items) == 0 && kind == "issue_assigned":
		who := b.Issue.Fields.Assignee.id()
		t.Assigned(r.changeID("assignee"), r.at, who)
	case len(items) == 0 && kind != "issue_created" && kind != "issue_updated" && kind != "":
		r.ended(t, kind)
	case len(items) == 0:
		t.Ignore("the update does not say what changed")
	}
	r.items(t, items)
}

// ended tells of a status that is named by the event alone.
func (r *reading) ended(t *desk.Telling, kind string) {
	switch kind {
	case "issue_resolved", "issue_closed", "issue_reopened", "issue_generic", "issue_work_started", "issue_work_stopped":
		t.Status(r.changeID("status"), r.at, r.body.Issue.Fields.status()...)
	default:
		t.Ignore("%.60s: bears on no escalation", kind)
	}
}

// changeID is the id of a change to a field, the same for each attempt at the delivery.
func (r *reading) changeID(field string) string {
	of := string(r.body.Changelog.ID)
	if of == "" {
		of = string(r.body.Timestamp)
	}
	return "change/" + string(r.body.Issue.Key) + "/" + of + "/" + field
}

func (r *reading) items(t *desk.Telling, items []item) {
	moved := slices.ContainsFunc(items, func(i item) bool { return strings.EqualFold(string(i.Field), "status") })
	seen := map[string]bool{}
	for _, i := range items {
		field := string(i.Field)
		if seen[field] && r.names(i) == "" && !strings.EqualFold(field, "labels") {
			continue // Jira lists what was added to a field and what was removed apart
		}
		id := r.changeID(field)
		if seen[field] {
			id += "/" + string(i.To)
		}
		if seen[id] {
			continue
		}
		seen[field], seen[id] = true, true
		r.item(t, id, i, moved)
	}
}

// item tells of one change.
func (r *reading) item(t *desk.Telling, id string, i item, moved bool) {
	switch strings.ToLower(string(i.Field)) {
	case "status":
		t.Status(id, r.at, r.statusWords(i)...)
	case "resolution":
		r.resolution(t, id, i, moved)
	case "assignee":
		t.Assigned(id, r.at, string(i.ToID))
	case "priority":
		t.Priority(id, r.at, string(i.To))
	case "labels":
		before := strings.Fields(strings.ToLower(string(i.From)))
		added := slices.DeleteFunc(strings.Fields(strings.ToLower(string(i.To))), func(label string) bool { return slices.Contains(before, label) })
		if len(added) == 0 {
			t.Ignore("labels were removed; facts that they said stand")
			return
		}
		t.Tags(id, r.at, added)
	case "key":
		t.Ignore("goes on as %.40s", i.To)
	default:
		name := r.names(i)
		if name == "" {
			t.Ignore("a change of %.60q bears on no escalation; if it does, name it under the account's fields", i.Field)
			return
		}
		t.Field(id, r.at, name, string(i.To))
	}
}

// statusWords are the words for the status that the issue has from now on: its
// category is only known while it has it.
func (r *reading) statusWords(i item) []string {
	if now := r.body.Issue.Fields.status(); now[0] == string(i.ToID) || strings.EqualFold(now[1], string(i.To)) {
		return []string{string(i.ToID), string(i.To), now[2]}
	}
	return []string{string(i.ToID), string(i.To)}
}

// resolution tells of an issue that was resolved, or is no more, where its status is
// not told beside it.
func (r *reading) resolution(t *desk.Telling, id string, i item, moved bool) {
	switch {
	case moved:
		t.Ignore("its resolution is told by its status")
	case i.To != "":
		t.Say(id, r.at, receive.StatusChanged{Status: receive.Resolved})
	default:
		t.Status(id, r.at, r.body.Issue.Fields.status()...)
	}
}

// names is by what name the account's fields know the field; empty where they do not.
func (r *reading) names(i item) string {
	for _, name := range []string{string(i.FieldID), string(i.Field)} {
		if name != "" && r.account.Desk.Fields[name] != "" {
			return name
		}
	}
	return ""
}
