package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/roster"
)

// runningAtMost bounds the cases that are looked at for who works on what.
const runningAtMost = 2000

// Roster is all technicians, by their ids.
func (l *Ledger) Roster(ctx context.Context) (roster.Book, error) {
	return bookIn(ctx, l.read)
}

func bookIn(ctx context.Context, from source) (roster.Book, error) {
	book, err := collect(ctx, from, func(rows *sql.Rows) (t roster.Technician, err error) {
		var body string
		var version int64
		if err = rows.Scan(&body, &version); err == nil {
			err = json.Unmarshal([]byte(body), &t)
		}
		t.Version = uint64(version)
		return t, err
	}, `SELECT body, version FROM technicians ORDER BY technician_id`)
	if err != nil {
		return nil, fmt.Errorf("read the roster: %w", err)
	}
	return book, nil
}

// Working is who works on what, of the cases that were approved and have not
// ended, by the technicians' ids.
func (l *Ledger) Working(ctx context.Context) (map[string][]roster.Work, error) {
	var running []decide.Case
	for q := (Query{States: []decide.State{decide.Approved, decide.InProgress}, Limit: 500}); len(running) < runningAtMost; {
		page, err := l.Cases(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("read who works on what: %w", err)
		}
		running = append(running, page.Cases...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	return roster.LoadOf(running), nil
}

// An Editor is who changes the roster, and when.
type Editor struct {
	By string
	At time.Time
	// Dry is that nothing is kept.
	Dry bool
}

// errDry ends a change of the roster that was only tried.
var errDry = errors.New("nothing is to be kept")

// ChangeRoster lets fn change the roster while nobody else does, keeps what is
// new, and gives the roster as it then is. If fn fails, nothing is kept, and its
// error is given.
func (l *Ledger) ChangeRoster(ctx context.Context, who Editor, fn func(roster.Book) (roster.Book, error)) (now roster.Book, diff roster.Diff, err error) {
	err = l.within(ctx, func(tx *sql.Tx) error {
		// The row makes those who change the roster follow one another.
		if _, err := tx.ExecContext(ctx, `UPDATE rosters SET changed_at = $1`, micros(who.At)); err != nil {
			return err
		}
		was, err := bookIn(ctx, tx)
		if err != nil {
			return err
		}
		if now, err = fn(was); err != nil {
			return err
		}
		now = slices.Clone(now)
		if diff = now.Since(was); who.Dry || diff.None() {
			return errDry
		}
		return saveRoster(ctx, tx, who, now, diff)
	})
	if err != nil && !errors.Is(err, errDry) {
		return nil, roster.Diff{}, fmt.Errorf("change the roster: %w", err)
	}
	return now, diff, nil
}

// saveRoster writes what is new in the book, which gets the versions that it has then.
func saveRoster(ctx context.Context, tx *sql.Tx, who Editor, book roster.Book, d roster.Diff) error {
	for i := range book {
		t := &book[i]
		if !slices.Contains(d.Added, t.ID) && !slices.Contains(d.Changed, t.ID) {
			continue
		}
		t.Version++
		body, err := json.Marshal(t)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO technicians (technician_id, version, changed_by, changed_at, body) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (technician_id) DO UPDATE SET version = excluded.version, changed_by = excluded.changed_by,
			changed_at = excluded.changed_at, body = excluded.body`, t.ID, int64(t.Version), who.By, micros(who.At), string(body))
		if err != nil {
			return fmt.Errorf("keep technician %q: %w", t.ID, err)
		}
	}
	for _, id := range d.Removed {
		if _, err := tx.ExecContext(ctx, `DELETE FROM technicians WHERE technician_id = $1`, id); err != nil {
			return fmt.Errorf("forget technician %q: %w", id, err)
		}
	}
	return nil
}
