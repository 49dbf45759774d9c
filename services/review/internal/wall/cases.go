package wall

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/precedent"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// A Cases reads cases; the ledger does.
type Cases interface {
	// Case is one case; ledger.ErrNotFound where there is none.
	Case(ctx context.Context, id string) (decide.Case, error)
	// Cases is one page of the cases that q asks for.
	Cases(ctx context.Context, q ledger.Query) (ledger.Page, error)
}

// A History reads what happened to cases; the ledger does.
type History interface {
	// Audit is the transitions of a case, oldest first.
	Audit(ctx context.Context, caseID string) ([]ledger.AuditRow, error)
	// Deliveries are the attempts made for a case, oldest first.
	Deliveries(ctx context.Context, caseID string) ([]ledger.Delivery, error)
	// CasesOf are the cases that conditions belong to, by the conditions' ids.
	CasesOf(ctx context.Context, conditions ...string) (map[string]string, error)
}

// A Labels reads what leadership said of how tickets were read; the ledger does.
type Labels interface {
	// Labels is one page of the labels that q asks for.
	Labels(ctx context.Context, q ledger.LabelQuery) (ledger.LabelPage, error)
	// Label is one label; ledger.ErrNoLabel where there is none.
	Label(ctx context.Context, id string) (teach.Example, error)
	// LabelsOf are all labels of a case and of its tickets, newest first.
	LabelsOf(ctx context.Context, caseID string) ([]teach.Example, error)
}

// Lists reads what the ledger keeps of all cases; the ledger does.
type Lists interface {
	// AllAudit is one page of the transitions of all cases.
	AllAudit(ctx context.Context, q ledger.AuditQuery) (ledger.AuditPage, error)
	// AllDeliveries is one page of the attempts to tell somebody.
	AllDeliveries(ctx context.Context, q ledger.DeliveryQuery) (ledger.DeliveryPage, error)
	// Tickets is one page of the tickets that were heard of.
	Tickets(ctx context.Context, q ledger.TicketQuery) (ledger.TicketPage, error)
}

// Pasts reads what was decided and asked before; the ledger does.
type Pasts interface {
	// Precedents are the latest decisions of other cases on any of the reasons, of
	// the tenants only where some are given.
	Precedents(ctx context.Context, caseID string, reasons []policy.ReasonID, tenants []string) ([]precedent.Past, error)
	// AskedBy counts the requests of a tenant, or of a CSM, since a time.
	AskedBy(ctx context.Context, tenant, csm string, since time.Time) (ledger.Asking, error)
	// Fired is how many conditions of each reason were raised between two times.
	Fired(ctx context.Context, since, until time.Time) (map[policy.ReasonID]int, error)
}

// Counts count what the ledger keeps; the ledger does.
type Counts interface {
	// DeliveryDays counts attempts by day and outcome from a time on.
	DeliveryDays(ctx context.Context, q ledger.DeliveryQuery, from time.Time) ([]ledger.DeliveryDay, error)
}

// A Book is all that the ledger lets people read.
type Book interface {
	Counts
	Cases
	History
	Labels
	Lists
	Pasts
}

// A Wall reads the book for the person of each request.
type Wall struct{ book Book }

// New is a wall before the book.
func New(book Book) *Wall { return &Wall{book} }

// Case is the case as the person may see it; ledger.ErrNotFound where there is
// none for them.
func (w *Wall) Case(ctx context.Context, id string) (decide.Case, error) {
	c, err := w.book.Case(ctx, id)
	if err != nil {
		return decide.Case{}, err
	}
	seen, ok := SeenBy(&c, who.Of(ctx))
	if !ok {
		return decide.Case{}, fmt.Errorf("case %q: %w", id, ledger.ErrNotFound)
	}
	return seen, nil
}

// SeenBy is the case as the person may see it, and whether they may at all. To
// decide.Case.SeenBy it adds that notes are leadership's.
func SeenBy(c *decide.Case, p decide.Person) (decide.Case, bool) {
	seen, ok := c.SeenBy(p)
	if !ok || p.May(decide.Leadership) {
		return seen, ok
	}
	if seen.Decision != nil {
		without := *seen.Decision
		without.Note = ""
		seen.Decision = &without
	}
	past := make([]decide.Decision, len(seen.Past))
	for i, d := range seen.Past {
		d.Note = ""
		past[i] = d
	}
	seen.Past = past
	return seen, true
}

// Cases is one page of what the person sees of the cases that q asks for.
func (w *Wall) Cases(ctx context.Context, q ledger.Query) (ledger.Page, error) {
	p := who.Of(ctx)
	var open bool
	if q.Tenants, open = within(p, q.Tenants); !open || q.Tenant != "" && !p.Sees(q.Tenant) {
		return ledger.Page{}, nil
	}
	page, err := w.book.Cases(ctx, q)
	if err != nil {
		return ledger.Page{}, err
	}
	out := ledger.Page{Next: page.Next}
	for i := range page.Cases {
		if seen, ok := SeenBy(&page.Cases[i], p); ok {
			out.Cases = append(out.Cases, seen)
		}
	}
	return out, nil
}

// within is what the person sees of the tenants that are asked for, where none is
// all; false where that is nothing.
func within(p decide.Person, asked []string) (tenants []string, open bool) {
	if p.SeesAll() {
		return asked, true
	}
	if len(asked) == 0 {
		return p.Tenants, p.May(decide.Viewer) && len(p.Tenants) > 0
	}
	tenants = slices.DeleteFunc(slices.Clone(asked), func(t string) bool { return !p.Sees(t) })
	return tenants, len(tenants) > 0
}
