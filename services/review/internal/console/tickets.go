package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

// A ticketRow is a ticket that was heard of.
type ticketRow struct {
	Tenant, ID, Subject string
	Status, Rec         string // as its case knows them; empty where nobody does
	RecWord             string
	Case, StateWord     string // of the case that it belongs to
	State               decide.State
	Claims              bool // open, and names a reason that a condition could show
	Revision            uint64
	Heard               *moment
}

// ticketsPage lists the tickets that are known.
func (c *Console) ticketsPage(w http.ResponseWriter, r *http.Request) {
	l, q := langOf(w, r), r.URL.Query()
	s := sieveOf(l, r)
	ask := ledger.TicketQuery{Limit: listedAtMost, Cursor: q.Get("cursor")}
	ask.Text = s.add(q, field{Name: "ticket", Kind: "search"})
	if tenant := s.add(q, field{Name: "tenant", Kind: "text"}); tenant != "" {
		ask.Tenants = []string{tenant}
	}
	linked := s.add(q, field{Name: "linked", Kind: "select", Options: []option{
		{ID: "yes", Title: l.say("ticketlist.linked")}, {ID: "no", Title: l.say("ticketlist.unlinked")},
	}})
	if linked == "yes" || linked == "no" {
		ask.Linked = new(linked == "yes")
	}
	found, err := c.Cases.Tickets(r.Context(), ask)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	rows, err := c.ticketRows(r.Context(), l, found.Tickets, c.Now())
	if err != nil {
		c.fail(w, r, err)
		return
	}
	c.list(w, r, "tickets", &listing{
		L: l, Sieve: s, Pager: s.pagerOf(ask.Cursor, found.Next), Rows: rows, None: l.none("ticketlist", s.On),
	})
}

// none says why a list is empty.
func (l lang) none(list string, filtered bool) string {
	if filtered {
		return l.say("list.nothing")
	}
	return l.say(list + ".none")
}

// ticketRows adds what the cases of the tickets know of them.
func (c *Console) ticketRows(ctx context.Context, l lang, known []ledger.KnownTicket, now time.Time) ([]ticketRow, error) {
	cases := map[string]*decide.Case{}
	rows := make([]ticketRow, 0, len(known))
	for _, k := range known {
		row := ticketRow{Tenant: k.Tenant, ID: k.ID, Claims: k.Claims, Revision: k.Revision, Heard: l.moment(k.HeardAt, now)}
		if _, read := cases[k.Case]; k.Case != "" && !read {
			of, err := c.Cases.Case(ctx, k.Case)
			if err != nil && !errors.Is(err, ledger.ErrNotFound) {
				return nil, err
			}
			if cases[k.Case] = nil; err == nil {
				cases[k.Case] = &of
			}
		}
		if of := cases[k.Case]; of != nil {
			row.Case, row.State, row.StateWord = of.ID, of.State, l.Word("state", of.State)
			row.read(l, of)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// read takes from the case what it knows of the ticket.
func (t *ticketRow) read(l lang, of *decide.Case) {
	i := slices.IndexFunc(of.Tickets, func(in decide.Ticket) bool { return in.Tenant == t.Tenant && in.ID == t.ID })
	if i < 0 {
		return
	}
	in := &of.Tickets[i]
	t.Subject, t.Rec = in.Subject, string(in.Recommendation)
	if in.Status != "" {
		t.Status = l.Word("status", in.Status)
	}
	if in.Recommendation != "" {
		t.RecWord = l.Word("rec", in.Recommendation)
	}
}
