package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
)

// never is when a case with nothing due is due: at the end of the year 9999.
const never = 253402300799_000_000

// dueAt is when somebody is next to do what was promised: to decide, or to be
// done with it.
func dueAt(c *decide.Case) int64 {
	var at time.Time
	switch {
	case c.State.Undecided():
		at = c.DecisionDueAt
	case c.State == decide.Approved || c.State == decide.InProgress:
		at = c.ETA
	}
	if at.IsZero() {
		return never
	}
	return micros(at)
}

// few is how many cases are looked up one by one rather than met on the way down
// the list.
const few = 1000

// some are the cases in which several words stand together, where they are few; nil
// where it is one word, or they are many. Nobody knows beforehand how often words
// do, and who walks down the list for two that never do meets every case there is.
func (l *Ledger) some(ctx context.Context, q Query) ([]string, error) {
	all := strings.Fields(q.Text)
	if len(all) < 2 {
		return nil, nil
	}
	w := &where{}
	for i, word := range all {
		all[i] = "SELECT case_id FROM (" + l.key.list(w, cut(word), q.Tenants) + ") AS found"
	}
	limit := " LIMIT " + w.arg(int64(few+1))
	ids, err := collect(ctx, l.read, text, strings.Join(all, " INTERSECT ")+limit, w.args...)
	if err != nil || len(ids) > few {
		return nil, err
	}
	return append([]string{""}, ids...), nil // "" is no case
}

// find is the statement that q is; where there are some cases that its words are
// found in, among them.
func (l *Ledger) find(q Query, some []string) (string, []any, error) {
	w := &where{}
	among(w, "state", q.States)
	q.walls(w)
	w.is("priority", string(q.Priority))
	w.is("recommendation", string(q.Recommendation))
	w.is("claimed_by", q.ClaimedBy)
	if q.Reason != "" {
		w.add("case_id IN (SELECT case_id FROM case_terms WHERE term = %s)", "r:"+string(q.Reason))
	}
	if !q.Overdue.IsZero() {
		w.add("due_at < %s", micros(q.Overdue))
	}
	if !q.OpenedFrom.IsZero() {
		w.add("opened_at >= %s", micros(q.OpenedFrom))
	}
	if !q.OpenedUntil.IsZero() {
		w.add("opened_at < %s", micros(q.OpenedUntil))
	}
	if among(w, "case_id", some); some == nil {
		for _, word := range strings.Fields(q.Text) {
			l.key.look(w, cut(word), q.Tenants)
		}
	}
	if err := q.after(w); err != nil {
		return "", nil, err
	}
	order := map[Order]string{
		ByImpact: "impact DESC, opened_at DESC, case_id DESC",
		ByTime:   "opened_at DESC, case_id DESC",
		ByDue:    "due_at, case_id",
	}[q.Order]
	return "SELECT body FROM cases" + w.String() + w.page(order, q.Limit), w.args, nil
}

// walls keeps what the query says of tenants.
func (q Query) walls(w *where) {
	tenants := q.Tenants
	switch {
	case q.Tenant != "" && len(tenants) > 0 && !slices.Contains(tenants, q.Tenant):
		w.add("1 = 0")
		return
	case q.Tenant != "":
		tenants = []string{q.Tenant}
	}
	if len(tenants) > 0 {
		w.must = append(w.must, "case_id IN (SELECT case_id FROM case_terms WHERE term IN ("+places(w, tenantTerms(tenants))+"))")
	}
}

// look keeps that a case is found by a word: as the beginning of an id, or, with
// all its parts, as words of subjects; where there are tenants, by theirs only.
func (key hasher) look(w *where, word string, tenants []string) {
	parts := words(word)
	if len(parts) != 1 { // one list of both, since two lists are looked up for every case there is
		w.must = append(w.must, "case_id IN ("+key.list(w, word, tenants)+")")
		return
	}
	from := idTerm(word)
	ways := "(term >= " + w.arg(from) + " AND term < " + w.arg(from+lastRune) + " OR term = " + w.arg(key.word(parts[0])) + ")"
	w.must = append(w.must, "case_id IN (SELECT case_id FROM case_terms WHERE "+ways+theirs(w, tenants)+")")
}

// list are the cases that look keeps, some of them twice, each way by an index alone.
func (key hasher) list(w *where, word string, tenants []string) string {
	from, theirs := idTerm(word), theirs(w, tenants)
	found := "SELECT case_id FROM case_terms WHERE term >= " + w.arg(from) + " AND term < " + w.arg(from+lastRune) + theirs
	parts := words(word)
	if len(parts) == 0 {
		return found
	}
	all := make([]string, len(parts))
	for i, part := range parts {
		all[i] = "SELECT case_id FROM case_terms WHERE term = " + w.arg(key.word(part)) + theirs
	}
	return found + " UNION ALL " + strings.Join(all, " AND case_id IN (") + strings.Repeat(")", len(parts)-1)
}

// theirs keeps what may be found by what is the tenants', if there are some.
func theirs(w *where, tenants []string) string {
	if len(tenants) == 0 {
		return ""
	}
	return " AND tenant IN ('', " + places(w, tenants) + ")"
}

// mark names a case by what the list is sorted by.
func (q Query) mark(c decide.Case) mark {
	switch q.Order {
	case ByTime:
		return mark{"time", []int64{micros(c.OpenedAt)}, []string{c.ID}}
	case ByDue:
		return mark{"due", []int64{dueAt(&c)}, []string{c.ID}}
	}
	return mark{"impact", []int64{c.Impact.Rank(), micros(c.OpenedAt)}, []string{c.ID}}
}

// after keeps that a case comes after the page before.
func (q Query) after(w *where) error {
	if q.Cursor == "" {
		return nil
	}
	m, err := markOf(q.Cursor, q.mark(decide.Case{}))
	if err != nil {
		return err
	}
	switch q.Order {
	case ByTime:
		w.add("(opened_at, case_id) < (%s, %s)", m.N[0], m.S[0])
	case ByDue:
		w.add("(due_at, case_id) > (%s, %s)", m.N[0], m.S[0])
	default:
		w.add("(impact, opened_at, case_id) < (%s, %s, %s)", m.N[0], m.N[1], m.S[0])
	}
	return nil
}
