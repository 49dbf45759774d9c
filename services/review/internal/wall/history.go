package wall

import (
	"context"
	"errors"
	"slices"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"
)

// Audit is the transitions of a case that the person sees, oldest first. Behind a
// wall of tenants they carry no hashes: those are over what is left out.
func (w *Wall) Audit(ctx context.Context, caseID string) ([]ledger.AuditRow, error) {
	p := who.Of(ctx)
	if seen, err := w.sees(ctx, caseID); !seen {
		return nil, err
	}
	rows, err := w.book.Audit(ctx, caseID)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		shown(&rows[i], p)
	}
	return rows, nil
}

// shown leaves of a row what the person may see.
func shown(row *ledger.AuditRow, p decide.Person) {
	e := &row.Event
	if !p.May(decide.Leadership) && e.Actor != p.ID {
		e.Note = ""
	}
	if p.SeesAll() {
		return
	}
	row.Hash, row.PrevHash, e.Cause, e.Absorbed = "", "", "", nil
	switch e.Name {
	case decide.WasSplit, decide.SplitOff:
		e.Subject = "" // a case that may be another tenant's
	case decide.WasAppealed:
		if e.Actor != p.ID {
			e.Actor = "" // a CSM, who may be another tenant's
		}
	}
	if !p.Sees(e.Tenant) {
		e.Tenant, e.Ticket, e.Condition, e.Note = "", "", "", ""
	}
}

// Deliveries are the attempts to tell somebody of a case, oldest first. Behind a
// wall they are those to the person's own tenants.
func (w *Wall) Deliveries(ctx context.Context, caseID string) ([]ledger.Delivery, error) {
	p := who.Of(ctx)
	if seen, err := w.sees(ctx, caseID); !seen {
		return nil, err
	}
	told, err := w.book.Deliveries(ctx, caseID)
	if err != nil || p.SeesAll() {
		return told, err
	}
	return theirs(p, told), nil
}

// outside are the audiences of a tenant's own people.
var outside = []string{"requester", "csm"}

// theirs are the deliveries that the person may see. Behind a wall nobody reads why
// something was not told: it names who muted it, or a case that may be another's.
func theirs(p decide.Person, told []ledger.Delivery) []ledger.Delivery {
	told = slices.DeleteFunc(told, func(d ledger.Delivery) bool { return !toldTo(p, d) })
	for i := range told {
		if !p.SeesAll() && told[i].Outcome == "silenced" {
			told[i].Answer = ""
		}
	}
	return told
}

// toldTo says whether the person may see that somebody was told: behind a wall
// those of their own tenants, who are customers and CSMs.
func toldTo(p decide.Person, d ledger.Delivery) bool {
	return p.SeesAll() || p.Sees(d.Tenant) && slices.Contains(outside, d.Audience)
}

// CasesOf are the cases that conditions belong to, as far as the person sees them.
func (w *Wall) CasesOf(ctx context.Context, conditions ...string) (map[string]string, error) {
	if !who.Of(ctx).May(decide.Viewer) {
		return nil, nil
	}
	of, err := w.book.CasesOf(ctx, conditions...)
	if err != nil || who.Of(ctx).SeesAll() {
		return of, err
	}
	for condition, id := range of {
		seen, err := w.sees(ctx, id)
		if err != nil {
			return nil, err
		}
		if !seen {
			delete(of, condition)
		}
	}
	return of, nil
}

// sees says whether the person sees the case at all.
func (w *Wall) sees(ctx context.Context, id string) (bool, error) {
	if p := who.Of(ctx); p.SeesAll() || !p.May(decide.Viewer) {
		return p.SeesAll(), nil
	}
	_, err := w.Case(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Labels is one page of the labels that q asks for; decide.ErrNotLeader for who
// is not of leadership.
func (w *Wall) Labels(ctx context.Context, q ledger.LabelQuery) (ledger.LabelPage, error) {
	p := who.Of(ctx)
	if !p.May(decide.Leadership) {
		return ledger.LabelPage{}, decide.ErrNotLeader
	}
	page, err := w.book.Labels(ctx, q)
	page.Labels = slices.DeleteFunc(page.Labels, func(e teach.Example) bool { return !p.Sees(e.Tenant) })
	return page, err
}

// Label is one label; decide.ErrNotLeader for who is not of leadership.
func (w *Wall) Label(ctx context.Context, id string) (teach.Example, error) {
	p := who.Of(ctx)
	if !p.May(decide.Leadership) {
		return teach.Example{}, decide.ErrNotLeader
	}
	e, err := w.book.Label(ctx, id)
	if err == nil && !p.Sees(e.Tenant) {
		return teach.Example{}, ledger.ErrNoLabel
	}
	return e, err
}

// LabelsOf are all labels of a case and of its tickets, newest first; none for who
// is not of leadership.
func (w *Wall) LabelsOf(ctx context.Context, caseID string) ([]teach.Example, error) {
	p := who.Of(ctx)
	if !p.May(decide.Leadership) {
		return nil, nil
	}
	labels, err := w.book.LabelsOf(ctx, caseID)
	return slices.DeleteFunc(labels, func(e teach.Example) bool { return !p.Sees(e.Tenant) }), err
}
