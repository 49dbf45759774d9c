package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// Source says whose words a table speaks.
type Source struct {
	Account webhook.Account
	// Name is the source of the events where the account says none.
	Name string
}

// house are the words that a table has by itself.
var house = desk.Words{
	Statuses: map[string]receive.Status{
		"new": receive.New, "open": receive.Open, "in_progress": receive.InProgress, "in progress": receive.InProgress,
		"awaiting_customer": receive.AwaitingCustomer, "pending": receive.AwaitingCustomer, "on_hold": receive.OnHold, "on hold": receive.OnHold,
		"hold": receive.OnHold, "resolved": receive.Resolved, "solved": receive.Resolved, "closed": receive.Closed,
	},
	Severities: map[string]receive.Severity{
		"site_unusable": receive.SiteUnusable, "urgent": receive.SiteUnusable, "high": receive.High, "normal": receive.Normal, "low": receive.Low,
	},
}

type tableDesk struct {
	source Source
	all    []*ticket
	named  map[string]*ticket
}

// Desk gives the tickets of a table that are not done. Its error names each mistake in
// the table with its line.
func Desk(in io.Reader, s Source) (pull.Helpdesk, error) {
	all, err := tickets(in)
	if err != nil {
		return nil, err
	}
	d := tableDesk{source: s, named: map[string]*ticket{}}
	wrong := &mistakes{}
	for _, t := range all {
		id := t.cells["ticket"]
		switch {
		case s.Account.Desk.Done(house, t.cells["status"]):
			continue
		case !s.Account.Desk.Means(house, t.cells["status"]):
			wrong.add(t.line, "status: %.40q is none of NEW, OPEN, IN_PROGRESS, AWAITING_CUSTOMER, ON_HOLD, RESOLVED, CLOSED, nor a word of the doors' file", t.cells["status"])
		case t.cells["severity"] != "" && !s.Account.Desk.Rates(house, t.cells["severity"]):
			wrong.add(t.line, "severity: %.40q is none of SITE_UNUSABLE, HIGH, NORMAL, LOW, nor a word of the doors' file", t.cells["severity"])
		}
		d.all, d.named[id] = append(d.all, t), t
	}
	return d, wrong.err()
}

// List is all of them.
func (d tableDesk) List(_ context.Context, _ string) (page pull.Page, err error) {
	page.Of = len(d.all)
	for _, t := range d.all {
		page.Refs = append(page.Refs, pull.Ref{ID: t.cells["ticket"], State: t.state()})
	}
	return page, nil
}

// state is another one when anything of the ticket is.
func (t *ticket) state() string {
	sum := sha256.New()
	for _, r := range append([]row{t.row}, t.notes...) {
		fmt.Fprintf(sum, "%q\n", r.cells) // in the order of the keys
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Ticket is what its rows say.
func (d tableDesk) Ticket(_ context.Context, r pull.Ref) (webhook.Said, error) {
	row := d.named[r.ID]
	account := d.source.Account.Desk
	if tenant := row.cells["tenant"]; tenant != "" { // the table's word goes before
		account.Map = func(native map[string]any) (desk.Mapped, error) {
			said, err := desk.Mapped{}, error(nil)
			if d.source.Account.Desk.Map != nil {
				said, err = d.source.Account.Desk.Map(native)
			}
			said.Tenant = tenant
			return said, err
		}
	}
	t, why := account.Tell(d.source.Account.From(d.source.Name), house, row.desk())
	if t == nil {
		return webhook.Said{Ignored: []string{why}}, nil
	}
	row.tell(t)
	events, ignored := t.Events()
	return webhook.Said{Tickets: events, Ignored: ignored}, nil
}

// desk is the row as all helpdesks' tickets are told of.
func (t *ticket) desk() desk.Ticket {
	out := desk.Ticket{
		ID: t.cells["ticket"], Subject: t.cells["subject"], Description: t.cells["body"], Status: []string{t.cells["status"]},
		Priority: t.cells["severity"], Tags: list(strings.ToLower(t.cells["tags"])), Organization: t.cells["organization"],
		Group: t.cells["group"], Requester: t.cells["requester"], CSM: t.cells["csm"], CreatedAt: t.at("created_at"),
		Components: list(t.cells["components"]), Fields: map[string]string{}, Native: map[string]any{},
	}
	for name, cell := range t.cells {
		out.Native[name] = cell
		if custom, is := strings.CutPrefix(name, field); is {
			out.Fields[custom] = cell
		}
	}
	// Environment and people are said as tags say them.
	if said := t.cells["environment"]; said != "" {
		out.Tags = append(out.Tags, "env_"+strings.ToLower(said))
	}
	if n, err := strconv.ParseUint(t.cells["affected_users"], 10, 32); err == nil {
		out.Tags = append(out.Tags, "affected_users_"+strconv.FormatUint(n, 10))
	}
	return out
}

func list(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
}

// tell tells of the ticket and its notes; where there are none, of when it was last
// written on.
func (t *ticket) tell(said *desk.Telling) {
	since, seen := t.at("created_at"), t.at("created_at")
	for _, column := range []string{"last_agent_at", "status_at"} {
		if at := t.at(column); !at.IsZero() {
			since = at
		}
	}
	if at := t.at("updated_at"); at.After(seen) {
		seen = at
	}
	said.Known()
	said.Stood(since, t.cells["status"])
	said.Held(t.cells["assignee"])
	for _, n := range t.notes {
		said.Note(n.comment())
	}
	if len(t.notes) == 0 {
		t.last(said, "last_customer_at", desk.Comment{Author: t.cells["requester"], Public: true})
		t.last(said, "last_agent_at", desk.Comment{Author: t.cells["assignee"], Staff: true})
	}
	said.Asks(seen)
}

// last tells of a note of which no more is known than when it was written.
func (t *ticket) last(said *desk.Telling, column string, c desk.Comment) {
	if c.At = t.at(column); !c.At.IsZero() {
		c.ID = "comment/~" + column + "/" + t.cells["ticket"] + "/" + c.At.Format(time.RFC3339Nano)
		said.Note(c)
	}
}

// comment is a note's row as all helpdesks' comments are told of.
func (r row) comment() desk.Comment {
	id, kind := r.cells["note_id"], strings.ToUpper(r.cells["author_kind"])
	if id == "" {
		sum := sha256.Sum256([]byte(r.cells["ticket"] + "\x00" + r.cells["author"] + "\x00" + r.cells["note_at"] + "\x00" + r.cells["text"]))
		id = "~" + hex.EncodeToString(sum[:16])
	}
	public := strings.ToUpper(r.cells["public"])
	return desk.Comment{
		ID: "comment/" + id, Author: r.cells["author"], CSM: kind == "CSM", Staff: kind == "AGENT", Machine: kind == "SYSTEM",
		Text: r.cells["text"], Public: public == "TRUE" || public == "YES" || public == "1", At: r.at("note_at"),
	}
}
