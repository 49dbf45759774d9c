package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/teach"
)

// links says which case each ticket and condition belonged to before a change.
type links struct {
	tickets    map[[2]string]string
	conditions map[string]string
}

func linksOf(cases []*decide.Case) links {
	l := links{map[[2]string]string{}, map[string]string{}}
	for _, c := range cases {
		if c.State.Final() {
			continue
		}
		for _, t := range c.Tickets {
			l.tickets[[2]string{t.Tenant, t.ID}] = c.ID
		}
		for _, cond := range c.Conditions {
			l.conditions[cond.ID] = c.ID
		}
	}
	return l
}

// work is what one fact or command changed.
type work struct {
	at      time.Time
	fact    Fact
	changes []decide.Change
	was     links
}

// save writes all of it in the transaction.
func (w work) save(ctx context.Context, tx *sql.Tx, l *Ledger) error {
	if w.fact.Ticket != nil {
		if err := w.saveTicket(ctx, tx, l); err != nil {
			return fmt.Errorf("keep ticket %s: %w", w.fact.Ticket.ID, err)
		}
		if len(w.changes) > 0 {
			if err := saveRequest(ctx, tx, w.fact.Ticket, w.at); err != nil {
				return fmt.Errorf("count the request of ticket %s: %w", w.fact.Ticket.ID, err)
			}
		}
	}
	for _, change := range w.changes {
		body, err := l.encode(ctx, change.Case)
		if err != nil {
			return fmt.Errorf("write down case %s: %w", change.Case.ID, err)
		}
		if err := saveCase(ctx, tx, change.Case, body); err != nil {
			return fmt.Errorf("keep case %s: %w", change.Case.ID, err)
		}
		if err := l.saveEvent(ctx, tx, change, body); err != nil {
			return fmt.Errorf("keep what changed in case %s: %w", change.Case.ID, err)
		}
		if err := savePrecedent(ctx, tx, change.Case, change.Event); err != nil {
			return fmt.Errorf("keep the decision on case %s as a precedent: %w", change.Case.ID, err)
		}
		if err := saveCounts(ctx, tx, change.Case, change.Event); err != nil {
			return fmt.Errorf("count what changed in case %s: %w", change.Case.ID, err)
		}
		for _, example := range teach.Decided(change.Case, change.Event) {
			if err := l.saveLabel(ctx, tx, example); err != nil {
				return fmt.Errorf("keep what the decision on case %s teaches: %w", change.Case.ID, err)
			}
		}
	}
	for _, change := range w.changes {
		if err := w.saveLinks(ctx, tx, change.Case); err != nil {
			return fmt.Errorf("keep the links of case %s: %w", change.Case.ID, err)
		}
	}
	if c := w.fact.Condition; c != nil && !c.Live() {
		if err := saveStray(ctx, tx, c); err != nil {
			return err
		}
	}
	return l.key.saveTerms(ctx, tx, w.changes, w.beside())
}

// beside are the tickets that a case may take in and keep in brief.
func (w work) beside() []decide.Ticket {
	if w.fact.Ticket == nil {
		return nil
	}
	return []decide.Ticket{*w.fact.Ticket}
}

// saveCase writes the case over the version before it. Who finds another version there lost a race.
func saveCase(ctx context.Context, tx *sql.Tx, c *decide.Case, body []byte) error {
	by := ""
	if c.Decision != nil {
		by = c.Decision.By
	}
	args := []any{
		c.ID, c.Tenant, string(c.State), int64(c.Version), int64(c.Round), by, c.Impact.Rank(),
		micros(c.OpenedAt), micros(c.UpdatedAt), micros(c.WakeAt()), string(body),
		string(c.Impact.Priority), string(c.Recommendation), dueAt(c),
	}
	query := `INSERT INTO cases (case_id, tenant, state, version, round, decided_by, impact, opened_at, updated_at, wake_at, body,
		priority, recommendation, due_at, indexed_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $4)`
	if c.Version > 1 {
		query = `UPDATE cases SET tenant = $2, state = $3, version = $4, round = $5, decided_by = $6, impact = $7,
			opened_at = $8, updated_at = $9, wake_at = $10, body = $11, priority = $12, recommendation = $13, due_at = $14,
			indexed_version = $4 WHERE case_id = $1 AND version = $4 - 1`
	}
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("version %d: %w", c.Version, errRace)
}

