package helpdesk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/services/intake/internal/doors/zendesk"
	"tocsin/services/intake/internal/lenient"
	"tocsin/services/intake/internal/pull"
	"tocsin/services/intake/internal/webhook"
)

// ZendeskAuth is an API token of a user, or without one an OAuth token.
func ZendeskAuth(user, token string) func(*http.Request) {
	if user == "" {
		return bearer(token)
	}
	return func(r *http.Request) { r.SetBasicAuth(user+"/token", token) }
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

type zendeskDesk struct {
	*pull.Client
	Options

	mu sync.Mutex
	// staff says of each user who was asked for whether they work for the helpdesk.
	staff map[string]bool
}

// Zendesk gives the tickets that are not solved.
func Zendesk(c *pull.Client, o Options) pull.Helpdesk {
	return &zendeskDesk{Client: c, Options: o, staff: map[string]bool{}}
}

// query is what is searched for.
func (z *zendeskDesk) query() string {
	words := []string{"status<solved"}
	if !z.Since.IsZero() {
		words = append(words, "updated>="+z.Since.UTC().Format(time.RFC3339))
	}
	return strings.TrimSpace(strings.Join(append(words, z.Query), " "))
}

// List is a page of a hundred; its cursor counts for an hour.
func (z *zendeskDesk) List(ctx context.Context, cursor string) (page pull.Page, err error) {
	var count struct {
		Count int `json:"count"`
	}
	if err := z.Get(ctx, "/api/v2/search/count.json", url.Values{"query": {"type:ticket " + z.query()}}, &count); unanswered(err) {
		return page, err
	}
	ask := url.Values{"query": {z.query()}, "filter[type]": {"ticket"}, "page[size]": {"100"}}
	if cursor != "" {
		ask.Set("page[after]", cursor)
	}
	var found struct {
		Results []json.RawMessage `json:"results"`
		Meta    struct {
			More  bool   `json:"has_more"`
			After string `json:"after_cursor"`
		} `json:"meta"`
	}
	if err := z.Get(ctx, "/api/v2/search/export.json", ask, &found); err != nil {
		return page, lost(err, cursor)
	}
	page.Of = count.Count
	for _, raw := range found.Results {
		page.Refs = append(page.Refs, ref(raw, "updated_at"))
	}
	if found.Meta.More {
		page.Next = found.Meta.After
	}
	return page, nil
}

// ref is a ticket of a list, known by its id and when it changed.
func ref(raw json.RawMessage, changed string) pull.Ref {
	var all map[string]lenient.Text
	if json.Unmarshal(raw, &all) != nil {
		return pull.Ref{Native: raw}
	}
	return pull.Ref{ID: string(all["id"]), State: string(all[changed]), Native: raw}
}

// Ticket asks for the ticket's audits, and for who wrote them.
func (z *zendeskDesk) Ticket(ctx context.Context, r pull.Ref) (webhook.Said, error) {
	ticket := zendesk.Pulled{Ticket: r.Native}
	for after := ""; ; {
		ask := url.Values{"page[size]": {"100"}}
		if after != "" {
			ask.Set("page[after]", after)
		}
		var past struct {
			Audits []json.RawMessage `json:"audits"`
			Meta   struct {
				More  bool   `json:"has_more"`
				After string `json:"after_cursor"`
			} `json:"meta"`
		}
		if err := z.Get(ctx, "/api/v2/tickets/"+url.PathEscape(r.ID)+"/audits.json", ask, &past); err != nil {
			return webhook.Said{}, gone(err)
		}
		ticket.Audits = append(ticket.Audits, past.Audits...)
		if after = past.Meta.After; !past.Meta.More || after == "" {
			break
		}
	}
	if err := z.know(ctx, ticket.Authors()); err != nil {
		return webhook.Said{}, err
	}
	ticket.Staff = z.works
	return ticket.Said(z.Account)
}

func (z *zendeskDesk) works(user string) bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.staff[user]
}

// know asks what the users are who are not known; one who is deleted is a customer.
func (z *zendeskDesk) know(ctx context.Context, users []string) error {
	z.mu.Lock()
	unknown := slices.DeleteFunc(slices.Clone(users), func(id string) bool { _, known := z.staff[id]; return known })
	z.mu.Unlock()
	for some := range slices.Chunk(unknown, 100) {
		var found struct {
			Users []struct {
				ID   lenient.Text `json:"id"`
				Role string       `json:"role"`
			} `json:"users"`
		}
		if err := z.Get(ctx, "/api/v2/users/show_many.json", url.Values{"ids": {strings.Join(some, ",")}}, &found); err != nil {
			return err
		}
		z.mu.Lock()
		for _, id := range some {
			z.staff[id] = false
		}
		for _, u := range found.Users {
			z.staff[string(u.ID)] = u.Role == "agent" || u.Role == "admin"
		}
		z.mu.Unlock()
	}
	return nil
}
