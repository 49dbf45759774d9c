package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/seal"
)

// looseAtMost is how many tickets without a case a raised condition looks at,
// those heard of last.
const looseAtMost = 1000

// lay puts on a desk what a fact can touch.
func (l *Ledger) lay(ctx context.Context, tx *sql.Tx, r decide.Reach) (*decide.Desk, error) {
	d := &decide.Desk{}
	cases, err := bodies[decide.Case](ctx, l.in(tx), `SELECT body FROM cases WHERE case_id IN
		(SELECT case_id FROM tickets WHERE tenant = $1 AND ticket = $2
		UNION SELECT case_id FROM conditions WHERE condition_id = $3)`, r.Tenant, r.Ticket, r.Condition)
	if err != nil {
		return nil, fmt.Errorf("read the case of the fact: %w", err)
	}
	if r.Wide {
		wide, err := l.wide(ctx, tx, r.Scope)
		if err != nil {
			return nil, err
		}
		cases = append(cases, wide...)
	}
	seen := map[string]bool{}
	for i := range cases {
		if c := &cases[i]; !seen[c.ID] {
			seen[c.ID] = true
			d.Cases = append(d.Cases, c)
		}
	}
	if d.Heard, err = heard(ctx, tx, r.Tenant, r.Ticket); err != nil {
		return nil, err
	}
	if r.Condition == "" {
		return d, nil
	}
	if d.Over, err = over(ctx, tx, r.Condition); err != nil || !r.Wide {
		return d, err
	}
	d.Loose, err = bodies[decide.Ticket](ctx, l.in(tx), `SELECT body FROM tickets WHERE case_id IS NULL AND body <> ''
		AND (tenant = $1 OR $1 = 'platform') AND (claims = 1 OR ticket = $2)
		ORDER BY heard_at DESC LIMIT $3`, r.Scope, r.Ticket, looseAtMost)
	return d, err
}

// wide reads the other cases that a fact of the scope can join or merge: for a
// tenant, its own and the platform's; for the platform, its own and all that
// nobody has decided.
func (l *Ledger) wide(ctx context.Context, tx *sql.Tx, scope string) ([]decide.Case, error) {
	cases, err := bodies[decide.Case](ctx, l.in(tx), `SELECT body FROM cases WHERE state NOT IN ('closed', 'merged')
		AND (tenant = $1 OR tenant = 'platform' OR ($1 = 'platform' AND state IN ('detected', 'needs_info', 'pending_review')))`, scope)
	if err != nil {
		return nil, fmt.Errorf("read the cases of %s: %w", scope, err)
	}
	return cases, nil
}

// heard is the revision of the ticket that was heard last; 0 if none was.
func heard(ctx context.Context, tx *sql.Tx, tenant, ticket string) (uint64, error) {
	var revision int64
	err := tx.QueryRowContext(ctx, `SELECT revision FROM tickets WHERE tenant = $1 AND ticket = $2`, tenant, ticket).Scan(&revision)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read the ticket's revision: %w", err)
	}
	return uint64(revision), nil
}

// over says that the condition is known to have ended without ever having had a case.
func over(ctx context.Context, tx *sql.Tx, id string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM conditions WHERE condition_id = $1 AND case_id IS NULL`, id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read the condition: %w", err)
	}
	return n > 0, nil
}

// caseIn reads one case in a transaction.
func caseIn(ctx context.Context, from room, id string) (decide.Case, error) {
	found, err := bodies[decide.Case](ctx, from, `SELECT body FROM cases WHERE case_id = $1`, id)
	switch {
	case err != nil:
		return decide.Case{}, fmt.Errorf("read case %s: %w", id, err)
	case len(found) == 0:
		return decide.Case{}, fmt.Errorf("case %q: %w", id, ErrNotFound)
	}
	return found[0], nil
}

// A source is a transaction or the read pool.
type source interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// A room is a source, and what opens the personal text that comes from it.
type room struct {
	source
	seal *seal.Sealer
}

func (l *Ledger) in(s source) room { return room{s, l.seal} }

// bodies reads rows of one column that holds JSON.
func bodies[T any](ctx context.Context, from room, query string, args ...any) ([]T, error) {
	return opened(ctx, from, func(rows *sql.Rows) (t T, err error) {
		var body string
		if err = rows.Scan(&body); err == nil {
			err = json.Unmarshal([]byte(body), &t)
		}
		return t, err
	}, query, args...)
}

// opened reads all rows of a query that hold personal text.
func opened[T any](ctx context.Context, from room, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	all, err := collect(ctx, from, scan, query, args...)
	if err != nil {
		return nil, err
	}
	return all, reveal(ctx, from.seal, all)
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, from source, scan func(*sql.Rows) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// micros is a time as the tables keep it: µs since 1970; 0 is no time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// timeOf is the inverse of micros.
func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
