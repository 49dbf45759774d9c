package servicenow

import (
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

// read reads a body as ticket events, and names with a reason what of it was left out.
func read(d webhook.Delivery, a webhook.Account) (webhook.Said, error) {
	if said, is, err := form.Read(d, a); is {
		return said, err
	}
	r := reading{account: a}
	if err := json.Unmarshal(d.Body, &r.body); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: %w; send a record or the template", webhook.ErrBody, lenient.Reason(err))
	}
	records := r.body.records(d.Body)
	seen := map[string]bool{}
	for _, r.record = range records {
		number := r.record.value("number")
		switch {
		case number == "" && len(records) == 1:
			return webhook.Said{}, fmt.Errorf(`%w: it names no number of a record; send "record" or "result" with its columns`, webhook.ErrBody)
		case number == "" || seen[number]:
			r.said.Ignored = append(r.said.Ignored, fmt.Sprintf("record %.40q: has no number of its own", number))
			continue
		}
		seen[number] = true
		if err := r.one(); err != nil && len(records) == 1 {
			return webhook.Said{}, err
		} else if err != nil {
			r.said.Ignored = append(r.said.Ignored, err.Error())
		}
	}
	if len(records) == 0 {
		return webhook.Said{}, fmt.Errorf("%w: it holds no record", webhook.ErrBody)
	}
	return r.said, nil
}

// reading is one body on its way to events.
type reading struct {
	account webhook.Account
	body    delivered
	record  record
	said    webhook.Said
}

// one tells of one record.
func (r *reading) one() error {
	c := &r.record
	at, err := lenient.Text(r.record.first("sys_updated_on", "sys_created_on").ID).Time()
	if err != nil {
		return fmt.Errorf("%w: sys_updated_on of %.40s %w", webhook.ErrBody, c.value("number"), err)
	}
	t, why := r.account.Desk.Tell(r.account.From("servicenow"), words, r.ticket())
	if t == nil {
		r.said.Ignored = append(r.said.Ignored, why)
		return nil
	}
	r.tell(t, at)
	events, ignored := t.Events()
	r.said.Tickets, r.said.Ignored = append(r.said.Tickets, events...), append(r.said.Ignored, ignored...)
	return nil
}

func (r *reading) tell(t *desk.Telling, at time.Time) {
	c := &r.record
	update := c.value("number") + "/" + c.value("sys_updated_on") + "/" + c.value("sys_mod_count")
	if r.body.Operation == "delete" {
		t.Say("gone/"+c.value("number"), at, receive.StatusChanged{Status: receive.Closed})
		return
	}
	r.journal(t, "comments", at)
	r.journal(t, "work_notes", at)
	opened := r.body.Operation == "insert" || c.value("sys_mod_count") == "0"
	if opened {
		t.Opened(at)
	}
	if status := c.status(c.kind(string(r.body.Table))); !opened || t.Means(status...) != receive.New {
		t.Standing(update, at)
	}
	if _, there := c.columns["assigned_to"]; there && (!opened || c.value("assigned_to") != "") {
		t.Holds(update, at, c.value("assigned_to"))
	}
	if !opened {
		t.Known()
	}
}

// ticket is the record as all helpdesks' tickets are told of.
func (r *reading) ticket() desk.Ticket {
	c := &r.record
	created, _ := lenient.Text(c.first("sys_created_on", "opened_at").ID).Time()
	organization := c.first("account", "company")
	t := desk.Ticket{
		ID: c.value("number"), Subject: c.shown("short_description"), Description: prose.Plain(c.shown("description")),
		Status: c.status(c.kind(string(r.body.Table))), Priority: c.value("priority"),
		Organization: strings.TrimSpace(organization.ID), OrganizationName: strings.TrimSpace(organization.Name),
		Group: c.shown("assignment_group"), Requester: c.first("caller_id", "contact", "opened_by").ID,
		Actor: string(r.body.Actor), CreatedAt: created, Fields: map[string]string{}, Native: c.native,
	}
	for column := range c.columns {
		t.Fields[column] = c.shown(column)
	}
	switch r.body.Role {
	case "agent":
		t.ActorKind = receive.Agent
	case "customer":
		t.ActorKind = receive.Customer
	}
	return t
}
