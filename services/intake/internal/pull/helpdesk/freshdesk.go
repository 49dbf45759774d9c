package helpdesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tocsin/services/intake/internal/doors/freshdesk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/webhook"
)

// FreshdeskAuth is an agent's API key.
func FreshdeskAuth(_, token string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(token, "X") }
}

type freshdeskDesk struct {
	*pull.Client
	Options
}

// Freshdesk gives the tickets whose status is not a done one.
func Freshdesk(c *pull.Client, o Options) pull.Helpdesk { return freshdeskDesk{c, o} }

// place is where in the list a page begins: tickets changed since, and how many pages
// behind that.
type place struct {
	since time.Time
	page  int
}

func (p place) String() string { return p.since.Format(time.RFC3339) + " " + strconv.Itoa(p.page) }

// begin is the place that a cursor names, or where the list begins.
func (f freshdeskDesk) begin(cursor string) place {
	since, page, _ := strings.Cut(cursor, " ")
	at, err := time.Parse(time.RFC3339, since)
	n, err2 := strconv.Atoi(page)
	if err == nil && err2 == nil {
		return place{at, n}
	}
	if f.Since.IsZero() {
		return place{time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), 1} // without one it gives the last 30 days
	}
	return place{f.Since.UTC().Truncate(time.Second), 1}
}

// List reads tickets in the order of their last change, each page from the last one
// seen: so one that changes meanwhile comes again at the end, and moves no other.
func (f freshdeskDesk) List(ctx context.Context, cursor string) (page pull.Page, err error) {
	at := f.begin(cursor)
	var list []json.RawMessage
	ask := url.Values{
		"updated_since": {at.since.Format(time.RFC3339)}, "order_by": {"updated_at"}, "order_type": {"asc"},
		"per_page": {strconv.Itoa(hundred)}, "page": {strconv.Itoa(at.page)}, "include": {"stats,description"},
	}
	if err := f.Get(ctx, "/api/v2/tickets", ask, &list); err != nil {
		return page, err
	}
	last := at.since
	for _, raw := range list {
		var t struct {
			Status  lenient.Text `json:"status"`
			Updated lenient.Text `json:"updated_at"`
		}
		if err := json.Unmarshal(raw, &t); err != nil {
			return page, err
		}
		if last, err = t.Updated.Time(); err != nil {
			return page, fmt.Errorf("a ticket's updated_at %w", err)
		}
		if !freshdesk.Done(f.Account, string(t.Status)) {
			page.Refs = append(page.Refs, ref(raw, "updated_at"))
		}
	}
	if len(list) < hundred {
		return page, nil
	}
	next := place{last.Add(-time.Second), 1} // others of that second may follow
	if !next.since.After(at.since) {
		next = place{at.since, at.page + 1}
	}
	page.Next = next.String()
	return page, nil
}

// Ticket asks for the conversations.
func (f freshdeskDesk) Ticket(ctx context.Context, r pull.Ref) (webhook.Said, error) {
	ticket := freshdesk.Pulled{Ticket: r.Native}
	for n := 1; ; n++ {
		var some []json.RawMessage
		ask := url.Values{"per_page": {strconv.Itoa(hundred)}, "page": {strconv.Itoa(n)}}
		if err := f.Get(ctx, "/api/v2/tickets/"+url.PathEscape(r.ID)+"/conversations", ask, &some); err != nil {
			return webhook.Said{}, gone(err)
		}
		if ticket.Conversations = append(ticket.Conversations, some...); len(some) < hundred {
			return ticket.Said(f.Account)
		}
	}
}
