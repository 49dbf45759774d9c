package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/report"

	"tocsin/pkg/policy"
)

// openings picks the audit rows by which cases were opened and conditions joined
// them; an index has these, and only these.
const openings = `a.name IN ('opened', 'reopened', 'condition_linked') AND a.happened_at >= $1 AND a.happened_at < $2`

// monday is the first Monday of the tables' time, and aWeek how long weeks are, in µs.
const (
	monday = 4 * 24 * 3600 * 1_000_000
	aWeek  = 7 * 24 * 3600 * 1_000_000
)

// Facts are what reports of a period are made of: since its beginning, before its end.
func (l *Ledger) Facts(ctx context.Context, since, until time.Time) (f report.Facts, err error) {
	from, to := micros(since), micros(until)
	if f.Decisions, err = collect(ctx, l.read, decisionOf, `SELECT verdict, recommended, priority, reasons, asked, began_at, decided_at,
		acknowledged_at FROM decided_rounds WHERE decided_at >= $1 AND decided_at < $2 ORDER BY decided_at, case_id`, from, to); err != nil {
		return f, fmt.Errorf("read the decisions of a period: %w", err)
	}
	if f.Promises, err = promisesBetween(ctx, l.read, from, to); err != nil {
		return f, fmt.Errorf("count the ETAs of a period: %w", err)
	}
	if f.Fired, err = l.Fired(ctx, since, until); err != nil {
		return f, err
	}
	if f.Weeks, err = collect(ctx, l.read, weekOf, fmt.Sprintf(`SELECT (a.happened_at - %d) / %d AS week,
		count(DISTINCT CASE WHEN a.condition_id <> '' THEN a.condition_id END),
		sum(CASE WHEN a.name = 'opened' AND a.condition_id <> '' THEN 1 ELSE 0 END),
		sum(CASE WHEN a.name = 'opened' AND a.condition_id = '' AND a.ticket <> '' AND a.by_person = 0 THEN 1 ELSE 0 END),
		sum(CASE WHEN a.name = 'opened' AND a.by_person = 1 THEN 1 ELSE 0 END)
		FROM audit a WHERE %s GROUP BY (a.happened_at - %d) / %d`, monday, aWeek, openings, monday, aWeek), from, to); err != nil {
		return f, fmt.Errorf("count what was opened in a period: %w", err)
	}
	return f, nil
}

// Fired is how many conditions of each reason were raised between two times, of
// those that opened or joined a case.
func (l *Ledger) Fired(ctx context.Context, since, until time.Time) (map[policy.ReasonID]int, error) {
	type count struct {
		reason string
		n      int
	}
	rows, err := collect(ctx, l.read, func(rows *sql.Rows) (c count, err error) { return c, rows.Scan(&c.reason, &c.n) },
		`SELECT c.reason, count(DISTINCT a.condition_id) FROM audit a JOIN conditions c ON c.condition_id = a.condition_id
		WHERE a.condition_id <> '' AND `+openings+` GROUP BY c.reason`, micros(since), micros(until))
	if err != nil {
		return nil, fmt.Errorf("count how often the reasons fired: %w", err)
	}
	fired := map[policy.ReasonID]int{}
	for _, c := range rows {
		fired[policy.ReasonID(c.reason)] = c.n
	}
	return fired, nil
}

func decisionOf(rows *sql.Rows) (d report.Decision, err error) {
	var reasons string
	var asked, began, at, seen int64
	err = rows.Scan(&d.Verdict, &d.Recommended, &d.Priority, &reasons, &asked, &began, &at, &seen)
	for r := range strings.FieldsSeq(reasons) {
		d.Reasons = append(d.Reasons, policy.ReasonID(r))
	}
	d.Asked, d.Began, d.At, d.Seen = asked == 1, timeOf(began), timeOf(at), timeOf(seen)
	return d, err
}

func weekOf(rows *sql.Rows) (w report.Week, err error) {
	var n int64
	err = rows.Scan(&n, &w.Conditions, &w.ByCondition, &w.ByRequest, &w.ByHand)
	w.From = timeOf(monday + n*aWeek)
	return w, err
}

func promisesBetween(ctx context.Context, from source, since, until int64) (a decide.Accuracy, err error) {
	type count struct {
		outcome decide.Outcome
		n       int
	}
	rows, err := collect(ctx, from, func(rows *sql.Rows) (c count, err error) { return c, rows.Scan(&c.outcome, &c.n) },
		`SELECT outcome, count(*) FROM promises WHERE given_at >= $1 AND given_at < $2 GROUP BY outcome`, since, until)
	for _, c := range rows {
		a.Add(c.outcome, c.n)
	}
	return a, err
}

// saveCounts notes of a transition what reports count: a decision, and what
// became of the ETAs that were given.
func saveCounts(ctx context.Context, tx *sql.Tx, c *decide.Case, e decide.Event) error {
	if d := c.Decision; d != nil && (e.Name == decide.WasApproved || e.Name == decide.WasDenied) {
		reasons := make([]string, len(c.Reasons))
		for i, r := range c.Reasons {
			reasons[i] = string(r)
		}
		asked := 0
		for i := range c.Tickets {
			if t := &c.Tickets[i]; t.Asks != "" || t.MakesCase {
				asked = 1
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO decided_rounds (case_id, version, verdict, recommended, priority, reasons, asked, began_at, decided_at,
			acknowledged_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.ID, int64(e.Version), string(d.Verdict), string(d.Recommended), string(c.Impact.Priority),
			strings.Join(reasons, " "), asked, micros(c.RoundAt), micros(d.At), micros(c.AcknowledgedAt))
		if err != nil {
			return err
		}
	}
	// Only the last promise stands, and another one takes its place at once.
	for i := max(0, len(c.Promises)-2); i < len(c.Promises); i++ {
		p := &c.Promises[i]
		if !p.GivenAt.Equal(e.At) && !p.SettledAt.Equal(e.At) {
			continue
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO promises (case_id, number, given_at, outcome) VALUES ($1, $2, $3, $4)
			ON CONFLICT (case_id, number) DO UPDATE SET outcome = excluded.outcome`, c.ID, int64(i), micros(p.GivenAt), string(p.Outcome))
		if err != nil {
			return err
		}
	}
	return nil
}
