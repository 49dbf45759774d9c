package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// A Delivery is the fate of one attempt to tell somebody something.
type Delivery struct {
	// ID is derived from the notification, the destination and the attempt.
	ID           string
	Notification string
	Case         string
	Tenant       string
	Audience     string
	Recipient    string
	Channel      string
	Destination  string
	Kind         string
	// Outcome is sent, failed or parked of an attempt; silenced or grouped where
	// none was made.
	Outcome  string
	Attempt  uint32
	At       time.Time
	Duration time.Duration // kept in milliseconds
	// Answer is what the destination said, shortened, or why nothing was attempted.
	Answer string
}

// RecordDeliveries keeps the fate of attempts, all or none; the same id again changes
// nothing.
func (l *Ledger) RecordDeliveries(ctx context.Context, list ...Delivery) error {
	answers := make([]string, len(list))
	for i, d := range list {
		var err error
		if answers[i], err = l.sealOne(ctx, d.Tenant, answerOf(d.ID), d.Answer); err != nil {
			return fmt.Errorf("record delivery %s: %w", d.ID, err)
		}
	}
	return l.within(ctx, func(tx *sql.Tx) error {
		for i, d := range list {
			_, err := tx.ExecContext(ctx, `INSERT INTO deliveries (delivery_id, notification_id, case_id, tenant, audience, recipient,
				channel, destination, kind, outcome, attempt, tried_at, duration_ms, answer)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (delivery_id) DO NOTHING`,
				d.ID, d.Notification, d.Case, d.Tenant, d.Audience, d.Recipient,
				d.Channel, d.Destination, d.Kind, d.Outcome, int64(d.Attempt), micros(d.At), d.Duration.Milliseconds(), answers[i])
			if err != nil {
				return fmt.Errorf("record delivery %s: %w", d.ID, err)
			}
		}
		return nil
	})
}

// Deliveries are the attempts made for a case, oldest first.
func (l *Ledger) Deliveries(ctx context.Context, caseID string) ([]Delivery, error) {
	all, err := opened(ctx, l.in(l.read), scanDelivery, deliveryColumns+` WHERE case_id = $1 ORDER BY tried_at, delivery_id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("read the deliveries of case %s: %w", caseID, err)
	}
	return all, nil
}

// deliveryColumns are what scanDelivery reads.
const deliveryColumns = `SELECT delivery_id, notification_id, case_id, tenant, audience, recipient,
	channel, destination, kind, outcome, attempt, tried_at, duration_ms, answer FROM deliveries`

// A DeliveryQuery asks for deliveries, the latest first. What is empty asks for all.
type DeliveryQuery struct {
	// Tenants and audiences of which there must be one; none: all.
	Tenants, Audiences                                        []string
	Case, Notification, Audience, Outcome, Recipient, Channel string
	// Destination is its name in the file of routes, or its host where it has none;
	// or both, as a Delivery has it.
	Destination string
	// Since and Until are when the attempt began; Until is not among them.
	Since, Until time.Time
	Limit        int    // 0: 50; at most 500
	Cursor       string // from the page before; empty: the first page
}

// A DeliveryPage is a part of a list.
type DeliveryPage struct {
	Deliveries []Delivery
	// Next is the cursor of the page after this one; empty where there is none.
	Next string
}

// AllDeliveries is one page of the attempts that q asks for.
func (l *Ledger) AllDeliveries(ctx context.Context, q DeliveryQuery) (DeliveryPage, error) {
	w := q.where()
	if q.Cursor != "" {
		m, err := markOf(q.Cursor, Delivery{}.mark())
		if err != nil {
			return DeliveryPage{}, err
		}
		w.add("(tried_at, delivery_id) < (%s, %s)", m.N[0], m.S[0])
	}
	rows, err := opened(ctx, l.in(l.read), scanDelivery, deliveryColumns+w.String()+w.page("tried_at DESC, delivery_id DESC", q.Limit), w.args...)
	if err != nil {
		return DeliveryPage{}, fmt.Errorf("list deliveries: %w", err)
	}
	var page DeliveryPage
	page.Deliveries, page.Next = pageOf(rows, q.Limit, Delivery.mark)
	return page, nil
}

func (q *DeliveryQuery) where() where {
	var w where
	among(&w, "tenant", q.Tenants)
	among(&w, "audience", q.Audiences)
	w.is("case_id", q.Case)
	w.is("notification_id", q.Notification)
	w.is("audience", q.Audience)
	w.is("recipient", q.Recipient)
	w.is("channel", q.Channel)
	if w.is("outcome", q.Outcome); q.Outcome != "" && q.Outcome != "sent" {
		w.must = append(w.must, "outcome <> 'sent'") // by which the index of the others is known
	}
	name, _, whole := strings.Cut(q.Destination, ": ")
	if w.is("destination_name", name); whole {
		w.is("destination", q.Destination)
	}
	if !q.Since.IsZero() {
		w.add("tried_at >= %s", micros(q.Since))
	}
	if !q.Until.IsZero() {
		w.add("tried_at < %s", micros(q.Until))
	}
	return w
}

func (d Delivery) mark() mark { return mark{"deliveries", []int64{micros(d.At)}, []string{d.ID}} }

func scanDelivery(rows *sql.Rows) (d Delivery, err error) {
	var attempt, at, duration int64
	err = rows.Scan(&d.ID, &d.Notification, &d.Case, &d.Tenant, &d.Audience, &d.Recipient,
		&d.Channel, &d.Destination, &d.Kind, &d.Outcome, &attempt, &at, &duration, &d.Answer)
	d.Attempt, d.At, d.Duration = uint32(attempt), timeOf(at), time.Duration(duration)*time.Millisecond
	return d, err
}

func text(rows *sql.Rows) (s string, err error) {
	err = rows.Scan(&s)
	return s, err
}
