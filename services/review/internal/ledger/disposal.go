package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"tocsin/services/review/internal/decide"
)

// A Disposal is what somebody ordered to be done with a dead letter, and why. It
// is kept before it is done.
type Disposal struct {
	// Letter is its number; a stream that is made anew counts from one again, so
	// that ParkedAt belongs to it.
	Letter   uint64    `json:"letter"`
	ParkedAt time.Time `json:"parked_at"`
	Consumer string    `json:"consumer"`
	Subject  string    `json:"subject"`
	// Said is what was wrong with it.
	Said string `json:"reason"`
	// Notification, Case and Tenant are those of a message to people.
	Notification string `json:"notification,omitempty"`
	Case         string `json:"case,omitempty"`
	Tenant       string `json:"tenant,omitempty"`
	// Act is retry or drop.
	Act  string    `json:"act"`
	By   string    `json:"by"`
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"`
}

// id is the order's own: the same act on the same letter is one.
func (d *Disposal) id() string {
	return strconv.FormatUint(d.Letter, 10) + "/" + strconv.FormatInt(micros(d.ParkedAt), 10) + "/" + d.Act
}

// keeper is under whose key the texts stand: the tenant's, else the platform's.
func (d *Disposal) keeper() string {
	if d.Tenant == "" {
		return decide.Platform
	}
	return d.Tenant
}

// texts visits the personal texts of an order.
func (d *Disposal) texts(do visit) {
	do(d.keeper(), "reason", &d.Said)
	do(d.keeper(), "note", &d.Note)
}

// Dispose keeps an order; the same act on the same letter again changes nothing.
func (l *Ledger) Dispose(ctx context.Context, d Disposal) error {
	thing := "disposal/" + d.id()
	b, do := sealing(ctx, l.seal, thing)
	if d.texts(do); b.err != nil {
		return fmt.Errorf("keep what becomes of dead letter %d: %w", d.Letter, b.err)
	}
	err := l.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO disposals (disposal_id, letter, parked_at, consumer, subject, reason,
			notification_id, case_id, tenant, act, done_by, note, done_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (disposal_id) DO NOTHING`,
			d.id(), int64(d.Letter), micros(d.ParkedAt), d.Consumer, d.Subject, d.Said, //nolint:gosec // a stream's number
			d.Notification, d.Case, d.Tenant, d.Act, d.By, d.Note, micros(d.At))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what becomes of dead letter %d: %w", d.Letter, err)
	}
	return nil
}

// A DisposalQuery asks for orders, the latest first.
type DisposalQuery struct {
	Letter uint64 // 0: of all
	Limit  int    // 0: 50; at most 500
}

// Disposals are the orders that q asks for.
func (l *Ledger) Disposals(ctx context.Context, q DisposalQuery) ([]Disposal, error) {
	var w where
	if q.Letter > 0 {
		w.add("letter = %s", int64(q.Letter)) //nolint:gosec // a stream's number
	}
	query := `SELECT letter, parked_at, consumer, subject, reason, notification_id, case_id, tenant, act, done_by, note, done_at
		FROM disposals` + w.String() + ` ORDER BY done_at DESC, disposal_id LIMIT ` + w.arg(int64(pageLimit(q.Limit)))
	all, err := opened(ctx, l.in(l.read), scanDisposal, query, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list what became of dead letters: %w", err)
	}
	return all, nil
}

func scanDisposal(rows *sql.Rows) (d Disposal, err error) {
	var letter, parked, at int64
	err = rows.Scan(&letter, &parked, &d.Consumer, &d.Subject, &d.Said, &d.Notification, &d.Case, &d.Tenant, &d.Act, &d.By, &d.Note, &at)
	d.Letter, d.ParkedAt, d.At = uint64(letter), timeOf(parked), timeOf(at) //nolint:gosec // it was one
	return d, err
}
