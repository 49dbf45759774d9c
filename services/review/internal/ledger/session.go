package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
)

// ErrNoSession says that there is no such session, or not any more.
var ErrNoSession = errors.New("no such session")

// A Session is a person who has signed in with a browser.
type Session struct {
	// Hash is SHA-256, in hex, of the id that the browser has; Previous of the id
	// that it had before, empty where it has its first.
	Hash, Previous string
	Person         decide.Person
	// Way is how the person signed in.
	Way string
	// TurnedAt is when the browser got its id, SeenAt when it came last.
	MadeAt, TurnedAt, SeenAt time.Time
	// IdleAt is when it ends unless it is seen before, EndsAt when it ends anyway.
	IdleAt, EndsAt time.Time
}

// OpenSession keeps a new session, and forgets those that ended before it was made.
func (l *Ledger) OpenSession(ctx context.Context, s Session) error {
	tenants, err := json.Marshal(s.Person.Tenants)
	if err != nil {
		return err
	}
	err = l.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE ends_at < $1 OR idle_at < $1`, micros(s.MadeAt)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (hash, previous, person, role, tenants, way, made_at, turned_at, seen_at, idle_at, ends_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			s.Hash, s.Previous, s.Person.ID, string(s.Person.Role), string(tenants), s.Way,
			micros(s.MadeAt), micros(s.TurnedAt), micros(s.SeenAt), micros(s.IdleAt), micros(s.EndsAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	return nil
}

// Session is the session of which this is the hash of an id, or of the id before;
// ErrNoSession where there is none. Whether it has ended is left to the caller.
func (l *Ledger) Session(ctx context.Context, hash string) (Session, error) {
	found, err := collect(ctx, l.read, scanSession, `SELECT hash, previous, person, role, tenants, way, made_at, turned_at, seen_at, idle_at, ends_at
		FROM sessions WHERE hash = $1 OR previous = $1`, hash)
	switch {
	case err != nil:
		return Session{}, fmt.Errorf("read a session: %w", err)
	case len(found) == 0:
		return Session{}, ErrNoSession
	}
	return found[0], nil
}

// KeepSession writes of the session with a hash its ids and when it was seen. It
// answers false where there is none of that hash: it has ended, or another
// request has given it another id.
func (l *Ledger) KeepSession(ctx context.Context, hash string, s Session) (kept bool, err error) {
	err = l.within(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE sessions SET hash = $1, previous = $2, turned_at = $3, seen_at = $4, idle_at = $5 WHERE hash = $6`,
			s.Hash, s.Previous, micros(s.TurnedAt), micros(s.SeenAt), micros(s.IdleAt), hash)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		kept = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep a session: %w", err)
	}
	return kept, nil
}

// EndSession ends the session of which this is the hash of an id, or of the id
// before. That there is none is no error.
func (l *Ledger) EndSession(ctx context.Context, hash string) error {
	_, err := l.end(ctx, `DELETE FROM sessions WHERE hash = $1 OR previous = $1`, hash)
	return err
}

// EndSessionsOf ends all sessions of a person, and says how many there were.
func (l *Ledger) EndSessionsOf(ctx context.Context, person string) (int, error) {
	return l.end(ctx, `DELETE FROM sessions WHERE person = $1`, person)
}

func (l *Ledger) end(ctx context.Context, statement, of string) (n int, err error) {
	err = l.within(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, statement, of)
		if err != nil {
			return err
		}
		ended, err := result.RowsAffected()
		n = int(ended)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}

func scanSession(rows *sql.Rows) (s Session, err error) {
	var role, tenants string
	var made, turned, seen, idle, ends int64
	if err = rows.Scan(&s.Hash, &s.Previous, &s.Person.ID, &role, &tenants, &s.Way, &made, &turned, &seen, &idle, &ends); err == nil {
		err = json.Unmarshal([]byte(tenants), &s.Person.Tenants)
	}
	s.Person.Role = decide.Role(role)
	s.MadeAt, s.TurnedAt, s.SeenAt, s.IdleAt, s.EndsAt = timeOf(made), timeOf(turned), timeOf(seen), timeOf(idle), timeOf(ends)
	return s, err
}
