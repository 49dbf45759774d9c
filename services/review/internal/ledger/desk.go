package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
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

// bodies reads rows of one column that holds JSON. To read what JSON says takes
// longer than to fetch it, so that many are read side by side.
func bodies[T any](ctx context.Context, from room, query string, args ...any) ([]T, error) {
	texts, err := collect(ctx, from, func(rows *sql.Rows) (body []byte, err error) {
		err = rows.Scan(&body)
		return body, err
	}, query, args...)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	all := make([]T, len(texts))
	size := max(alone, (len(all)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	errs := make([]error, (len(all)+size-1)/size)
	var parts sync.WaitGroup
	for i := range errs {
		first, end := i*size, min((i+1)*size, len(all))
		parts.Go(func() { errs[i] = read(ctx, from.seal, texts[first:end], all[first:end]) })
	}
	parts.Wait()
	return all, errors.Join(errs...)
}

// alone is how many bodies are read one after another.
const alone = 16

// read reads into all what the texts say.
func read[T any](ctx context.Context, s *seal.Sealer, texts [][]byte, all []T) error {
	for i, text := range texts {
		if err := json.Unmarshal(text, &all[i]); err != nil {
			return err
		}
	}
	return reveal(ctx, s, all)
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
