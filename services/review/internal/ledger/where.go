package ledger

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// where collects the conditions of a query and their arguments.
type where struct {
	must []string
	args []any
}

// arg keeps a value and gives its place in the statement.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

// add keeps a condition of which every %s is the place of a value.
func (w *where) add(condition string, values ...any) {
	places := make([]any, len(values))
	for i, v := range values {
		places[i] = w.arg(v)
	}
	w.must = append(w.must, fmt.Sprintf(condition, places...))
}

// is keeps that the column has the value; an empty one asks for nothing.
func (w *where) is(column, value string) {
	if value != "" {
		w.add(column+" = %s", value)
	}
}

// places are the places of several values, as they stand in IN (…).
func places[T ~string](w *where, values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = w.arg(string(v))
	}
	return strings.Join(all, ", ")
}

// among keeps that the column has one of the values; none ask for nothing.
func among[T ~string](w *where, column string, values []T) {
	if len(values) > 0 {
		w.must = append(w.must, column+" IN ("+places(w, values)+")")
	}
}

// String is the clause; empty where nothing is asked for.
func (w *where) String() string {
	if len(w.must) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.must, " AND ")
}

// page ends a statement: its order, and one row more than the page holds.
func (w *where) page(order string, limit int) string {
	return " ORDER BY " + order + " LIMIT " + w.arg(int64(pageLimit(limit)+1))
}

// A mark is where a page of a list ended: what its last row is sorted by.
type mark struct {
	List string   `json:"l"`
	N    []int64  `json:"n,omitempty"`
	S    []string `json:"s,omitempty"`
}

func (m mark) cursor() string {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// markOf reads a cursor; it must be of the same list as want, and hold as much.
func markOf(cursor string, want mark) (mark, error) {
	var m mark
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil || m.List != want.List || len(m.N) != len(want.N) || len(m.S) != len(want.S) {
		return mark{}, fmt.Errorf("cursor %q: %w", cursor, ErrCursor)
	}
	return m, nil
}

// pageOf cuts the row that a query gave over the page's length, and gives the
// cursor of the page after it, where there is one.
func pageOf[T any](rows []T, asked int, at func(T) mark) ([]T, string) {
	limit := pageLimit(asked)
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], at(rows[limit-1]).cursor()
}
