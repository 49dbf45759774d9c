package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"tocsin/services/review/internal/decide"
)

// save writes the sheet in the transaction.
func (s *sheet) save(ctx context.Context, tx *sql.Tx) error {
	for _, step := range []struct {
		what string
		do   func(context.Context, *sql.Tx) error
	}{
		{"tickets", s.saveTickets},
		{"audit", s.saveCases},
		{"notes and what is to be published", s.saveNews},
		{"decisions", s.teaches},
		{"links", s.saveLinks},
	} {
		if err := step.do(ctx, tx); err != nil {
			return fmt.Errorf("keep %s: %w", step.what, err)
		}
	}
	var beside []decide.Ticket
	for _, t := range s.tickets {
		beside = append(beside, *t.Ticket)
	}
	return s.l.key.saveTerms(ctx, tx, s.changes, beside)
}

func (s *sheet) saveTickets(ctx context.Context, tx *sql.Tx) error {
	var rows [][]any
	for _, t := range s.tickets {
		claims := 0
		if t.Claims() {
			claims = 1
		}
		rows = append(rows, []any{t.Tenant, t.ID, int64(t.Revision), micros(t.at), claims, t.body})
	}
	err := insert(ctx, tx, `INSERT INTO tickets (tenant, ticket, revision, heard_at, claims, body) VALUES`, rows,
		` ON CONFLICT (tenant, ticket) DO UPDATE SET revision = excluded.revision, heard_at = excluded.heard_at, claims = excluded.claims,
		body = CASE WHEN tickets.case_id IS NULL THEN excluded.body ELSE '' END WHERE tickets.revision < excluded.revision`)
	if err != nil {
		return err
	}
	for _, t := range s.requests {
		if err := saveRequest(ctx, tx, t.Ticket, t.at); err != nil {
			return fmt.Errorf("count the request of ticket %s: %w", t.ID, err)
		}
	}
	return nil
}

// saveCases writes the cases, each over the version before it, and their
// transitions. Who finds another version there lost a race.
func (s *sheet) saveCases(ctx context.Context, tx *sql.Tx) error {
	hashes, err := s.lastHashes(ctx, tx)
	if err != nil {
		return fmt.Errorf("read the audit rows before these: %w", err)
	}
	var fresh [][]any
	for _, c := range s.cases {
		kept := s.kept[c.ID]
		row := caseRow(c, kept.body)
		if kept.base == 0 {
			fresh = append(fresh, append(row, int64(c.Version)))
		} else if err := updateCase(ctx, tx, append(row, int64(kept.base))); err != nil {
			return fmt.Errorf("case %s at version %d: %w", c.ID, c.Version, err)
		}
	}
	err = insert(ctx, tx, `INSERT INTO cases (case_id, tenant, state, version, round, decided_by, impact, opened_at, updated_at, wake_at, body,
		priority, recommendation, due_at, claimed_by, indexed_version) VALUES`, fresh, "")
	if err != nil {
		return err
	}
	var rows [][]any
	for _, change := range s.changes {
		e := change.Event
		prev, known := hashes[e.Case]
		if !known && e.Version > 1 {
			return fmt.Errorf("the audit of case %s has no row before version %d", e.Case, e.Version)
		}
		hashes[e.Case] = hashOf(prev, e)
		rows = append(rows, auditRow(prev, e))
	}
	return insert(ctx, tx, auditInsert, rows, "")
}

// lastHashes are those of the last audit rows of the cases that are not new.
func (s *sheet) lastHashes(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	var old []string
	for _, c := range s.cases {
		if s.kept[c.ID].base > 0 {
			old = append(old, c.ID)
		}
	}
	hashes := map[string]string{}
	for part := range chunks(old) {
		var w where
		found, err := collect(ctx, tx, pair, `SELECT a.case_id, a.hash FROM audit a JOIN cases c ON c.case_id = a.case_id AND c.version = a.version
			WHERE c.case_id IN (`+places(&w, part)+`)`, w.args...)
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			hashes[row[0]] = row[1]
		}
	}
	return hashes, nil
}

// caseRow is the case as its columns hold it.
func caseRow(c *decide.Case, body []byte) []any {
	by := ""
	if c.Decision != nil {
		by = c.Decision.By
	}
	return []any{
		c.ID, c.Tenant, string(c.State), int64(c.Version), int64(c.Round), by, c.Impact.Rank(),
		micros(c.OpenedAt), micros(c.UpdatedAt), micros(c.WakeAt()), string(body),
		string(c.Impact.Priority), string(c.Recommendation), dueAt(c), c.ClaimedBy,
	}
}

func updateCase(ctx context.Context, tx *sql.Tx, row []any) error {
	result, err := tx.ExecContext(ctx, `UPDATE cases SET tenant = $2, state = $3, version = $4, round = $5, decided_by = $6, impact = $7,
		opened_at = $8, updated_at = $9, wake_at = $10, body = $11, priority = $12, recommendation = $13, due_at = $14,
		claimed_by = $15, indexed_version = $4 WHERE case_id = $1 AND version = $16`, row...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errRace
}

func (s *sheet) saveNews(ctx context.Context, tx *sql.Tx) error {
	if err := insert(ctx, tx, `INSERT INTO notes (case_id, version, tenant, note) VALUES`, s.notes, ""); err != nil {
		return err
	}
	return insert(ctx, tx, `INSERT INTO outbox (case_id, version, event, body, added_at, sent_at) VALUES`, s.outbox, "")
}

// saveLinks notes which tickets and conditions are new to the cases, and what the
// facts' own conditions say now.
func (s *sheet) saveLinks(ctx context.Context, tx *sql.Tx) error {
	var rows [][]any
	for _, c := range s.cases {
		if c.State.Final() {
			continue // what it holds stays with it, or is another case's
		}
		for _, t := range c.Tickets {
			if s.was.tickets[[2]string{t.Tenant, t.ID}] == c.ID {
				continue
			}
			_, err := tx.ExecContext(ctx, `UPDATE tickets SET case_id = $1, body = '' WHERE tenant = $2 AND ticket = $3`, c.ID, t.Tenant, t.ID)
			if err != nil {
				return err
			}
		}
		for _, cond := range c.Conditions {
			if s.was.conditions[cond.ID] == c.ID && !s.conditions[cond.ID] {
				continue
			}
			body, err := json.Marshal(cond)
			if err != nil {
				return err
			}
			rows = append(rows, []any{cond.ID, c.ID, cond.Scope, string(cond.Reason), string(cond.State), micros(cond.At), string(body)})
		}
	}
	err := insert(ctx, tx, `INSERT INTO conditions (condition_id, case_id, scope, reason, state, changed_at, body) VALUES`, rows,
		` ON CONFLICT (condition_id) DO UPDATE SET case_id = excluded.case_id, state = excluded.state,
		changed_at = excluded.changed_at, body = excluded.body`)
	if err != nil {
		return err
	}
	// That a condition has ended which nobody had heard of is remembered, so that
	// its beginning, should it come late, opens no case.
	return insert(ctx, tx, `INSERT INTO conditions (condition_id, scope, reason, state, changed_at, body) VALUES`, s.strays,
		` ON CONFLICT (condition_id) DO NOTHING`)
}
