package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
)

// An Outgoing is a transition that is still to be published, and the case as it
// was right after it.
type Outgoing struct {
	// Seq grows with each row.
	Seq   int64
	Case  decide.Case
	Event decide.Event
}

// Pending are the oldest transitions that are still to be published; those of
// one case are in the order of its versions.
func (l *Ledger) Pending(ctx context.Context, limit int) ([]Outgoing, error) {
	out, err := opened(ctx, l.in(l.read), scanOutgoing, `SELECT seq, body, event FROM outbox WHERE sent_at = 0 ORDER BY seq LIMIT $1`, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read what is to be published: %w", err)
	}
	return out, nil
}

func scanOutgoing(rows *sql.Rows) (o Outgoing, err error) {
	var body, event string
	if err = rows.Scan(&o.Seq, &body, &event); err != nil {
		return o, err
	}
	if err = json.Unmarshal([]byte(body), &o.Case); err != nil {
		return o, err
	}
	return o, json.Unmarshal([]byte(event), &o.Event)
}

// MarkSent says that the transitions were published.
func (l *Ledger) MarkSent(ctx context.Context, at time.Time, seqs ...int64) error {
	err := l.within(ctx, func(tx *sql.Tx) error {
		for part := range chunks(seqs) {
			args := []any{micros(at)}
			for _, seq := range part {
				args = append(args, seq)
			}
			places := strings.TrimPrefix(tuples(1, len(args)), " ($1, ")
			if _, err := tx.ExecContext(ctx, `UPDATE outbox SET sent_at = $1 WHERE seq IN (`+places, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark what was published: %w", err)
	}
	return nil
}

// Forget deletes what was published before a time, and the causes that were
// applied before it: a cause that old must not come again.
func (l *Ledger) Forget(ctx context.Context, before time.Time) error {
	err := l.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE sent_at > 0 AND sent_at < $1`, micros(before))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM inbox WHERE heard_at < $1`, micros(before))
		return err
	})
	if err != nil {
		return fmt.Errorf("delete what was published and applied: %w", err)
	}
	return nil
}

// Lease gives holder the right to do what name says until the time, or renews
// it; false where somebody else has it at now. One relay at a time keeps the
// order of what is published.
func (l *Ledger) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	var held int64
	err := l.within(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
			WHERE leases.holder = excluded.holder OR leases.expires_at <= $4`, name, holder, micros(until), micros(now))
		if err == nil {
			held, err = result.RowsAffected()
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	return held == 1, nil
}
