// Package helpdesktest has helpdesks that answer as the vendors document, each with the
// same tickets: what a test imports, it imports from all of them.
//
// They refuse what is no GET (but for Jira's count) and what has no credentials, page
// as each vendor does, and have trouble where a test wants some. They leave out what
// nobody reads.
package helpdesktest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Ticket is one of a helpdesk.
type Ticket struct {
	ID               int
	Subject, Body    string
	Done             bool
	Created, Updated time.Time
	// Urgent is its priority, from the beginning.
	Urgent bool
	// Agent has it since it began; empty is nobody.
	Agent int
	Notes []Note
}

// A Note is one on a ticket.
type Note struct {
	ID, Author int
	Staff      bool
	Public     bool
	Text       string
	At         time.Time
}

// Requester is who asks in all tickets.
const Requester = 301

// A Desk is a helpdesk.
type Desk struct {
	mu      sync.Mutex
	tickets []Ticket
	asked   []string
	// Trouble answers a request in its place, where it says that it did.
	Trouble func(w http.ResponseWriter, r *http.Request) bool
	// After is called when a request was answered.
	After func(path string)
}

// New has the tickets.
func New(tickets ...Ticket) *Desk { return &Desk{tickets: tickets} }

// Change changes a ticket.
func (d *Desk) Change(id int, how func(*Ticket)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.tickets {
		if d.tickets[i].ID == id {
			how(&d.tickets[i])
		}
	}
}

// Asked are the paths that were asked for, and how often.
func (d *Desk) Asked(part string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, path := range d.asked {
		if strings.Contains(path, part) {
			n++
		}
	}
	return n
}

func (d *Desk) all() []Ticket {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.tickets)
}

func (d *Desk) open() []Ticket {
	return slices.DeleteFunc(d.all(), func(t Ticket) bool { return t.Done })
}

func (d *Desk) one(id string) (Ticket, bool) {
	for _, t := range d.all() {
		if strconv.Itoa(t.ID) == id {
			return t, true
		}
	}
	return Ticket{}, false
}

// object is a JSON object.
type object = map[string]any

// routes are what is answered, by the pattern of the path.
type routes map[string]func(r *http.Request) any

// serve answers as a vendor does; a nil answer is 404, an int its status.
func (d *Desk) serve(lets func(*http.Request) bool, all routes) http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range all {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			d.mu.Lock()
			d.asked = append(d.asked, r.URL.Path)
			d.mu.Unlock()
			if d.Trouble != nil && d.Trouble(w, r) {
				return
			}
			if !lets(r) {
				http.Error(w, `{"error":"Couldn't authenticate you"}`, http.StatusUnauthorized)
				return
			}
			said := answer(r)
			w.Header().Set("Content-Type", "application/json")
			if status, is := said.(int); is || said == nil {
				w.WriteHeader(cmp.Or(status, http.StatusNotFound))
				return
			}
			_ = json.NewEncoder(w).Encode(said)
			if d.After != nil {
				d.After(r.URL.Path)
			}
		})
	}
	return mux
}

func basic(user, password string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		u, p, is := r.BasicAuth()
		return is && u == user && p == password
	}
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

// page is a part of a list, and whether more follows.
func page[T any](list []T, from, n int) ([]T, bool) {
	from = min(from, len(list))
	to := min(from+n, len(list))
	return list[from:to], to < len(list)
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// Zendesk answers as Zendesk does, to lena@acme.example with the token secret.
func (d *Desk) Zendesk() http.Handler {
	cursor := func(r *http.Request) int { return number(strings.TrimPrefix(r.FormValue("page[after]"), "c")) }
	meta := func(more bool, from int) object {
		return object{"has_more": more, "after_cursor": fmt.Sprintf("c%d", from)}
	}
	return d.serve(basic("lena@acme.example/token", "secret"), routes{
		"GET /api/v2/search/count.json": func(*http.Request) any { return object{"count": len(d.open())} },
		"GET /api/v2/search/export.json": func(r *http.Request) any {
			size := number(r.FormValue("page[size]"))
			some, more := page(d.all(), cursor(r), size)
			results := []object{}
			for _, t := range some {
				if !t.Done {
					results = append(results, zendeskTicket(t))
				}
			}
			return object{"results": results, "meta": meta(more, cursor(r)+size)}
		},
		"GET /api/v2/tickets/{id}/audits.json": func(r *http.Request) any {
			t, there := d.one(r.PathValue("id"))
			if !there {
				return nil
			}
			some, more := page(zendeskAudits(t), cursor(r), number(r.FormValue("page[size]")))
			return object{"audits": some, "meta": meta(more, cursor(r)+len(some))}
		},
		"GET /api/v2/users/show_many.json": func(r *http.Request) any {
			users := []object{}
			for _, id := range strings.Split(r.FormValue("ids"), ",") {
				role := "end-user"
				if number(id) >= 400 {
					role = "agent"
				}
				users = append(users, object{"id": number(id), "role": role})
			}
			return object{"users": users}
		},
	})
}

func zendeskTicket(t Ticket) object {
	priority := "normal"
	if t.Urgent {
		priority = "urgent"
	}
	return object{
		"id": t.ID, "subject": t.Subject, "description": t.Body, "status": "open", "priority": priority, "tags": []string{"beta_no"},
		"organization_id": 77, "requester_id": Requester, "created_at": stamp(t.Created), "updated_at": stamp(t.Updated),
	}
}

func zendeskAudits(t Ticket) []object {
	first := object{"id": t.ID * 1000, "author_id": Requester, "created_at": stamp(t.Created), "events": []object{
		{"id": t.ID*1000 + 1, "type": "Comment", "author_id": Requester, "body": t.Body, "public": true},
		{"id": t.ID*1000 + 2, "type": "Create", "field_name": "status", "value": "open"},
		{"id": t.ID*1000 + 3, "type": "Create", "field_name": "assignee_id", "value": agent(t)},
	}}
	all := []object{first}
	for _, n := range t.Notes {
		all = append(all, object{"id": n.ID * 10, "author_id": n.Author, "created_at": stamp(n.At), "events": []object{
			{"id": n.ID, "type": "Comment", "author_id": n.Author, "body": n.Text, "public": n.Public},
			{"id": n.ID*10 + 1, "type": "Notification"},
		}})
	}
	return all
}

// agent is who has the ticket, or nothing.
func agent(t Ticket) any {
	if t.Agent == 0 {
		return nil
	}
	return strconv.Itoa(t.Agent)
}
