package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// widest is how many rows one statement writes or asks for.
const widest = 128

// chunks are parts of a list that one statement takes. Their lengths are powers
// of two, so that few forms of a statement are ever prepared.
func chunks[T any](all []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for size := widest; size > 0; size /= 2 {
			for len(all) >= size {
				if !yield(all[:size]) {
					return
				}
				all = all[size:]
			}
		}
	}
}

// insert writes rows between the head and the tail of a statement, many at a time.
func insert(ctx context.Context, tx *sql.Tx, head string, rows [][]any, tail string) error {
	for part := range chunks(rows) {
		if _, err := tx.ExecContext(ctx, head+tuples(len(part), len(part[0]))+tail, slices.Concat(part...)...); err != nil {
			return err
		}
	}
	return nil
}

// tuples are the places of n rows: ($1, $2), ($3, $4).
func tuples(n, columns int) string {
	var text strings.Builder
	for row := range n {
		for column := range columns {
			switch {
			case column > 0:
				text.WriteString(", ")
			case row > 0:
				text.WriteString("), (")
			default:
				text.WriteString(" (")
			}
			fmt.Fprintf(&text, "$%d", row*columns+column+1)
		}
	}
	return text.String() + ")"
}
