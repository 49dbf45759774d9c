package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// An AuditLine is a row of the audit as it is exported: ids only, and what its
// hash was made of.
type AuditLine struct {
	Case      string    `json:"case"`
	Version   uint64    `json:"version"`
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	From      string    `json:"from,omitempty"`
	To        string    `json:"to"`
	Actor     string    `json:"actor"`
	Person    bool      `json:"person,omitempty"`
	At        time.Time `json:"at,omitzero"`
	Cause     string    `json:"cause,omitempty"`
	Tenant    string    `json:"tenant,omitempty"`
	Ticket    string    `json:"ticket,omitempty"`
	Condition string    `json:"condition,omitempty"`
	Ground    string    `json:"ground,omitempty"`
	Subject   string    `json:"subject,omitempty"`
	Absorbed  []string  `json:"absorbed,omitempty"`
	Prev      string    `json:"prev,omitempty"`
	Hash      string    `json:"hash"`
	// Latest is the version that the case has; 0 is not known.
	Latest uint64 `json:"latest,omitempty"`
}

// LineOf is the row as it is exported.
func LineOf(r AuditRow) AuditLine {
	e := r.Event
	return AuditLine{
		Case: e.Case, Version: e.Version, ID: e.ID, Name: string(e.Name), From: string(e.From), To: string(e.To), Actor: e.Actor,
		Person: e.Person, At: e.At, Cause: e.Cause, Tenant: e.Tenant, Ticket: e.Ticket, Condition: e.Condition,
		Ground: string(e.Ground), Subject: e.Subject, Absorbed: e.Absorbed, Prev: r.PrevHash, Hash: r.Hash,
	}
}

// event is what the line says happened.
func (a AuditLine) event() decide.Event {
	return decide.Event{
		ID: a.ID, Case: a.Case, Version: a.Version, Name: decide.Name(a.Name), From: decide.State(a.From), To: decide.State(a.To),
		Actor: a.Actor, Person: a.Person, At: a.At, Cause: a.Cause, Tenant: a.Tenant, Ticket: a.Ticket, Condition: a.Condition,
		Ground: policy.GroundID(a.Ground), Subject: a.Subject, Absorbed: a.Absorbed,
	}
}

// Sum is what the row's hash has to be.
func (a AuditLine) Sum() string { return hashOf(a.Prev, a.event()) }

// An AuditRange says which rows are wanted; what is empty asks for all.
type AuditRange struct {
	Case  string
	Since time.Time
	// After is the case and the version of the last row that was read.
	After struct {
		Case    string
		Version uint64
	}
	Limit int // 0: all
}

// EachAuditLine hands the rows of the audit to fn, by case and version, as they
// stand at one moment. It keeps none of them, and stops at fn's error.
func (l *Ledger) EachAuditLine(ctx context.Context, q AuditRange, fn func(AuditLine) error) error {
	var w where
	w.is("a.case_id", q.Case)
	if !q.Since.IsZero() {
		w.add("a.happened_at >= %s", micros(q.Since))
	}
	if q.After.Case != "" {
		w.add("(a.case_id, a.version) > (%s, %s)", q.After.Case, int64(q.After.Version))
	}
	query := `SELECT a.case_id, a.version, a.event_id, a.name, a.from_state, a.to_state, a.actor, a.by_person, a.happened_at, a.cause,
		a.tenant, a.ticket, a.condition_id, a.ground, a.absorbed, a.prev_hash, a.hash, a.subject, '', '', COALESCE(c.version, 0)
		FROM audit a LEFT JOIN cases c ON c.case_id = a.case_id` + w.String() + ` ORDER BY a.case_id, a.version`
	if q.Limit > 0 {
		query += " LIMIT " + w.arg(int64(q.Limit))
	}
	if err := eachLine(ctx, l.read, fn, query, w.args...); err != nil {
		return fmt.Errorf("read the audit: %w", err)
	}
	return nil
}

// UnauditedCases are cases of which the audit says nothing at all, which never is so.
func (l *Ledger) UnauditedCases(ctx context.Context) ([]string, error) {
	ids, err := collect(ctx, l.read, text, `SELECT case_id FROM cases c
		WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.case_id = c.case_id) ORDER BY case_id`)
	if err != nil {
		return nil, fmt.Errorf("read which cases have no audit: %w", err)
	}
	return ids, nil
}

func eachLine(ctx context.Context, from source, fn func(AuditLine) error, query string, args ...any) (err error) {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		line, err := scanLine(rows)
		if err != nil {
			return err
		}
		if err := fn(line); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanLine(rows *sql.Rows) (AuditLine, error) {
	var row AuditRow
	var latest int64
	err := row.scan(rows, &latest)
	line := LineOf(row)
	line.Latest = uint64(latest)
	return line, err
}
