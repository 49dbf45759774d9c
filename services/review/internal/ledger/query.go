package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/review/internal/decide"
)

// ErrCursor says that a cursor was not made by this ledger for this order.
var ErrCursor = errors.New("no such page")

// An Order is how a list of cases is sorted.
type Order uint8

// The orders.
const (
	ByImpact Order = iota // priority, then people, then the time of opening, each with the greatest first
	ByTime                // the time of opening, the latest first
	ByDue                 // what is due first; cases with nothing due come last
)

// A Query asks for cases. What is empty asks for all.
type Query struct {
	States []decide.State
	// Tenant is one that the case concerns: its own, or that of one of its tickets.
	Tenant string
	// Tenants are several, of which the case must concern one. Where there are
	// some, Tenant must be one of them, and a case that others share is not found
	// by what is theirs.
	Tenants        []string
	Reason         policy.ReasonID
	Priority       policy.Priority
	Recommendation decide.Recommendation
	// Overdue asks for cases of which a decision or an ETA was due before this time.
	Overdue   time.Time
	ClaimedBy string
	// OpenedFrom and OpenedUntil ask for cases opened from the first on, before the second.
	OpenedFrom, OpenedUntil time.Time
	// Text is what somebody looks for, in words of which each must be found: as the
	// beginning of an id (of the case, a tenant, a ticket, an agent, a CSM, a
	// requester), or as a whole word of a ticket's subject.
	Text   string
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
	return caseIn(ctx, l.in(l.read), id)
}

// Cases is one page of the cases that q asks for. A case that changes between
// two pages may stand on both or on neither.
func (l *Ledger) Cases(ctx context.Context, q Query) (Page, error) {
	some, err := l.some(ctx, q)
	if err != nil {
		return Page{}, fmt.Errorf("find cases by words: %w", err)
	}
	query, args, err := l.find(q, some)
	if err != nil {
		return Page{}, err
	}
	cases, err := bodies[decide.Case](ctx, l.in(l.read), query, args...)
	if err != nil {
		return Page{}, fmt.Errorf("list cases: %w", err)
	}
	var page Page
	page.Cases, page.Next = pageOf(cases, q.Limit, q.mark)
	return page, nil
}

// pageLimit is how many a page holds where so many are asked for.
func pageLimit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 500)
}

// LiveConditions are those that hold now and belong to a case, of one scope, or
// of all where it is empty.
func (l *Ledger) LiveConditions(ctx context.Context, scope string) ([]decide.Condition, error) {
	live, err := bodies[decide.Condition](ctx, l.in(l.read), `SELECT body FROM conditions WHERE state = 'raised'
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
