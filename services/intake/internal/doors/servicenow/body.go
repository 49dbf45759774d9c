package servicenow

import (
	"bytes"
	"encoding/json"
	"strings"

	"tocsin/services/intake/internal/lenient"
)

// delivered is what a business rule sends, or the Table API's answer.
type delivered struct {
	Table     lenient.Text    `json:"table"`
	Operation lenient.Text    `json:"operation"`
	Record    json.RawMessage `json:"record"`
	Result    json.RawMessage `json:"result"`
	Actor     lenient.Text    `json:"actor_id"`
	Role      lenient.Text    `json:"actor_role"`
}

// records are those that the body holds; the body itself where it is one.
func (d *delivered) records(body []byte) (all []record) {
	for _, raw := range []json.RawMessage{d.Record, d.Result, body} {
		raw = bytes.TrimSpace(raw)
		if len(raw) > 0 && raw[0] == '[' {
			var list []record
			if json.Unmarshal(raw, &list) == nil {
				all = append(all, list...)
			}
		} else if len(raw) > 0 && raw[0] == '{' {
			var one record
			if json.Unmarshal(raw, &one) == nil {
				all = append(all, one)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// record is a row of a table, by the names of its columns.
type record struct {
	columns map[string]lenient.Ref
	native  map[string]any
}

// UnmarshalJSON reads the row, and keeps what it was read from.
func (r *record) UnmarshalJSON(raw []byte) error {
	var columns map[string]lenient.Ref
	if err := json.Unmarshal(raw, &columns); err != nil {
		return err
	}
	r.columns = columns
	return json.Unmarshal(raw, &r.native)
}

// value is what the table holds; shown is what people see of it.
func (r *record) value(column string) string { return strings.TrimSpace(r.columns[column].ID) }
func (r *record) shown(column string) string { return strings.TrimSpace(r.columns[column].Name) }

// first is the first of the columns that is set.
func (r *record) first(columns ...string) lenient.Ref {
	for _, column := range columns {
		if r.value(column) != "" {
			return r.columns[column]
		}
	}
	return lenient.Ref{}
}

// kind is "case" for a customer service case, "incident" for anything else.
func (r *record) kind(table string) string {
	if table == "" {
		table = r.value("sys_class_name")
	}
	if strings.Contains(table, "case") || strings.HasPrefix(r.value("number"), "CS") {
		return "case"
	}
	return "incident"
}

// status are the words for its state, the most particular first.
func (r *record) status(kind string) []string {
	state := r.value("state")
	if state == "" {
		state = r.value("incident_state")
	}
	said := []string{kind + " " + state, r.shown("state"), r.shown("incident_state")}
	if held := r.value("hold_reason"); held != "" && (state == "3" || strings.EqualFold(r.shown("state"), "On Hold")) {
		said = append([]string{"hold " + held, r.shown("hold_reason")}, said...)
	}
	return said
}
