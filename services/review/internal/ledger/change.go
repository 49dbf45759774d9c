package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/services/review/internal/decide"
)

// tries is how often a change is tried. The first try shares the platform with
// other tenants; those after a lost race have it alone, so that they win.
const tries = 4

// Update locks the case, lets fn change it, and saves it together with the
// event that fn returns. If fn fails, nothing is saved. A cause that was applied
// before changes nothing and gives the case as it now is.
func (l *Ledger) Update(ctx context.Context, id string, cause Cause, fn func(*decide.Case) (decide.Event, error)) (decide.Case, error) {
	c, err := l.Case(ctx, id)
	if err != nil {
		return decide.Case{}, err
	}
	_, err = l.once(ctx, cause, c.Tenant, func(tx *sql.Tx) error {
		var err error
		if c, err = caseIn(ctx, l.in(tx), id); err != nil {
			return err
		}
		was := linksOf([]*decide.Case{&c})
		event, err := fn(&c)
		if err != nil {
			return err
		}
		return work{cause.At, Fact{}, []decide.Change{{Case: &c, Event: event}}, was}.save(ctx, tx, l)
	})
	if err != nil {
		return decide.Case{}, err
	}
	return l.Case(ctx, id)
}

// errRace says that another writer has changed the case since it was read.
var errRace = errors.New("another writer was first; trying again helps")

// once runs fn in a transaction that has the scope to itself, unless the cause
// was applied before.
func (l *Ledger) once(ctx context.Context, cause Cause, scope string, fn func(*sql.Tx) error) (applied bool, err error) {
	for try := range tries {
		if try > 0 {
			scope = decide.Platform
		}
		err = l.within(ctx, func(tx *sql.Tx) error {
			if applied, err = l.enter(ctx, tx, cause); err != nil || !applied {
				return err
			}
			if err := l.engine.Lock(ctx, tx, scope); err != nil {
				return fmt.Errorf("lock the cases of %s: %w", scope, err)
			}
			return fn(tx)
		})
		if !errors.Is(err, errRace) && !l.engine.Lost(err) {
			break
		}
	}
	return applied && err == nil, err
}

// enter notes that the cause is applied; false where it was before, and ErrReused
// where it said something else then. Another transaction that applies the same one
// is waited for.
func (l *Ledger) enter(ctx context.Context, tx *sql.Tx, cause Cause) (bool, error) {
	if cause.EventID == "" {
		return true, nil
	}
	said := ""
	if cause.Said != "" {
		said = l.key.word(cause.Said)
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO inbox (consumer, event_id, heard_at, said) VALUES ($1, $2, $3, $4)
		ON CONFLICT (consumer, event_id) DO NOTHING`, cause.Consumer, cause.EventID, micros(cause.At), said)
	if err != nil {
		return false, fmt.Errorf("note that %s was applied: %w", cause.EventID, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return n == 1, err
	}
	before, err := collect(ctx, tx, text, `SELECT said FROM inbox WHERE consumer = $1 AND event_id = $2 AND said <> ''`, cause.Consumer, cause.EventID)
	if err != nil {
		return false, fmt.Errorf("read what %s said: %w", cause.EventID, err)
	}
	if len(before) > 0 && said != "" && before[0] != said {
		return false, ErrReused
	}
	return false, nil
}
