package ledger

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tocsin/services/review/internal/decide"
)

// plain are the texts of a case that are no personal text: ids, and words of the program.
var plain = []string{
	"ID", "Tenant", "State", "Reasons", "Grounds", "Recommendation", "Impact.Priority", "Policy", "MergedInto",
	"Decision.Verdict", "Decision.Ground", "Decision.By", "Decision.Recommended",
	"Past.Verdict", "Past.Ground", "Past.By", "Past.Recommended",
	"Promises.By", "Promises.Outcome", "LastUpdate.By", "ClaimedBy", "AcknowledgedBy", "Technician", "Rang.Of", "OpenedBy", "Named", "SplitFrom", "Apart", "Appealed.By",
	"Tickets.Tenant", "Tickets.ID", "Tickets.Source", "Tickets.Language", "Tickets.Status", "Tickets.Asks",
	"Tickets.Recommendation", "Tickets.Reasons", "Tickets.Denials", "Tickets.Missing", "Tickets.Environment", "Tickets.Unclear", "Tickets.Policy",
	"Tickets.Quotes.For", "Tickets.Quotes.Note", "Tickets.Quotes.Step",
	"Tickets.Contradictions.About", "Tickets.Contradictions.Source", "Tickets.Confirmations.About", "Tickets.Confirmations.Source",
	"Tickets.NearMisses.Reason", "Tickets.NearMisses.Needed",
	"Conditions.ID", "Conditions.Reason", "Conditions.Scope", "Conditions.Subject", "Conditions.State", "Conditions.Evidence", "Conditions.Policy",
}

// fill sets every string of v to its own path.
func fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("<" + path + ">")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), strings.TrimPrefix(path+"."+f.Name, "."))
			}
		}
	}
}

func TestEveryTextOfACaseIsPersonalOrIsNot(t *testing.T) {
	var c decide.Case
	fill(reflect.ValueOf(&c).Elem(), "")
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	textsOf(copyOf(&c), func(_, field string, text *string) {
		if fields[field] {
			t.Errorf("two texts stand as %s: one could take the other's place", field)
		}
		fields[field], *text = true, ""
	})
	if after, err := json.Marshal(c); err != nil || string(after) != string(before) {
		t.Error("to replace the texts of a copy changes the case itself")
	}
	textsOf(&c, func(_, _ string, text *string) { *text = "" })
	left, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(left), `\u003c`)[1:] {
		path, _, _ := strings.Cut(part, `\u003e`)
		if !slices.Contains(plain, path) {
			t.Errorf("Case.%s: say in textsOf that it is personal text, or in plain that it is an id or a word of the program", path)
		}
	}
}
