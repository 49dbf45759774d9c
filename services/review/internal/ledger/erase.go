package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

// EraseTenant deletes the ids of a tenant's people, and the words, by which cases
// and deliveries are found, and says how many rows held some. Texts it leaves to
// the tenant's key: once that is destroyed, nobody reads them.
func (l *Ledger) EraseTenant(ctx context.Context, tenant string) (rows int64, err error) {
	err = l.within(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			// The next start finds the cases' other ids again.
			`UPDATE cases SET indexed_version = 0 WHERE case_id IN (SELECT case_id FROM case_terms WHERE tenant = $1)`,
			`DELETE FROM case_terms WHERE tenant = $1 AND (term LIKE 'i:%' OR term LIKE 'w:%')`,
			`UPDATE requests SET csm = '' WHERE tenant = $1 AND csm <> ''`,
			`UPDATE deliveries SET recipient = '' WHERE tenant = $1 AND recipient <> ''`,
		} {
			result, err := tx.ExecContext(ctx, statement, tenant)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("delete the ids of the people of %s: %w", tenant, err)
	}
	return rows, nil
}
