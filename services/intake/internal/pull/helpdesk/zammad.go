package helpdesk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"tocsin/services/intake/internal/doors/zammad"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/webhook"
)

// ZammadAuth is a personal access token with ticket.agent.
func ZammadAuth(_, token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Token token="+token) }
}

type zammadDesk struct {
	*pull.Client
	Options
}

// Zammad gives the tickets whose state is not a done one.
func Zammad(c *pull.Client, o Options) pull.Helpdesk { return zammadDesk{c, o} }

// hundred is how many tickets a page has.
const hundred = 100

// List reads all tickets in the order of their ids, and leaves out those that are done:
// Zammad finds by state only where it has a search engine, and then no more than 10,000.
func (z zammadDesk) List(ctx context.Context, cursor string) (page pull.Page, err error) {
	n, _ := strconv.Atoi(cursor)
	n = max(n, 1)
	var list []json.RawMessage
	ask := url.Values{"expand": {"true"}, "per_page": {strconv.Itoa(hundred)}, "page": {strconv.Itoa(n)}}
	if err := z.Get(ctx, "/api/v1/tickets", ask, &list); err != nil {
		return page, err
	}
	for _, raw := range list {
		var t struct {
			State   lenient.Ref  `json:"state"`
			Updated lenient.Text `json:"updated_at"`
		}
		if err := json.Unmarshal(raw, &t); err != nil {
			return page, err
		}
		if at, err := t.Updated.Time(); err == nil && at.Before(z.Since) || zammad.Done(z.Account, t.State.Name) {
			continue
		}
		page.Refs = append(page.Refs, ref(raw, "updated_at"))
	}
	if page.Shifts = true; len(list) == hundred {
		page.Next = strconv.Itoa(n + 1)
	}
	return page, nil
}

// Ticket asks for the articles, the history and the tags.
func (z zammadDesk) Ticket(ctx context.Context, r pull.Ref) (webhook.Said, error) {
	ticket := zammad.Pulled{Ticket: r.Native}
	id := url.PathEscape(r.ID)
	if err := z.Get(ctx, "/api/v1/ticket_articles/by_ticket/"+id, url.Values{"expand": {"true"}}, &ticket.Articles); err != nil {
		return webhook.Said{}, gone(err)
	}
	var past struct {
		History []json.RawMessage `json:"history"`
	}
	if err := z.Get(ctx, "/api/v1/ticket_history/"+id, nil, &past); err != nil {
		return webhook.Said{}, gone(err)
	}
	var tags struct {
		Tags []string `json:"tags"`
	}
	if err := z.Get(ctx, "/api/v1/tags", url.Values{"object": {"Ticket"}, "o_id": {r.ID}}, &tags); err != nil {
		return webhook.Said{}, gone(err)
	}
	ticket.History, ticket.Tags = past.History, tags.Tags
	return ticket.Said(z.Account)
}
