package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A KnownTicket is a ticket that was heard of, as the ledger knows it.
type KnownTicket struct {
	Tenant, ID string
	// Revision is the one heard last.
	Revision uint64
	HeardAt  time.Time
	// Claims says that it is open and names a reason that a condition could show.
	Claims bool
	// Case is the one it belongs to; empty where it belongs to none.
	Case string
}

// A TicketQuery asks for tickets, the one heard of last first.
type TicketQuery struct {
	// Tenants of which there must be one; none: all.
	Tenants []string
	// Linked asks for those that belong to a case, or to none; nil: both.
	Linked *bool
	// Text is the beginning of a ticket's id; empty: all.
	Text   string
	Limit  int    // 0: 50; at most 500
	Cursor string // from the page before; empty: the first page
}

// A TicketPage is a part of a list.
type TicketPage struct {
	Tickets []KnownTicket
	// Next is the cursor of the page after this one; empty where there is none.
	Next string
}

// Tickets is one page of the tickets that q asks for. A ticket that is heard of
// between two pages may stand on both or on neither.
func (l *Ledger) Tickets(ctx context.Context, q TicketQuery) (TicketPage, error) {
	var w where
	among(&w, "tenant", q.Tenants)
	if q.Text != "" {
		w.add("ticket >= %s AND ticket < %s", q.Text, q.Text+lastRune)
	}
	if q.Linked != nil && *q.Linked {
		w.add("case_id IS NOT NULL")
	}
	if q.Linked != nil && !*q.Linked {
		w.add("case_id IS NULL")
	}
	if q.Cursor != "" {
		m, err := markOf(q.Cursor, KnownTicket{}.mark())
		if err != nil {
			return TicketPage{}, err
		}
		w.add("(heard_at, tenant, ticket) < (%s, %s, %s)", m.N[0], m.S[0], m.S[1])
	}
	query := `SELECT tenant, ticket, revision, heard_at, claims, COALESCE(case_id, '') FROM tickets` + w.String() +
		w.page("heard_at DESC, tenant DESC, ticket DESC", q.Limit)
	rows, err := collect(ctx, l.read, scanKnown, query, w.args...)
	if err != nil {
		return TicketPage{}, fmt.Errorf("list tickets: %w", err)
	}
	var page TicketPage
	page.Tickets, page.Next = pageOf(rows, q.Limit, KnownTicket.mark)
	return page, nil
}

func (t KnownTicket) mark() mark {
	return mark{"tickets", []int64{micros(t.HeardAt)}, []string{t.Tenant, t.ID}}
}

func scanKnown(rows *sql.Rows) (t KnownTicket, err error) {
	var revision, at, claims int64
	err = rows.Scan(&t.Tenant, &t.ID, &revision, &at, &claims, &t.Case)
	t.Revision, t.HeardAt, t.Claims = uint64(revision), timeOf(at), claims == 1
	return t, err
}
