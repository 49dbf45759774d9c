package teach_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/teach"
)

func TestWordsAreWhatWasReadOfTheCustomersSide(t *testing.T) {
	notes := []teach.Note{
		{ID: "desk/5", AuthorKind: "CUSTOMER", Text: "after the decision", At: nine.Add(time.Second)},
		{ID: "desk/4", AuthorKind: "AGENT", Text: "the lead asks to escalate", At: nine},
		{ID: "desk/3", AuthorKind: "AGENT", Text: "internal", At: nine.Add(-time.Minute)},
		{ID: "desk/2", AuthorKind: "CSM", Text: " any news?\n", At: nine.Add(-2 * time.Minute)},
		{ID: "desk/6", AuthorKind: "CUSTOMER", Text: " ", At: nine.Add(-2 * time.Minute)},
		{ID: "desk/1", AuthorKind: "CUSTOMER", Text: "SSO\n\nNobody can log in.", At: nine.Add(-time.Minute), Opening: true},
	}
	e := teach.Example{ID: "leadership-a", ReadUpTo: nine, Quoted: []string{"desk/4"}, Source: teach.OfCorrection}
	w := e.Words(notes)
	if want := "SSO\n\nNobody can log in.\n\nany news?\n\nthe lead asks to escalate"; w.Text != want || w.AuthorKind != "CUSTOMER" || w.Form {
		t.Errorf("got %+v, want %q", w, want)
	}
	if l := teach.LineOf(e, w); l.Difficulty != "plain" || l.Why != "" || l.Writer != "leadership" {
		t.Errorf("the line is %+v", l)
	}
	w = e.Words(append(notes, teach.Note{ID: "desk/7", AuthorKind: "CSM", Text: "the launch is at noon", At: nine, Form: true}))
	if l := teach.LineOf(e, w); l.Difficulty != "hard" || l.Why != "a form or a flag asked" || !strings.HasSuffix(l.Text, "at noon") {
		t.Errorf("where a form asked the line is %+v", l)
	}
	if w := e.Words(nil); w.Text != "" {
		t.Errorf("words of nothing: %q", w.Text)
	}
}

func TestALabelIsWrittenAsLabelledNotesAre(t *testing.T) {
	e, err := teach.Correct(of(asking()), nil, to(func(r *teach.Reading) {
		r.Request, r.Recommendation, r.Reasons, r.Facts.AffectedUsers = false, decide.NotARequest, nil, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	e.ID = "leadership-a"
	data, err := json.Marshal(teach.LineOf(e, teach.Words{Text: "Danke!", AuthorKind: "CSM"}))
	want := `{"id":"leadership-a","writer":"leadership","author_kind":"CSM","difficulty":"plain","source":"correction","text":"Danke!",` +
		`"label":{"language":"de","is_escalation_request":false,"recommendation":"not_a_request","reasons":[],"denials":[],"missing":[],` +
		`"facts":{"affected_users":null,"duration_hours":1.5,"environment":"production","urgency_given":true,"reason_given":true}}}`
	if err != nil || string(data) != want {
		t.Errorf("got  %s\nwant %s (%v)", data, want, err)
	}
}
