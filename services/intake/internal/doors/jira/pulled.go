package jira

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/webhook"
)

// Pulled is an issue as Jira's API has it, with all its comments, and its whole
// changelog. What a delivery told of it already has the same id here: its opening, its
// comments, and each change.
type Pulled struct {
	Issue     json.RawMessage
	Comments  []json.RawMessage
	Histories []json.RawMessage
}

// history is one change in the issue's changelog.
type history struct {
	ID      lenient.Text `json:"id"`
	Author  *user        `json:"author"`
	Created lenient.Text `json:"created"`
	Items   []item       `json:"items"`

	at time.Time
}

// Said is what the issue and its past say. Errors are webhook.ErrBody.
func (p Pulled) Said(a webhook.Account) (webhook.Said, error) {
	var i issue
	if err := json.Unmarshal(p.Issue, &i); err != nil {
		return webhook.Said{}, fmt.Errorf("%w: issue: %w", webhook.ErrBody, err)
	}
	updated, err := i.Fields.Updated.Time()
	if err != nil || i.Key == "" {
		return webhook.Said{}, fmt.Errorf("%w: an issue without key or updated", webhook.ErrBody)
	}
	past, err := p.histories()
	if err != nil {
		return webhook.Said{}, fmt.Errorf("%w: changelog of %.40s: %w", webhook.ErrBody, i.Key, err)
	}
	r := reading{account: a, body: delivered{Event: "jira:issue_updated", Issue: &i}, at: updated}
	told := r.ticket()
	t, why := a.Desk.Tell(a.From("jira"), words, told)
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	t.Known()
	for _, h := range past {
		r.at, r.body.Timestamp, r.body.User = h.at, h.Created, h.Author
		r.body.Changelog.ID = h.ID
		t.As(h.Author.id(), i.Fields.kind(h.Author))
		r.items(t, h.Items)
	}
	if !touched(past, "status") {
		t.Stood(told.CreatedAt, told.Status...)
	}
	if !touched(past, "assignee") {
		t.Held(i.Fields.Assignee.id())
	}
	r.at = updated
	if err := p.comments(&r, t); err != nil {
		return webhook.Said{}, err
	}
	t.Asks(updated)
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

// histories is the changelog, oldest first.
func (p Pulled) histories() ([]history, error) {
	all := make([]history, len(p.Histories))
	for i, raw := range p.Histories {
		err := json.Unmarshal(raw, &all[i])
		if err == nil {
			all[i].at, err = all[i].Created.Time()
		}
		if err != nil {
			return nil, err
		}
		all[i].Items = slices.DeleteFunc(all[i].Items, func(i item) bool { return i.Field == "" })
	}
	slices.SortStableFunc(all, func(a, b history) int { return a.at.Compare(b.at) })
	return all, nil
}

// touched says whether the field was ever changed.
func touched(past []history, field string) bool {
	return slices.ContainsFunc(past, func(h history) bool {
		return slices.ContainsFunc(h.Items, func(i item) bool { return strings.EqualFold(string(i.Field), field) })
	})
}

// comments tells of each comment, those that the issue brings along and those beside it.
func (p Pulled) comments(r *reading, t *desk.Telling) error {
	all := r.body.Issue.Fields.Comment.Comments
	for _, raw := range p.Comments {
		c := &comment{}
		if err := json.Unmarshal(raw, c); err != nil {
			return fmt.Errorf("%w: comment of %.40s: %w", webhook.ErrBody, r.body.Issue.Key, err)
		}
		all = append(all, c)
	}
	for _, c := range all {
		if c != nil && c.ID != "" {
			r.note(t, c)
		}
	}
	return nil
}
