package label

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"tocsin/pkg/policy"
)

// maxLine is the longest line that is read, as it is in `tocsin classify`.
const maxLine = 64 << 20

// Read reads notes, one JSON object a line, until the first that is none; its
// error names the line and what is wrong with which field. An id stands for one
// note. A label may name the reasons of the policy, those that the operator added
// among them. Empty lines are passed over.
func Read(p *policy.Policy, r io.Reader) iter.Seq2[Note, error] {
	return func(yield func(Note, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 64<<10), maxLine)
		seen := map[string]int{}
		n := 0
		for lines.Scan() {
			n++
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			note, err := readNote(p, lines.Bytes())
			if at := seen[note.ID]; err == nil && at > 0 {
				err = fmt.Errorf("id %q stands at line %d already", note.ID, at)
			}
			if err != nil {
				yield(Note{}, fmt.Errorf("line %d: %w", n, err))
				return
			}
			seen[note.ID] = n
			if !yield(note, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Note{}, fmt.Errorf("line %d: %w", n+1, err))
		}
	}
}

// ReadAll is Read into a slice: all notes, or the first error.
func ReadAll(p *policy.Policy, r io.Reader) ([]Note, error) {
	var notes []Note
	for n, err := range Read(p, r) {
		if err != nil {
			return nil, err
		}
		notes = append(notes, n)
	}
	return notes, nil
}

func readNote(p *policy.Policy, data []byte) (Note, error) {
	var n Note
	if err := present(data); err != nil {
		return n, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&n); err != nil {
		return n, told(err)
	}
	n.AuthorKind = strings.ToUpper(n.AuthorKind)
	if n.ID == "" {
		return n, errors.New("id is empty")
	}
	if wrong := unknown(p, &n); len(wrong) > 0 {
		return n, errors.New(strings.Join(wrong, "; "))
	}
	return n, nil
}

// present says which field a labelled note cannot do without. What is not there
// is not the same as what is said to be empty.
func present(data []byte) error {
	type object = map[string]json.RawMessage
	var note, l, facts object
	if err := json.Unmarshal(data, &note); err != nil {
		return told(err)
	}
	if err := needs(note, "", "id", "text", "label"); err != nil {
		return err
	}
	if err := json.Unmarshal(note["label"], &l); err != nil {
		return errors.New("label is no object")
	}
	if err := needs(l, "label.", "recommendation", "is_escalation_request", "reasons", "denials", "missing", "facts"); err != nil {
		return err
	}
	if err := json.Unmarshal(l["facts"], &facts); err != nil {
		return errors.New("label.facts is no object")
	}
	for _, field := range []string{"affected_users", "duration_hours", "environment"} {
		if _, there := facts[field]; !there {
			return fmt.Errorf("label.facts.%s is not there; null says that the note does not say", field)
		}
	}
	return needs(facts, "label.facts.", "urgency_given", "reason_given")
}

func needs(object map[string]json.RawMessage, path string, fields ...string) error {
	for _, field := range fields {
		switch value, there := object[field]; {
		case !there:
			return fmt.Errorf("%s%s is not there", path, field)
		case string(value) == "null":
			return fmt.Errorf("%s%s is null", path, field)
		}
	}
	return nil
}

// told says what is wrong with a line in the words of the format.
func told(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Errorf("%s cannot be %s", wrong.Field, wrong.Value)
	case errors.As(err, &wrong):
		return fmt.Errorf("no labelled note, but %s", wrong.Value)
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("nobody reads the field %s", field)
	}
	return fmt.Errorf(`no labelled note, as {"id":"n1","text":"…","label":{…}}: %w`, err)
}
