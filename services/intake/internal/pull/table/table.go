package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/services/intake/internal/lenient"
)

// columns are those that a table may have, but for custom fields.
var columns = []string{
	"ticket", "tenant", "organization", "group", "subject", "body", "status", "created_at", "status_at", "updated_at", "last_customer_at",
	"last_agent_at", "severity", "environment", "affected_users", "components", "tags", "requester", "assignee", "csm",
	"note_at", "note_id", "author_kind", "author", "text", "public",
}

// field begins the name of a column that is a custom field.
const field = "field."

// row is a line of the table, by its columns.
type row struct {
	line  int
	cells map[string]string
	times map[string]time.Time
}

func (r row) at(column string) time.Time { return r.times[column] }

// ticket is a ticket with its notes, in the table's order.
type ticket struct {
	row
	notes []row
}

// listed is how many mistakes are named.
const listed = 20

// mistakes are what is wrong, each with its line.
type mistakes struct {
	named []error
	all   int
}

func (m *mistakes) add(line int, format string, args ...any) {
	if m.all++; m.all <= listed {
		m.named = append(m.named, fmt.Errorf("line %d: "+format, append([]any{line}, args...)...))
	}
}

func (m *mistakes) err() error {
	if m.all > listed {
		m.named = append(m.named, fmt.Errorf("and %d more", m.all-listed))
	}
	return errors.Join(m.named...)
}

// largest is how large a table may be: it is held in memory, several times over.
const largest = 256 << 20

// plain is the table behind the mark that Excel puts before UTF-8; an error says that it
// is UTF-16.
func plain(in io.Reader) (io.Reader, error) {
	text := bufio.NewReader(in)
	mark, _ := text.Peek(3) // what can not be read is found again
	switch {
	case bytes.Equal(mark, []byte("\ufeff")):
		_, _ = text.Discard(len(mark))
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		return nil, errors.New("line 1: this is UTF-16; save the table as CSV in UTF-8")
	}
	return &bounded{Reader: text, left: largest}, nil
}

// bounded is a table up to its largest size.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, fmt.Errorf("the table is over %d MiB; split it, each part with line 1, and import one after another", largest>>20)
	}
	return n, err
}

// tickets reads the table whole. Its error names each mistake with its line.
func tickets(in io.Reader) ([]*ticket, error) {
	in, err := plain(in)
	if err != nil {
		return nil, err
	}
	read := csv.NewReader(in)
	read.FieldsPerRecord = -1
	head, err := read.Read()
	if err != nil {
		return nil, fmt.Errorf("line 1: %w; it has to name the columns, as ticket,tenant,subject,status,created_at", err)
	}
	if len(head) == 1 && strings.Contains(head[0], ";") {
		return nil, errors.New("line 1: columns stand with semicolons between; write them with commas")
	}
	wrong := &mistakes{}
	head = header(head, wrong)
	if err := wrong.err(); err != nil {
		return nil, err
	}
	var rows []row
	for {
		cells, err := read.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				return nil, fmt.Errorf("line %d: column %d: %w", parse.Line, parse.Column, parse.Err)
			}
			return nil, err
		}
		line, _ := read.FieldPos(0)
		if len(cells) != len(head) {
			wrong.add(line, "has %d columns where line 1 names %d", len(cells), len(head))
			continue
		}
		rows = append(rows, readRow(line, head, cells, wrong))
	}
	all := together(rows, wrong)
	return all, wrong.err()
}

// header is the first line, as the columns are called.
func header(cells []string, wrong *mistakes) (names []string) {
	for i, cell := range cells {
		name := strings.TrimSpace(cell)
		if !strings.HasPrefix(name, field) {
			name = strings.ToLower(name)
		}
		switch {
		case !strings.HasPrefix(name, field) && !slices.Contains(columns, name):
			wrong.add(1, "there is no column %.40q; there are %s, and field.NAME", cell, strings.Join(columns, ", "))
		case slices.Contains(names, name):
			wrong.add(1, "column %d: %s stands there twice", i+1, name)
		}
		names = append(names, name)
	}
	if !slices.Contains(names, "ticket") {
		wrong.add(1, "the column ticket is missing")
	}
	return names
}

func readRow(line int, head, cells []string, wrong *mistakes) row {
	r := row{line: line, cells: map[string]string{}, times: map[string]time.Time{}}
	for i, cell := range cells {
		name := head[i]
		if !utf8.ValidString(cell) {
			wrong.add(line, "%s: is not in UTF-8; save the table as CSV in UTF-8", name)
			continue
		}
		if name != "text" && name != "body" {
			cell = strings.TrimSpace(cell)
		}
		if cell == "" {
			continue
		}
		r.cells[name] = cell
		if strings.HasSuffix(name, "_at") {
			r.times[name] = moment(line, name, cell, wrong)
		}
	}
	if r.cells["ticket"] == "" {
		wrong.add(line, "names no ticket")
	}
	check(r, wrong)
	return r
}

// moment reads a time.
func moment(line int, name, cell string, wrong *mistakes) time.Time {
	if at, err := time.Parse("2006-01-02 15:04", cell); err == nil {
		return at
	}
	at, err := lenient.Text(cell).Time()
	if err != nil || strings.Trim(cell, "0123456789.") == "" {
		wrong.add(line, "%s: %.40q is no time; write it as 2026-11-20T09:00:00Z", name, cell)
	}
	return at
}

// together puts notes to their tickets.
func together(rows []row, wrong *mistakes) (all []*ticket) {
	known := map[string]*ticket{}
	for _, r := range rows {
		id := r.cells["ticket"]
		if id == "" || r.cells["note_at"] != "" {
			continue
		}
		if first := known[id]; first != nil {
			wrong.add(r.line, "ticket %.60s stands in line %d already; a note has a note_at", id, first.line)
			continue
		}
		known[id] = &ticket{row: r}
		all = append(all, known[id])
	}
	for _, r := range rows {
		id := r.cells["ticket"]
		switch t := known[id]; {
		case id == "" || r.cells["note_at"] == "":
		case t == nil:
			wrong.add(r.line, "is a note on ticket %.60s, of which there is no row", id)
		default:
			t.notes = append(t.notes, r)
		}
	}
	return all
}