// saveEvent adds the transition to the audit and to what is to be published.
// What a person wrote is kept apart, so that it can be erased.
func (l *Ledger) saveEvent(ctx context.Context, tx *sql.Tx, change decide.Change, body []byte) error {
	e, tenant := change.Event, change.Case.Tenant
	if err := saveAudit(ctx, tx, e); err != nil {
		return err
	}
	var err error
	if e.Note, err = l.sealOne(ctx, tenant, noteOf(e.Case, e.Version), e.Note); err != nil {
		return err
	}
	if e.Note != "" {
		_, err := tx.ExecContext(ctx, `INSERT INTO notes (case_id, version, tenant, note) VALUES ($1, $2, $3, $4)`, e.Case, int64(e.Version), tenant, e.Note)
		if err != nil {
			return err
		}
	}
	event, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO outbox (case_id, version, event, body, added_at, sent_at) VALUES ($1, $2, $3, $4, $5, 0)`,
		e.Case, int64(e.Version), string(event), string(body), micros(e.At))
	return err
}

// saveTicket notes which revision was heard. What the ticket says is kept here
// only while it is open and belongs to no case, so that a condition can find it.
func (w work) saveTicket(ctx context.Context, tx *sql.Tx, l *Ledger) error {
	t, body := w.fact.Ticket, ""
	if len(w.changes) == 0 && !t.Done() {
		text, err := l.encodeTicket(ctx, t)
		if err != nil {
			return err
		}
		body = string(text)
	}
	claims := 0
	if t.Claims() {
		claims = 1
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO tickets (tenant, ticket, revision, heard_at, claims, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant, ticket) DO UPDATE SET revision = excluded.revision, heard_at = excluded.heard_at, claims = excluded.claims,
		body = CASE WHEN tickets.case_id IS NULL THEN excluded.body ELSE '' END WHERE tickets.revision < excluded.revision`,
		t.Tenant, t.ID, int64(t.Revision), micros(w.at), claims, body)
	return err
}

// saveLinks notes which tickets and conditions are new to the case, and what
// the fact's own condition says now.
func (w work) saveLinks(ctx context.Context, tx *sql.Tx, c *decide.Case) error {
	if c.State.Final() {
		return nil // what it holds stays with it, or is another case's
	}
	for _, t := range c.Tickets {
		if w.was.tickets[[2]string{t.Tenant, t.ID}] == c.ID {
			continue
		}
		_, err := tx.ExecContext(ctx, `UPDATE tickets SET case_id = $1, body = '' WHERE tenant = $2 AND ticket = $3`, c.ID, t.Tenant, t.ID)
		if err != nil {
			return err
		}
	}
	for _, cond := range c.Conditions {
		if w.was.conditions[cond.ID] == c.ID && (w.fact.Condition == nil || w.fact.Condition.ID != cond.ID) {
			continue
		}
		body, err := json.Marshal(cond)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO conditions (condition_id, case_id, scope, reason, state, changed_at, body)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (condition_id) DO UPDATE SET
			case_id = excluded.case_id, state = excluded.state, changed_at = excluded.changed_at, body = excluded.body`,
			cond.ID, c.ID, cond.Scope, string(cond.Reason), string(cond.State), micros(cond.At), string(body))
		if err != nil {
			return err
		}
	}
	return nil
}

// saveStray remembers that a condition has ended which nobody had heard of, so
// that its beginning, should it come late, opens no case.
func saveStray(ctx context.Context, tx *sql.Tx, c *decide.Condition) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO conditions (condition_id, case_id, scope, reason, state, changed_at, body)
		VALUES ($1, NULL, $2, $3, $4, $5, '') ON CONFLICT (condition_id) DO NOTHING`,
		c.ID, c.Scope, string(c.Reason), string(c.State), micros(c.At))
	if err != nil {
		return fmt.Errorf("remember that condition %s has ended: %w", c.ID, err)
	}
	return nil
}
