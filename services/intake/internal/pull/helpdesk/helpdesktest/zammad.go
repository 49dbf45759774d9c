package helpdesktest

import (
	"net/http"
	"slices"
	"strconv"
)

// Zammad answers as Zammad does, to the token secret.
func (d *Desk) Zammad() http.Handler {
	lets := func(r *http.Request) bool { return r.Header.Get("Authorization") == "Token token=secret" }
	return d.serve(lets, routes{
		"GET /api/v1/tickets": func(r *http.Request) any {
			size := number(r.FormValue("per_page"))
			some, _ := page(d.all(), (number(r.FormValue("page"))-1)*size, size)
			list := []object{}
			for _, t := range some {
				list = append(list, zammadTicket(t))
			}
			return list
		},
		"GET /api/v1/ticket_articles/by_ticket/{id}": func(r *http.Request) any {
			t, there := d.one(r.PathValue("id"))
			if !there {
				return nil
			}
			list := []object{{
				"id": t.ID * 1000, "sender": "Customer", "internal": false, "created_by_id": Requester,
				"content_type": "text/plain", "body": t.Body, "created_at": stamp(t.Created),
			}}
			for _, n := range t.Notes {
				sender := "Customer"
				if n.Staff {
					sender = "Agent"
				}
				list = append(list, object{
					"id": n.ID, "sender": sender, "internal": !n.Public, "created_by_id": n.Author,
					"content_type": "text/html", "body": "<p>" + n.Text + "</p>", "created_at": stamp(n.At),
				})
			}
			return list
		},
		"GET /api/v1/ticket_history/{id}": func(*http.Request) any { return object{"history": []object{}, "assets": object{}} },
		"GET /api/v1/tags":                func(*http.Request) any { return object{"tags": []string{}} },
	})
}

func zammadTicket(t Ticket) object {
	state, priority := "open", "2 normal"
	if t.Done {
		state = "closed"
	}
	if t.Urgent {
		priority = "4 urgent"
	}
	owner := 1
	if t.Agent != 0 {
		owner = t.Agent
	}
	return object{
		"id": t.ID, "number": "10" + strconv.Itoa(t.ID), "title": t.Subject, "state": state, "priority": priority, "group": "Users",
		"customer_id": Requester, "customer": "kim@acme.example", "owner_id": owner, "owner": "-", "organization_id": 77, "organization": "Acme",
		"created_at": stamp(t.Created), "updated_at": stamp(t.Updated),
	}
}

// Freshdesk answers as Freshdesk does, to the key secret; it gives no page behind the
// 300th.
func (d *Desk) Freshdesk() http.Handler {
	return d.serve(basic("secret", "X"), routes{
		"GET /api/v2/tickets": func(r *http.Request) any {
			n, size := number(r.FormValue("page")), number(r.FormValue("per_page"))
			if n > 300 {
				return http.StatusBadRequest
			}
			all := d.all()
			all = slices.DeleteFunc(all, func(t Ticket) bool { return stamp(t.Updated) < r.FormValue("updated_since") })
			slices.SortStableFunc(all, func(a, b Ticket) int { return a.Updated.Compare(b.Updated) })
			some, _ := page(all, (n-1)*size, size)
			list := []object{}
			for _, t := range some {
				list = append(list, freshdeskTicket(t))
			}
			return list
		},
		"GET /api/v2/tickets/{id}/conversations": func(r *http.Request) any {
			t, there := d.one(r.PathValue("id"))
			if !there {
				return nil
			}
			list := []object{}
			for _, n := range t.Notes {
				list = append(list, object{
					"id": n.ID, "body_text": n.Text, "body": "<p>" + n.Text + "</p>", "private": !n.Public, "incoming": !n.Staff,
					"user_id": n.Author, "created_at": stamp(n.At), "updated_at": stamp(n.At),
				})
			}
			some, _ := page(list, (number(r.FormValue("page"))-1)*100, 100)
			return some
		},
	})
}

func freshdeskTicket(t Ticket) object {
	status, priority := 2, 2
	if t.Done {
		status = 5
	}
	if t.Urgent {
		priority = 4
	}
	return object{
		"id": t.ID, "subject": t.Subject, "description_text": t.Body, "description": "<p>" + t.Body + "</p>", "status": status,
		"priority": priority, "requester_id": Requester, "responder_id": agent(t), "company_id": 77, "tags": []string{},
		"created_at": stamp(t.Created), "updated_at": stamp(t.Updated), "stats": object{"status_updated_at": stamp(t.Created)},
	}
}
