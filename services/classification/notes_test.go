package classification_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/services/classification/internal/label"

	"tocsin/pkg/policy"
)

func TestLabelsSayWhatThePolicyAllows(t *testing.T) {
	p := policy.Default()
	notes, err := label.Part(p, "notes", "all")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range notes {
		if seen[n.ID] || !strings.HasPrefix(n.ID, n.Writer+"-") {
			t.Errorf("%s: the id is there twice, or not the writer's", n.ID)
		}
		seen[n.ID] = true
		for _, wrong := range label.Check(p, n) {
			t.Errorf("%s: %s", n.ID, wrong)
		}
		if n.AuthorKind == "" || n.Difficulty == "" || n.Difficulty == "hard" && n.Why == "" {
			t.Errorf("%s: author kind, difficulty or why is not there", n.ID)
		}
	}
}

func TestEveryWriterIsInOnePart(t *testing.T) {
	split, err := label.ReadSplit("notes")
	if err != nil {
		t.Fatal(err)
	}
	writers, err := split.Writers("all")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("notes/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, file := range files {
		have = append(have, strings.TrimSuffix(filepath.Base(file), ".jsonl"))
	}
	if slices.Sort(writers); !slices.Equal(writers, have) {
		t.Errorf("split.json has %q, the folder %q", writers, have)
	}
}
