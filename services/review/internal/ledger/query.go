package ledger

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
)

// ErrCursor says that a cursor was not made by this ledger for this order.
var ErrCursor = errors.New("no such page")

// An Order is how a list of cases is sorted.
type Order uint8

// The orders, each with the greatest first.
const (
	ByImpact Order = iota // priority, then people, then the time of opening
	ByTime                // the time of opening
)

// A Query asks for cases.
type Query struct {
	States []decide.State // none: all
	Tenant string         // empty: all
	Order  Order
	Limit  int    // 0: 50; at most 500
	Cursor string // from the page before; empty: the first page
}

// A Page is a part of a list.
type Page struct {
	Cases []decide.Case
	// Next is the cursor of the page after this one; empty where there is none.
	Next string
}

// Case is the case as it now is.
func (l *Ledger) Case(ctx context.Context, id string) (decide.Case, error) {
	return caseIn(ctx, l.read, id)
}

// Cases is one page of the cases that q asks for. A case that changes between
// two pages may stand on both or on neither.
func (l *Ledger) Cases(ctx context.Context, q Query) (Page, error) {
	query, args, err := q.sql()
	if err != nil {
		return Page{}, err
	}
	cases, err := bodies[decide.Case](ctx, l.read, query, args...)
	if err != nil {
		return Page{}, fmt.Errorf("list cases: %w", err)
	}
	if limit := q.limit(); len(cases) > limit {
		return Page{cases[:limit], q.cursor(&cases[limit-1])}, nil
	}
	return Page{Cases: cases}, nil
}

func (q Query) limit() int { return pageLimit(q.Limit) }

// pageLimit is how many a page holds where so many are asked for.
func pageLimit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 500)
}

// sql is the query; it asks for one more case than the page holds.
func (q Query) sql() (string, []any, error) {
	var where []string
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if q.Tenant != "" {
		where = append(where, "tenant = "+arg(q.Tenant))
	}
	if len(q.States) > 0 {
		states := make([]string, len(q.States))
		for i, s := range q.States {
			states[i] = arg(string(s))
		}
		where = append(where, "state IN ("+strings.Join(states, ", ")+")")
	}
	if q.Cursor != "" {
		impact, opened, id, err := q.after()
		if err != nil {
			return "", nil, err
		}
		if q.Order == ByImpact {
			where = append(where, "(impact, opened_at, case_id) < ("+arg(impact)+", "+arg(opened)+", "+arg(id)+")")
		} else {
			where = append(where, "(opened_at, case_id) < ("+arg(opened)+", "+arg(id)+")")
		}
	}
	query := "SELECT body FROM cases"
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += map[Order]string{
		ByImpact: " ORDER BY impact DESC, opened_at DESC, case_id DESC",
		ByTime:   " ORDER BY opened_at DESC, case_id DESC",
	}[q.Order]
	return query + " LIMIT " + arg(int64(q.limit()+1)), args, nil
}

// cursor names the last case of a page by what it is sorted by.
func (q Query) cursor(last *decide.Case) string {
	text := fmt.Sprintf("%d %d %d %s", q.Order, last.Impact.Rank(), micros(last.OpenedAt), last.ID)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func (q Query) after() (impact, opened int64, id string, err error) {
	var order Order
	text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d %d %d %s", &order, &impact, &opened, &id)
	}
	if err != nil || order != q.Order {
		return 0, 0, "", fmt.Errorf("cursor %q: %w", q.Cursor, ErrCursor)
	}
	return impact, opened, id, nil
}

// LiveConditions are those that hold now and belong to a case, of one scope, or
// of all where it is empty.
func (l *Ledger) LiveConditions(ctx context.Context, scope string) ([]decide.Condition, error) {
	live, err := bodies[decide.Condition](ctx, l.read, `SELECT body FROM conditions WHERE state = 'raised'
		AND ($1 = '' OR scope = $1) ORDER BY scope, condition_id`, scope)
	if err != nil {
		return nil, fmt.Errorf("read the conditions that hold: %w", err)
	}
	return live, nil
}

// CasesOf are the cases that conditions belong to, by the conditions' ids; a
// condition that belongs to none is not there.
func (l *Ledger) CasesOf(ctx context.Context, conditions ...string) (map[string]string, error) {
	const atOnce = 500
	of := map[string]string{}
	for part := range slices.Chunk(conditions, atOnce) {
		args := make([]any, len(part))
		marks := make([]string, len(part))
		for i, id := range part {
			args[i], marks[i] = id, fmt.Sprintf("$%d", i+1)
		}
		found, err := collect(ctx, l.read, func(rows *sql.Rows) (pair [2]string, err error) {
			return pair, rows.Scan(&pair[0], &pair[1])
		}, "SELECT condition_id, case_id FROM conditions WHERE case_id IS NOT NULL AND condition_id IN ("+strings.Join(marks, ", ")+")", args...)
		if err != nil {
			return nil, fmt.Errorf("read the cases of %d conditions: %w", len(conditions), err)
		}
		for _, pair := range found {
			of[pair[0]] = pair[1]
		}
	}
	return of, nil
}

// Waking are the ids of cases of which a deadline has passed at a time, the
// oldest deadline first.
func (l *Ledger) Waking(ctx context.Context, at time.Time, limit int) ([]string, error) {
	ids, err := collect(ctx, l.read, text, `SELECT case_id FROM cases WHERE wake_at > 0 AND wake_at <= $1
		ORDER BY wake_at, case_id LIMIT $2`, micros(at), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read the deadlines that passed: %w", err)
	}
	return ids, nil
}
