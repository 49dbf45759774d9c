package classification_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

// A labelledNote is a line of notes/*.jsonl; notes/README.md says what it means.
type labelledNote struct {
	ID         string `json:"id"`
	Writer     string `json:"writer"`
	AuthorKind string `json:"author_kind"`
	Difficulty string `json:"difficulty"`
	Why        string `json:"why"`
	Text       string `json:"text"`
	Label      label  `json:"label"`
}

type label struct {
	Language       string   `json:"language"`
	Request        bool     `json:"is_escalation_request"`
	Recommendation string   `json:"recommendation"`
	Reasons        []string `json:"reasons"`
	Denials        []string `json:"denials"`
	Missing        []string `json:"missing"`
	Facts          struct {
		AffectedUsers *int     `json:"affected_users"`
		DurationHours *float64 `json:"duration_hours"`
		Environment   *string  `json:"environment"`
		UrgencyGiven  bool     `json:"urgency_given"`
		ReasonGiven   bool     `json:"reason_given"`
	} `json:"facts"`
}

// labelledNotes reads the notes of every writer.
func labelledNotes(t *testing.T) []labelledNote {
	t.Helper()
	files, err := filepath.Glob("notes/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled notes: %v", err)
	}
	var notes []labelledNote
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			d := json.NewDecoder(strings.NewReader(lines.Text()))
			d.DisallowUnknownFields()
			var note labelledNote
			if err := d.Decode(&note); err != nil {
				t.Fatalf("%s line %d: %v", file, n, err)
			}
			if note.Writer+".jsonl" != filepath.Base(file) {
				t.Errorf("%s line %d: it is of %q", file, n, note.Writer)
			}
			notes = append(notes, note)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return notes
}

func TestLabelsSayWhatThePolicyAllows(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range labelledNotes(t) {
		if seen[n.ID] || !strings.HasPrefix(n.ID, n.Writer+"-") {
			t.Errorf("%s: the id is there twice, or not the writer's", n.ID)
		}
		seen[n.ID] = true
		for _, wrong := range n.wrong() {
			t.Errorf("%s: %s", n.ID, wrong)
		}
	}
}

// wrong says what of a note no labeller can have meant.
func (n *labelledNote) wrong() (wrong []string) {
	l := &n.Label
	must := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, what)
		}
	}
	among := func(list []string, all []string, what string) {
		for i, id := range list {
			must(slices.Contains(all, id), what+" "+id+" is none")
			must(!slices.Contains(list[:i], id), what+" "+id+" is there twice")
		}
	}
	must(strings.TrimSpace(n.Text) != "", "no text")
	must(slices.Contains([]string{"CUSTOMER", "CSM", "AGENT", "SYSTEM"}, n.AuthorKind), "author kind "+n.AuthorKind)
	must(n.Difficulty == "plain" || n.Difficulty == "hard" && n.Why != "", "difficulty "+n.Difficulty+" "+n.Why)
	must(l.Language == "en" || l.Language == "de", "language "+l.Language)
	among(l.Reasons, texts(policy.ReasonIDs()), "reason")
	among(l.Denials, texts(policy.GroundIDs()), "denial ground")
	among(l.Missing, texts(policy.MissingIDs()), "missing")
	must(l.Facts.Environment == nil || *l.Facts.Environment == "production" || *l.Facts.Environment == "beta", "environment")
	must((l.Recommendation == "not_a_request") == !l.Request, "not_a_request and is_escalation_request")
	must((l.Recommendation == "needs_info") == (len(l.Missing) > 0), "missing, with needs_info only")
	must(l.Recommendation != "eligible" || len(l.Reasons) > 0, "eligible without a reason")
	must(slices.Contains([]string{"eligible", "ineligible", "needs_info", "not_a_request"}, l.Recommendation), "recommendation "+l.Recommendation)
	must(l.Recommendation != "ineligible" || len(l.Denials) > 0 || len(l.Reasons) == 0, "ineligible with a reason and without a ground")
	return wrong
}

func texts[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
