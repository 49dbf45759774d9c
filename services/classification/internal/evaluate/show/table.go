package show

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// width is how many columns text may take.
const width = 100

// A table is rows of cells, the first column to the left, the others to the right.
type table struct{ rows [][]string }

func newTable(title string, columns ...string) *table {
	return &table{rows: [][]string{append([]string{title}, columns...)}}
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table and an empty line; nothing without a row.
func (t *table) write(w io.Writer) {
	if len(t.rows) < 2 {
		return
	}
	wide := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range t.rows {
		var b strings.Builder
		for i, cell := range row {
			blank := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString(cell + blank)
			} else {
				b.WriteString("  " + blank + cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	fmt.Fprintln(w)
}

// wrapped breaks text at blanks so that it fits, the first line behind the prefix,
// the others below the first. A word that is longer than a line is broken as well.
func wrapped(w io.Writer, prefix, text string) {
	room := width - utf8.RuneCountInString(prefix)
	line := ""
	put := func(line string) {
		fmt.Fprintln(w, prefix+line)
		prefix = strings.Repeat(" ", utf8.RuneCountInString(prefix))
	}
	flush := func() {
		if line != "" {
			put(line)
		}
		line = ""
	}
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room {
			flush()
		}
		if line != "" {
			line += " "
		}
		for line += word; utf8.RuneCountInString(line) > room; {
			runes := []rune(line)
			put(string(runes[:room]))
			line = string(runes[room:])
		}
	}
	flush()
}
