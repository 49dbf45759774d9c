package ledger

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/teach"
)

// ErrNoLabel says that the ledger has no such label. Trying again does not help.
var ErrNoLabel = errors.New("no such label")

// labelStands says that no other label of its ticket counts before it.
const labelStands = `NOT EXISTS (SELECT 1 FROM labels o
	WHERE o.tenant = l.tenant AND o.ticket = l.ticket AND (o.corrects, o.seq) > (l.corrects, l.seq))`

// labelColumns are what scanLabel reads.
const labelColumns = `SELECT l.seq, l.body, COALESCE(c.comment, ''), CASE WHEN ` + labelStands + ` THEN 1 ELSE 0 END AS stands
	FROM labels l LEFT JOIN label_comments c ON c.label_id = l.label_id`

// A LabelQuery asks for labels, newest first.
type LabelQuery struct {
	Case   string       // empty: of all cases
	Source teach.Source // empty: all
	Since  time.Time    // zero: of all times
	// All gives those too that no longer stand.
	All    bool
	Limit  int    // 0: 50; at most 500
	Cursor string // from the page before; empty: the first page
}

// A LabelPage is a part of a list.
type LabelPage struct {
	Labels []teach.Example
	// Next is the cursor of the page after this one; empty where there is none.
	Next string
}

// numbered is a label, and its place among all.
type numbered struct {
	seq int64
	teach.Example
}

// Labels is one page of the labels that q asks for.
func (l *Ledger) Labels(ctx context.Context, q LabelQuery) (LabelPage, error) {
	query, args, err := q.sql()
	if err != nil {
		return LabelPage{}, err
	}
	rows, err := opened(ctx, l.in(l.read), scanLabel, query, args...)
	if err != nil {
		return LabelPage{}, fmt.Errorf("list labels: %w", err)
	}
	var page LabelPage
	limit := pageLimit(q.Limit)
	for _, row := range rows[:min(len(rows), limit)] {
		page.Labels = append(page.Labels, row.Example)
	}
	if len(rows) > limit {
		page.Next = base64.RawURLEncoding.EncodeToString(fmt.Append(nil, "labels ", rows[limit-1].seq))
	}
	return page, nil
}

// sql is the query; it asks for one more label than the page holds.
func (q LabelQuery) sql() (string, []any, error) {
	var where []string
	var args []any
	must := func(condition string, v any) {
		args = append(args, v)
		where = append(where, condition+" $"+strconv.Itoa(len(args)))
	}
	if q.Case != "" {
		must("l.case_id =", q.Case)
	}
	if q.Source != "" {
		must("l.corrects =", corrects(q.Source))
	}
	if !q.Since.IsZero() {
		must("l.made_at >=", micros(q.Since))
	}
	if q.Cursor != "" {
		var before int64
		text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
		if err == nil {
			_, err = fmt.Sscanf(string(text), "labels %d", &before)
		}
		if err != nil {
			return "", nil, fmt.Errorf("cursor %q: %w", q.Cursor, ErrCursor)
		}
		must("l.seq <", before)
	}
	if !q.All {
		where = append(where, labelStands)
	}
	query := labelColumns
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	args = append(args, int64(pageLimit(q.Limit)+1))
	return query + " ORDER BY l.seq DESC LIMIT $" + strconv.Itoa(len(args)), args, nil
}

// Label is one label.
func (l *Ledger) Label(ctx context.Context, id string) (teach.Example, error) {
	found, err := opened(ctx, l.in(l.read), scanLabel, labelColumns+` WHERE l.label_id = $1`, id)
	switch {
	case err != nil:
		return teach.Example{}, fmt.Errorf("read label %s: %w", id, err)
	case len(found) == 0:
		return teach.Example{}, fmt.Errorf("label %q: %w", id, ErrNoLabel)
	}
	return found[0].Example, nil
}

// LabelsOf are all labels of a case and of the tickets that it has now, newest
// first: those too that no longer stand.
func (l *Ledger) LabelsOf(ctx context.Context, caseID string) ([]teach.Example, error) {
	return labelsOf(ctx, l.in(l.read), caseID)
}

func labelsOf(ctx context.Context, from room, caseID string) ([]teach.Example, error) {
	rows, err := opened(ctx, from, scanLabel, labelColumns+` WHERE l.seq IN (SELECT seq FROM labels WHERE case_id = $1
		UNION SELECT o.seq FROM labels o JOIN tickets t ON t.tenant = o.tenant AND t.ticket = o.ticket WHERE t.case_id = $1)
		ORDER BY l.seq DESC`, caseID)
	if err != nil {
		return nil, fmt.Errorf("read the labels of case %s: %w", caseID, err)
	}
	labels := make([]teach.Example, len(rows))
	for i := range rows {
		labels[i] = rows[i].Example
	}
	return labels, nil
}

// Teach lets fn make a label of a case, and of the labels that it has, newest
// first, and keeps it. A label that is kept already is given as it is.
func (l *Ledger) Teach(ctx context.Context, caseID string, fn func(*decide.Case, []teach.Example) (teach.Example, error)) (teach.Example, error) {
	var made teach.Example
	err := l.within(ctx, func(tx *sql.Tx) error {
		c, err := caseIn(ctx, l.in(tx), caseID)
		if err != nil {
			return err
		}
		past, err := labelsOf(ctx, l.in(tx), caseID)
		if err != nil {
			return err
		}
		if made, err = fn(&c, past); err != nil {
			return err
		}
		return l.saveLabel(ctx, tx, made)
	})
	if err != nil {
		return teach.Example{}, err
	}
	return l.Label(ctx, made.ID)
}

func (l *Ledger) saveLabel(ctx context.Context, tx *sql.Tx, e teach.Example) error {
	comment, err := l.sealOne(ctx, e.Tenant, commentOf(e.ID), e.Comment)
	if err != nil {
		return err
	}
	e.Comment, e.Stands = "", false
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write label %s as JSON: %w", e.ID, err)
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO labels (label_id, case_id, tenant, ticket, corrects, made_by, made_at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (label_id) DO NOTHING`,
		e.ID, e.Case, e.Tenant, e.Ticket, corrects(e.Source), e.By, micros(e.At), string(body))
	if err != nil {
		return fmt.Errorf("keep label %s: %w", e.ID, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 || comment == "" {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO label_comments (label_id, comment) VALUES ($1, $2)`, e.ID, comment)
	return err
}

// corrects puts corrections before decisions.
func corrects(s teach.Source) int64 {
	if s == teach.OfCorrection {
		return 1
	}
	return 0
}

func scanLabel(rows *sql.Rows) (n numbered, err error) {
	var body, comment string
	var stands int64
	if err = rows.Scan(&n.seq, &body, &comment, &stands); err == nil {
		err = json.Unmarshal([]byte(body), &n.Example)
	}
	n.Comment, n.Stands = comment, stands == 1
	return n, err
}
