package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// A TenantCase is a case that concerns a tenant. Shared says that it is the
// platform's, and may concern others.
type TenantCase struct {
	ID     string
	Shared bool
}

// TenantCases are cases that concern a tenant, by their ids, after one; not those
// that it was erased from, and of which nothing was heard since.
func (l *Ledger) TenantCases(ctx context.Context, tenant, after string, limit int) ([]TenantCase, error) {
	cases, err := collect(ctx, l.read, func(rows *sql.Rows) (c TenantCase, err error) {
		var whose string
		err = rows.Scan(&c.ID, &whose)
		c.Shared = whose != tenant
		return c, err
	}, `SELECT case_id, tenant FROM cases c WHERE case_id > $1 AND (tenant = $2 OR case_id IN (SELECT case_id FROM case_terms WHERE term = $3))
		AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.case_id = c.case_id AND a.version = c.version AND a.name = 'erased' AND a.tenant = $2)
		ORDER BY case_id LIMIT $4`, after, tenant, "t:"+tenant, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list the cases of %s: %w", tenant, err)
	}
	return cases, nil
}

// errNothing says that a case held nothing of the tenant.
var errNothing = errors.New("nothing to erase")

// EraseCase takes out of a case what it holds of a tenant's people, in one
// transaction: the case, what was written on it, what was published of it. The
// audit goes on and says who ordered it. False is a case that held nothing, or of
// which the same order was carried out before.
func (l *Ledger) EraseCase(ctx context.Context, id string, o decide.Erasure, p *policy.Policy) (bool, error) {
	cause := Cause{Consumer: "erasure", EventID: o.ID + "/" + id, At: o.At}
	applied, err := l.once(ctx, cause, decide.Platform, func(tx *sql.Tx) error {
		c, err := caseIn(ctx, l.in(tx), id)
		if err != nil {
			return err
		}
		was := linksOf([]*decide.Case{&c})
		event, is := c.Erase(o, p)
		if !is {
			return errNothing
		}
		if err := (work{o.At, Fact{}, []decide.Change{{Case: &c, Event: event}}, was}).save(ctx, tx, l); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE case_id = $1 AND sent_at > 0`, id); err != nil {
			return err
		}
		if c.Tenant != o.Tenant {
			return nil // what leadership wrote stands under the platform's key, and is others' too
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM notes WHERE case_id = $1`, id)
		return err
	})
	if errors.Is(err, errNothing) || errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("erase %s from case %s: %w", o.Tenant, id, err)
	}
	return applied, nil
}

// erased are the rows of a tenant that no case holds, each table with what picks
// them and what is done to them.
var erased = []struct{ table, rows, do string }{
	{"notes", `tenant = $1`, `DELETE FROM notes`},
	{"label_comments", `label_id IN (SELECT label_id FROM labels WHERE tenant = $1)`, `DELETE FROM label_comments`},
	{"tickets", `tenant = $1`, `DELETE FROM tickets`},
	{"deliveries", `tenant = $1`, `DELETE FROM deliveries`},
	{"requests", `tenant = $1`, `DELETE FROM requests`},
	{"case_terms", `tenant = $1 AND (term LIKE 'i:%' OR term LIKE 'w:%')`, `DELETE FROM case_terms`},
}

// EraseRows deletes a tenant's rows but for its cases, and says of each table how
// many there were. What is left are ids, numbers, times, and texts that nobody
// reads once the tenant's key is destroyed.
func (l *Ledger) EraseRows(ctx context.Context, tenant string) (map[string]int64, error) {
	removed := map[string]int64{}
	err := l.within(ctx, func(tx *sql.Tx) error {
		for _, e := range erased {
			result, err := tx.ExecContext(ctx, e.do+" WHERE "+e.rows, tenant)
			if err != nil {
				return fmt.Errorf("table %s: %w", e.table, err)
			}
			if removed[e.table], err = result.RowsAffected(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("delete the rows of %s: %w", tenant, err)
	}
	return removed, nil
}

// TenantRows counts what EraseRows would delete.
func (l *Ledger) TenantRows(ctx context.Context, tenant string) (map[string]int64, error) {
	there := map[string]int64{}
	for _, e := range erased {
		var n int64
		if err := l.read.QueryRowContext(ctx, "SELECT count(*) FROM "+e.table+" WHERE "+e.rows, tenant).Scan(&n); err != nil {
			return nil, fmt.Errorf("count the rows of %s in %s: %w", tenant, e.table, err)
		}
		there[e.table] = n
	}
	return there, nil
}

// A Scrubber is an engine that can overwrite what was deleted, as far as its files
// are its own.
type Scrubber interface {
	Scrub(ctx context.Context) error
}

// Scrub overwrites what was deleted, where the engine can.
func (l *Ledger) Scrub(ctx context.Context) error {
	s, can := l.engine.(Scrubber)
	if !can {
		return nil
	}
	if err := s.Scrub(ctx); err != nil {
		return fmt.Errorf("overwrite what was deleted from the ledger: %w", err)
	}
	return nil
}
