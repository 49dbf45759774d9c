package ledger

import (
	"context"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
)

// An AuditQuery asks for transitions of all cases, the latest first. What is
// empty asks for all.
type AuditQuery struct {
	// Tenants of which the case must concern one. Of a case that others share, rows
	// that concern a ticket of another tenant are left out. None: all.
	Tenants     []string
	Case        string
	Actor       string
	Name        decide.Name
	From, Until time.Time // from the first on, before the second
	Limit       int       // 0: 50; at most 500
	Cursor      string    // from the page before; empty: the first page
}

// An AuditPage is a part of a list.
type AuditPage struct {
	Rows []AuditRow
	// Next is the cursor of the page after this one; empty where there is none.
	Next string
}

// AllAudit is one page of the transitions that q asks for.
func (l *Ledger) AllAudit(ctx context.Context, q AuditQuery) (AuditPage, error) {
	var w where
	if len(q.Tenants) > 0 {
		w.must = append(w.must, "(a.tenant = '' OR a.tenant IN ("+places(&w, q.Tenants)+"))",
			"a.case_id IN (SELECT case_id FROM case_terms WHERE term IN ("+places(&w, tenantTerms(q.Tenants))+"))")
	}
	w.is("a.case_id", q.Case)
	w.is("a.actor", q.Actor)
	w.is("a.name", string(q.Name))
	if !q.From.IsZero() {
		w.add("a.happened_at >= %s", micros(q.From))
	}
	if !q.Until.IsZero() {
		w.add("a.happened_at < %s", micros(q.Until))
	}
	if q.Cursor != "" {
		m, err := markOf(q.Cursor, AuditRow{}.mark())
		if err != nil {
			return AuditPage{}, err
		}
		w.add("(a.happened_at, a.case_id, a.version) < (%s, %s, %s)", m.N[0], m.S[0], m.N[1])
	}
	rows, err := opened(ctx, l.in(l.read), scanAudit, auditColumns+w.String()+w.page("a.happened_at DESC, a.case_id DESC, a.version DESC", q.Limit), w.args...)
	if err != nil {
		return AuditPage{}, fmt.Errorf("list the audit: %w", err)
	}
	var page AuditPage
	page.Rows, page.Next = pageOf(rows, q.Limit, AuditRow.mark)
	return page, nil
}

func (r AuditRow) mark() mark {
	return mark{"audit", []int64{micros(r.Event.At), int64(r.Event.Version)}, []string{r.Event.Case}}
}
