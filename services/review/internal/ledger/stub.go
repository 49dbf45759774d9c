package ledger

import (
	"context"
	"errors"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
)

var errSoon = errors.New("not built yet")

// Hear applies what monitoring or classification says: it lays the cases within
// reach on a desk, and saves what the fact changes. applied is false where the
// cause was heard before.
func (l *Ledger) Hear(ctx context.Context, cause Cause, fact Fact, p *policy.Policy) (changes []decide.Change, applied bool, err error) {
	return nil, false, errSoon
}

// Update locks the case, lets fn change it, and saves it together with the
// event that fn returns. If fn fails, nothing is saved. A cause that was applied
// before changes nothing and gives the case as it now is.
func (l *Ledger) Update(ctx context.Context, id string, cause Cause, fn func(*decide.Case) (decide.Event, error)) (decide.Case, error) {
	return decide.Case{}, errSoon
}

// Case is the case as it now is.
func (l *Ledger) Case(ctx context.Context, id string) (decide.Case, error) {
	return decide.Case{}, errSoon
}

// Cases is one page of the cases that q asks for.
func (l *Ledger) Cases(ctx context.Context, q Query) (Page, error) { return Page{}, errSoon }

// Audit is the transitions of a case, oldest first.
func (l *Ledger) Audit(ctx context.Context, caseID string) ([]AuditRow, error) { return nil, errSoon }

// LiveConditions are those that hold now and are linked to a case, of one scope; empty: of all.
func (l *Ledger) LiveConditions(ctx context.Context, scope string) ([]decide.Condition, error) {
	return nil, errSoon
}

// Waking are the ids of cases of which a deadline passed before at, oldest deadline first.
func (l *Ledger) Waking(ctx context.Context, at time.Time, limit int) ([]string, error) {
	return nil, errSoon
}

// RecordDelivery keeps the fate of one attempt; the same id again changes nothing.
func (l *Ledger) RecordDelivery(ctx context.Context, d Delivery) error { return errSoon }

// Deliveries are the attempts made for a case, oldest first.
func (l *Ledger) Deliveries(ctx context.Context, caseID string) ([]Delivery, error) {
	return nil, errSoon
}

// Pending are the oldest transitions that are still to be published; those of
// one case are in the order of its versions.
func (l *Ledger) Pending(ctx context.Context, limit int) ([]Outgoing, error) { return nil, errSoon }

// MarkSent says that the transitions were published.
func (l *Ledger) MarkSent(ctx context.Context, at time.Time, seqs ...int64) error { return errSoon }

// Forget deletes what was published, and the causes that were applied, before a time.
func (l *Ledger) Forget(ctx context.Context, before time.Time) error { return errSoon }

// Lease gives holder the right to do what name says until the time; false
// where somebody else has it at now.
func (l *Ledger) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	return false, errSoon
}
