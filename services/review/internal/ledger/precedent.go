package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/precedent"

	"tocsin/pkg/policy"
)

// precedentsOfEach is how many decisions on each reason there are to choose from, the latest.
const precedentsOfEach = 60

// Precedents are the latest decisions of other cases on any of the reasons, those
// of the tenants only where some are given. A decision stands once, whichever of
// its reasons it was found by, with those of them that were asked for.
func (l *Ledger) Precedents(ctx context.Context, caseID string, reasons []policy.ReasonID, tenants []string) ([]precedent.Past, error) {
	if len(reasons) == 0 {
		return nil, nil
	}
	args := []any{caseID}
	arg := func(v string) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	of := ""
	if len(tenants) > 0 {
		marks := make([]string, len(tenants))
		for i, t := range tenants {
			marks[i] = arg(t)
		}
		of = " AND tenant IN (" + strings.Join(marks, ", ") + ")"
	}
	parts := make([]string, len(reasons))
	for i, r := range reasons {
		parts[i] = fmt.Sprintf(`SELECT * FROM (SELECT case_id, round, reason, rank, tenant, verdict, ground, decided_by, people, environment,
			priority, asked_at, decided_at FROM decisions WHERE reason = %s AND case_id <> $1%s ORDER BY decided_at DESC LIMIT %d) AS of_%d`,
			arg(string(r)), of, precedentsOfEach, i)
	}
	rows, err := collect(ctx, l.read, pastOf, strings.Join(parts, " UNION ALL ")+" ORDER BY case_id, round, rank", args...)
	if err != nil {
		return nil, fmt.Errorf("read the precedents of case %s: %w", caseID, err)
	}
	var found []precedent.Past
	for _, row := range rows {
		if n := len(found); n > 0 && found[n-1].Case == row.Case && found[n-1].Round == row.Round {
			found[n-1].Reasons = append(found[n-1].Reasons, row.Reasons...)
			continue
		}
		found = append(found, row)
	}
	return found, nil
}

func pastOf(rows *sql.Rows) (p precedent.Past, err error) {
	var reason policy.ReasonID
	var rank, people, asked, decided int64
	err = rows.Scan(&p.Case, &p.Round, &reason, &rank, &p.Tenant, &p.Verdict, &p.Ground, &p.By, &people, &p.Environment, &p.Priority, &asked, &decided)
	p.Reasons, p.People, p.AskedAt, p.DecidedAt = []policy.ReasonID{reason}, int(people), timeOf(asked), timeOf(decided)
	return p, err
}

// savePrecedent notes a decision under each of the case's reasons, and what
// became of the requests of its tickets.
func savePrecedent(ctx context.Context, tx *sql.Tx, c *decide.Case, e decide.Event) error {
	if e.Name != decide.WasApproved && e.Name != decide.WasDenied || c.Decision == nil {
		return nil
	}
	d, t := c.Decision, precedent.Of(c)
	for i, r := range c.Reasons {
		_, err := tx.ExecContext(ctx, `INSERT INTO decisions (case_id, round, reason, rank, tenant, verdict, ground, decided_by, people,
			environment, priority, asked_at, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
			c.ID, int64(d.Round), string(r), int64(i), c.Tenant, string(d.Verdict), string(d.Ground), d.By, int64(t.People),
			t.Environment, string(t.Priority), micros(c.RoundAt), micros(d.At))
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE requests SET verdict = $1 WHERE (tenant, ticket) IN (SELECT tenant, ticket FROM tickets WHERE case_id = $2)`,
		string(d.Verdict), c.ID)
	return err
}

// soon is how long after a request a change of the ticket's status is counted.
const soon = time.Hour

// saveRequest counts what a ticket that asks says now: another request, another status.
func saveRequest(ctx context.Context, tx *sql.Tx, t *decide.Ticket, at time.Time) error {
	if t.Asks == "" {
		return nil
	}
	contradicted := 0
	if len(t.Contradictions) > 0 {
		contradicted = 1
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO requests (tenant, ticket, csm, asks, asked_at, repeats, status, status_moves, contradicted, verdict)
		VALUES ($1, $2, $3, $4, $5, 0, $6, 0, $7, '') ON CONFLICT (tenant, ticket) DO UPDATE SET
		csm = excluded.csm, asks = excluded.asks, status = excluded.status, contradicted = excluded.contradicted,
		repeats = requests.repeats + CASE WHEN requests.asks <> excluded.asks THEN 1 ELSE 0 END,
		status_moves = requests.status_moves + CASE WHEN requests.status <> excluded.status AND excluded.asked_at - requests.asked_at <= $8 THEN 1 ELSE 0 END,
		asked_at = CASE WHEN requests.asks <> excluded.asks THEN excluded.asked_at ELSE requests.asked_at END`,
		t.Tenant, t.ID, t.CSM, t.Asks, micros(at), string(t.Status), contradicted, soon.Microseconds())
	return err
}

// An Asking is how a tenant or a CSM has asked since a time: counts, never a score.
type Asking struct {
	// Requests are tickets that asked; Decided those of them that leadership decided on.
	Requests, Decided, Approved int
	// Repeats are requests after the first of a ticket.
	Repeats int
	// Moves are changes of a ticket's status within an hour after it asked.
	Moves int
	// Contradicted are requests of which facts say otherwise.
	Contradicted int
}

// AskedBy counts the requests of a tenant since a time; with a CSM those of the
// CSM in any tenant, and the tenant does not matter.
func (l *Ledger) AskedBy(ctx context.Context, tenant, csm string, since time.Time) (Asking, error) {
	by, who := "tenant", tenant
	if csm != "" {
		by, who = "csm <> '' AND csm", csm
	}
	found, err := collect(ctx, l.read, func(rows *sql.Rows) (a Asking, err error) {
		return a, rows.Scan(&a.Requests, &a.Decided, &a.Approved, &a.Repeats, &a.Moves, &a.Contradicted)
	}, `SELECT count(*), COALESCE(sum(CASE WHEN verdict <> '' THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN verdict = 'approved' THEN 1 ELSE 0 END), 0),
		COALESCE(sum(repeats), 0), COALESCE(sum(status_moves), 0), COALESCE(sum(contradicted), 0) FROM requests WHERE `+by+` = $1 AND asked_at >= $2`,
		who, micros(since))
	if err != nil {
		return Asking{}, fmt.Errorf("count the requests of %s: %w", who, err)
	}
	return found[0], nil // a count has always one row
}
