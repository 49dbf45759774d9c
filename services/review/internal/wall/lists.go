package wall

import (
	"context"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/precedent"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// AllAudit is one page of the transitions that the person sees.
func (w *Wall) AllAudit(ctx context.Context, q ledger.AuditQuery) (ledger.AuditPage, error) {
	p := who.Of(ctx)
	var open bool
	if q.Tenants, open = within(p, q.Tenants); !open {
		return ledger.AuditPage{}, nil
	}
	page, err := w.book.AllAudit(ctx, q)
	for i := range page.Rows {
		shown(&page.Rows[i], p)
	}
	return page, err
}

// AllDeliveries is one page of the attempts that the person sees.
func (w *Wall) AllDeliveries(ctx context.Context, q ledger.DeliveryQuery) (ledger.DeliveryPage, error) {
	p := who.Of(ctx)
	var open bool
	if q.Tenants, open = within(p, q.Tenants); !open {
		return ledger.DeliveryPage{}, nil
	}
	if !p.SeesAll() {
		q.Audiences = outside
	}
	page, err := w.book.AllDeliveries(ctx, q)
	page.Deliveries = theirs(p, page.Deliveries)
	return page, err
}

// DeliveryDays counts attempts by day and outcome from a time on, for who sees all
// tenants: the counts tell of what was told to others.
func (w *Wall) DeliveryDays(ctx context.Context, q ledger.DeliveryQuery, from time.Time) ([]ledger.DeliveryDay, error) {
	if !who.Of(ctx).SeesAll() {
		return nil, nil
	}
	return w.book.DeliveryDays(ctx, q, from)
}

// Tickets is one page of the tickets of the person's tenants. The case of each is
// one that they see: their ticket is in it.
func (w *Wall) Tickets(ctx context.Context, q ledger.TicketQuery) (ledger.TicketPage, error) {
	var open bool
	if q.Tenants, open = within(who.Of(ctx), q.Tenants); !open {
		return ledger.TicketPage{}, nil
	}
	return w.book.Tickets(ctx, q)
}

// Precedents are the latest decisions on any of the reasons, of the person's tenants.
func (w *Wall) Precedents(ctx context.Context, caseID string, reasons []policy.ReasonID, tenants []string) ([]precedent.Past, error) {
	p := who.Of(ctx)
	tenants, open := within(p, tenants)
	if !open {
		return nil, nil
	}
	past, err := w.book.Precedents(ctx, caseID, reasons, tenants)
	return slices.DeleteFunc(past, func(one precedent.Past) bool { return !p.Sees(one.Tenant) }), err
}

// AskedBy counts the requests of a tenant, or of a CSM, since a time: for
// leadership that sees all tenants, and nothing for others.
func (w *Wall) AskedBy(ctx context.Context, tenant, csm string, since time.Time) (ledger.Asking, error) {
	if p := who.Of(ctx); !p.May(decide.Leadership) || !p.SeesAll() {
		return ledger.Asking{}, nil
	}
	return w.book.AskedBy(ctx, tenant, csm, since)
}

// Fired is how many conditions of each reason were raised between two times, for
// who sees all tenants.
func (w *Wall) Fired(ctx context.Context, since, until time.Time) (map[policy.ReasonID]int, error) {
	if !who.Of(ctx).SeesAll() {
		return nil, nil
	}
	return w.book.Fired(ctx, since, until)
}
