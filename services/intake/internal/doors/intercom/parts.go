package intercom

import (
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/prose"
	"tocsin/services/intake/internal/receive"
)

// opening are the topics of a beginning.
var opening = []string{"conversation.user.created", "conversation.admin.single.created", "ticket.created"}

// tell says what the topic is about, and what the parts say that came along.
func (r *reading) tell(t *desk.Telling) {
	opens := slices.Contains(opening, r.topic)
	if opens {
		t.Opened(r.at)
	}
	if m := r.item.Source; m != nil && m.ours() && m.ID != "" {
		r.part(t, part{ID: m.ID, Type: "comment", Body: m.Body, Author: m.Author, CreatedAt: r.item.CreatedAt})
	}
	said := 0
	for _, p := range r.item.parts() {
		said += r.part(t, p)
	}
	r.about(t, said)
	if !opens {
		t.Known()
	}
}

// about says what the topic says and no part did.
func (r *reading) about(t *desk.Telling, said int) {
	_, verb, _ := strings.Cut(r.topic, ".")
	status := r.item.status()
	switch {
	case slices.Contains(opening, r.topic):
		if r.item.holder() != "" {
			t.Assigned("assigned/"+string(r.item.ID)+"/"+r.item.holder(), r.at, r.item.holder())
		}
	case verb == "deleted":
		t.Say(r.id, r.at, receive.StatusChanged{Status: receive.Closed})
	case strings.Contains(r.topic, "tag.") && len(r.item.Added) > 0:
		t.Tags(r.id, r.at, r.item.Added)
	case verb == "priority.updated":
		t.Priority(r.id, r.at, string(r.item.Priority))
	case verb == "state.updated":
		t.Status(r.id, r.at, status...)
	case verb == "user.replied" && r.item.State == "open":
		t.Status(r.id, r.at, status...) // what was closed or snoozed is open again
	case said > 0:
	case verb == "admin.closed" || verb == "closed":
		t.Say(r.id, r.at, receive.StatusChanged{Status: receive.Resolved})
	case verb == "admin.opened" || verb == "admin.unsnoozed":
		t.Say(r.id, r.at, receive.StatusChanged{Status: receive.Open})
	case verb == "admin.snoozed":
		t.Say(r.id, r.at, receive.StatusChanged{Status: receive.OnHold})
	case strings.HasSuffix(verb, "assigned"):
		t.Assigned(r.id, r.at, r.item.holder())
	default:
		t.Ignore("%.80s bears on no escalation", r.topic)
	}
}

// holder is who has it: an admin, else a team.
func (i *item) holder() string {
	for _, id := range []string{i.Assignee.id(), string(i.AdminID), string(i.TeamID)} {
		if id != "" && id != "0" {
			return id
		}
	}
	return ""
}

// part says what a part says, and how much that is.
func (r *reading) part(t *desk.Telling, p part) int {
	at, err := p.CreatedAt.Time()
	if err != nil {
		at = r.at
	}
	if m := r.item.Source; p.ID == "" || m != nil && p.ID == m.ID && !m.ours() {
		return 0 // its opening
	}
	said := r.moved(t, p, at)
	text := prose.HTML(string(p.Body))
	note := strings.HasPrefix(string(p.Type), "note") ||
		strings.Contains(r.topic, ".note") && p.Type != "comment" && p.Author.kind() == receive.Agent
	if text == "" || p.Author.kind() == receive.System && !note && p.Type != "comment" {
		return said // a bot's greeting is nobody's word
	}
	t.Note(desk.Comment{
		ID: "comment/" + string(p.ID), Author: p.Author.id(), Staff: p.Author.kind() == receive.Agent,
		Machine: p.Author.kind() == receive.System, Text: text, Public: !note && p.Type != "assignment", At: at,
	})
	return said + 1
}

// moved says what a part did to where the ticket stands and who has it.
func (r *reading) moved(t *desk.Telling, p part, at time.Time) int {
	id, kind := "part/"+string(p.ID), string(p.Type)
	switch {
	case kind == "close" || kind == "close_by_operator":
		t.Say(id, at, receive.StatusChanged{Status: receive.Resolved})
	case kind == "open" || kind == "note_and_reopen" || kind == "unsnoozed" || kind == "snooze_cancelled" || kind == "timer_unsnooze":
		t.Say(id, at, receive.StatusChanged{Status: receive.Open})
	case kind == "snoozed":
		t.Say(id, at, receive.StatusChanged{Status: receive.OnHold})
	case strings.HasPrefix(kind, "ticket_state_updated") && p.TicketState != "":
		if r.topic != "ticket.state.updated" {
			t.Status(id, at, string(p.TicketState))
		}
	case strings.HasPrefix(kind, "ticket_attribute_updated") && p.Updated.Attribute.Name != "":
		t.Field(id, at, string(p.Updated.Attribute.Name), string(p.Updated.Value.Name))
	case strings.Contains(kind, "assign") && kind != "away_mode_assignment_changed":
		who := p.Assigned.id()
		if p.Assigned == nil {
			who = r.item.holder()
		}
		t.Assigned(id, at, who)
		if kind == "assign_and_reopen" || kind == "assign_and_unsnooze" {
			t.Say(id+"/open", at, receive.StatusChanged{Status: receive.Open})
		}
	default:
		return 0
	}
	return 1
}
