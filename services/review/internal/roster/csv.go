package roster

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// columns are those of a roster as CSV, in the order in which it is written.
var columns = []string{"id", "name", "skills", "zone", "shifts", "capacity", "load"}

// A CSVError says where in a CSV file something can not be read.
type CSVError struct {
	Line   int    // from 1
	Column string // its name; empty where the line is meant
	Err    error
}

func (e *CSVError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d, column %s: %v", e.Line, e.Column, e.Err)
}

// Unwrap makes it an ErrUnsound too.
func (e *CSVError) Unwrap() []error { return []error{ErrUnsound, e.Err} }

// ReadCSV reads technicians of a file whose first line names its columns: id,
// zone, shifts and capacity, and where it has them name, skills and load.
// Skills and shifts are parted by semicolons. An apostrophe before what would be a
// formula is not part of the text. The first error ends it, a CSVError.
func ReadCSV(from io.Reader) ([]Technician, error) {
	r := csv.NewReader(from)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, unread(r, err)
	}
	at := map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if !slices.Contains(columns, name) {
			return nil, &CSVError{1, name, fmt.Errorf("there is no such column; there are %s", strings.Join(columns, ", "))}
		}
		if _, twice := at[name]; twice {
			return nil, &CSVError{1, name, errors.New("the column stands twice")}
		}
		at[name] = i
	}
	for _, name := range []string{"id", "zone", "shifts", "capacity"} {
		if _, ok := at[name]; !ok {
			return nil, &CSVError{1, name, errors.New("the column is not there")}
		}
	}
	var all []Technician
	seen := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, unread(r, err)
		}
		line, _ := r.FieldPos(0)
		t, err := technicianOf(row, at, line)
		if err != nil {
			return nil, err
		}
		if first := seen[t.ID]; first > 0 {
			return nil, &CSVError{line, "id", fmt.Errorf("%q stands in line %d already", t.ID, first)}
		}
		seen[t.ID] = line
		all = append(all, t)
	}
}

// unread is a line that is no CSV.
func unread(r *csv.Reader, err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return &CSVError{bad.Line, "", bad.Err}
	}
	if errors.Is(err, io.EOF) {
		return &CSVError{1, "", errors.New("the file is empty")}
	}
	return err
}

// technicianOf reads one line.
func technicianOf(row []string, at map[string]int, line int) (Technician, error) {
	value := func(name string) string {
		if i, ok := at[name]; ok {
			return armed(strings.TrimSpace(row[i]))
		}
		return ""
	}
	t := Technician{ID: value("id"), Name: value("name"), Zone: value("zone")}
	for s := range strings.SplitSeq(value("skills"), ";") {
		if s = strings.TrimSpace(s); s != "" {
			t.Skills = append(t.Skills, s)
		}
	}
	var err error
	if t.Shifts, err = ParseShifts(value("shifts")); err != nil {
		return t, &CSVError{line, "shifts", err}
	}
	for _, n := range []struct {
		name string
		to   *int
	}{{"capacity", &t.Capacity}, {"load", &t.Reported}} {
		if text := value(n.name); text != "" || n.name == "capacity" {
			if *n.to, err = strconv.Atoi(text); err != nil {
				return t, &CSVError{line, n.name, fmt.Errorf("%q is no whole number", text)}
			}
		}
	}
	clean, err := t.Clean()
	if err != nil {
		return t, &CSVError{line, "", err}
	}
	return clean, nil
}

// formulas are what a spreadsheet takes the beginning of a formula for.
const formulas = "=+-@"

// defused is a text that a spreadsheet takes for a text: an apostrophe stands
// before what it would calculate, and before what itself looks defused.
func defused(text string) string {
	if bare := strings.TrimLeft(text, "'"); bare != "" && strings.ContainsRune(formulas, rune(bare[0])) {
		return "'" + text
	}
	return text
}

// armed is the text that was defused.
func armed(text string) string {
	if bare, ok := strings.CutPrefix(text, "'"); ok && defused(bare) == text {
		return bare
	}
	return text
}

// WriteCSV writes the book as ReadCSV reads it. Absences are not in it. No cell of
// it is a formula to a spreadsheet.
func (b Book) WriteCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	if err := w.Write(columns); err != nil {
		return err
	}
	for _, t := range b {
		row := []string{t.ID, t.Name, strings.Join(t.Skills, ";"), t.Zone, ShiftsText(t.Shifts), strconv.Itoa(t.Capacity), strconv.Itoa(t.Reported)}
		for i := range row {
			row[i] = defused(row[i])
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
