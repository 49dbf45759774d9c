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
