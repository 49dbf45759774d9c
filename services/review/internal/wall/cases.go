package wall

import (
	"context"
	"fmt"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"
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

// A Book is all that the ledger lets people read.
type Book interface {
	Cases
	History
	Labels
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
	if !p.May(decide.Viewer) {
		return ledger.Page{}, nil
	}
	var out ledger.Page
	for {
		page, err := w.book.Cases(ctx, q)
		if err != nil {
			return ledger.Page{}, err
		}
		for i := range page.Cases {
			if seen, ok := SeenBy(&page.Cases[i], p); ok {
				out.Cases = append(out.Cases, seen)
			}
		}
		if out.Next = page.Next; out.Next == "" || len(out.Cases) > 0 {
			return out, nil
		}
		q.Cursor = page.Next
	}
}
