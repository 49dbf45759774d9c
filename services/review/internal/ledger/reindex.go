package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"tocsin/services/review/internal/decide"
)

// reindex brings up to date what cases are found by where an older program wrote
// them: it knows nothing of it.
func (l *Ledger) reindex(ctx context.Context) error {
	const atOnce = 200
	for {
		behind, err := bodies[decide.Case](ctx, l.in(l.read), `SELECT body FROM cases WHERE indexed_version <> version ORDER BY case_id LIMIT $1`, int64(atOnce))
		if err == nil && len(behind) > 0 {
			err = l.within(ctx, func(tx *sql.Tx) error { return l.indexAgain(ctx, tx, behind) })
		}
		if err != nil {
			return fmt.Errorf("bring up to date what cases are found by: %w", err)
		}
		if len(behind) < atOnce {
			return nil
		}
	}
}

func (l *Ledger) indexAgain(ctx context.Context, tx *sql.Tx, cases []decide.Case) error {
	changes := make([]decide.Change, len(cases))
	for i := range cases {
		c := &cases[i]
		changes[i] = decide.Change{Case: c}
		_, err := tx.ExecContext(ctx, `UPDATE cases SET priority = $1, recommendation = $2, due_at = $3, indexed_version = $4,
			claimed_by = $5 WHERE case_id = $6 AND version = $4`,
			string(c.Impact.Priority), string(c.Recommendation), dueAt(c), int64(c.Version), c.ClaimedBy, c.ID)
		if err != nil {
			return err
		}
	}
	return l.key.saveTerms(ctx, tx, changes, nil)
}
