package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"tocsin/services/review/internal/decide"
)

// A Copier writes many rows of one table at once, as no statement can.
type Copier interface {
	Copy(ctx context.Context, table string, columns []string, rows [][]any) error
}

// A Past is a case as it now is, and all its transitions, oldest first.
type Past struct {
	Case   *decide.Case
	Events []decide.Event
}

// Load adds cases with their past, as if they had long been published, to tables
// that have none of them. It is for trials with many cases: nothing is checked.
func (l *Ledger) Load(ctx context.Context, to Copier, past []Past) error {
	var cases, audit, terms, tickets, conditions [][]any
	for _, p := range past {
		c, prev := p.Case, ""
		body, err := l.encode(ctx, c)
		if err != nil {
			return fmt.Errorf("write down case %s: %w", c.ID, err)
		}
		cases = append(cases, append(caseRow(c, body), int64(c.Version)))
		for _, e := range p.Events {
			row := auditRow(prev, e)
			row[7], prev = int64(row[7].(int)), hashOf(prev, e)
			audit = append(audit, row)
		}
		for t := range l.key.terms(c) {
			terms = append(terms, []any{t.text, t.tenant, c.ID})
		}
		for i := range c.Tickets {
			t := &c.Tickets[i]
			tickets = append(tickets, []any{t.Tenant, t.ID, int64(t.Revision), micros(t.LinkedAt), int64(1), c.ID, ""})
		}
		for _, cond := range c.Conditions {
			body, err := json.Marshal(cond)
			if err != nil {
				return err
			}
			conditions = append(conditions, []any{cond.ID, c.ID, cond.Scope, string(cond.Reason), string(cond.State), micros(cond.At), string(body)})
		}
	}
	for _, table := range []struct {
		name    string
		columns []string
		rows    [][]any
	}{
		{"cases", []string{
			"case_id", "tenant", "state", "version", "round", "decided_by", "impact", "opened_at", "updated_at", "wake_at", "body",
			"priority", "recommendation", "due_at", "claimed_by", "indexed_version",
		}, cases},
		{"audit", []string{
			"case_id", "version", "event_id", "name", "from_state", "to_state", "actor", "by_person", "happened_at", "cause",
			"tenant", "ticket", "condition_id", "ground", "absorbed", "prev_hash", "hash", "subject",
		}, audit},
		{"case_terms", []string{"term", "tenant", "case_id"}, terms},
		{"tickets", []string{"tenant", "ticket", "revision", "heard_at", "claims", "case_id", "body"}, tickets},
		{"conditions", []string{"condition_id", "case_id", "scope", "reason", "state", "changed_at", "body"}, conditions},
	} {
		if err := to.Copy(ctx, table.name, table.columns, table.rows); err != nil {
			return fmt.Errorf("load %d rows into %s: %w", len(table.rows), table.name, err)
		}
	}
	return nil
}
