package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
)

// An Arrangement is what a person arranges anew: cases, and tickets that belong
// to none.
type Arrangement struct {
	Cases   []string
	Tickets []decide.TicketID
	Policy  *policy.Policy
	// Gives names the cases that are wanted back, which the arrangement may have made.
	Gives []string
}

// Arrange locks all cases, lays those that are named on a desk, lets fn change
// them, and saves what it changed together; it gives those of a.Gives as they then
// are. If fn fails, nothing is saved. A cause that was applied before changes
// nothing. What is named and is not there is not on the desk.
func (l *Ledger) Arrange(ctx context.Context, cause Cause, a Arrangement, fn func(*decide.Desk) ([]decide.Change, error)) ([]decide.Case, error) {
	_, err := l.once(ctx, cause, decide.Platform, func(tx *sql.Tx) error {
		desk, err := a.lay(ctx, l.in(tx))
		if err != nil {
			return err
		}
		was := linksOf(desk.Cases)
		changes, err := fn(desk)
		if err != nil {
			return err
		}
		return work{cause.At, Fact{}, changes, was}.save(ctx, tx, l)
	})
	if err != nil {
		return nil, err
	}
	cases := make([]decide.Case, len(a.Gives))
	for i, id := range a.Gives {
		if cases[i], err = l.Case(ctx, id); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// lay reads what is named.
func (a Arrangement) lay(ctx context.Context, from room) (*decide.Desk, error) {
	d := &decide.Desk{Policy: a.Policy}
	for _, id := range a.Cases {
		found, err := bodies[decide.Case](ctx, from, `SELECT body FROM cases WHERE case_id = $1`, id)
		if err != nil {
			return nil, fmt.Errorf("read case %s: %w", id, err)
		}
		for i := range found {
			d.Cases = append(d.Cases, &found[i])
		}
	}
	for _, id := range a.Tickets {
		found, err := bodies[decide.Ticket](ctx, from, `SELECT body FROM tickets WHERE tenant = $1 AND ticket = $2
			AND case_id IS NULL AND body <> ''`, id.Tenant, id.Ticket)
		if err != nil {
			return nil, fmt.Errorf("read ticket %s: %w", id.Ticket, err)
		}
		d.Loose = append(d.Loose, found...)
	}
	return d, nil
}
