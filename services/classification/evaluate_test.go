package classification_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/services/classification"

	"tocsin/pkg/policy"
)

func method() *classification.Method { return classification.NewMethod(policy.Default(), nil) }

func evaluated(t *testing.T, opts classification.EvaluateOptions) map[string]any {
	t.Helper()
	opts.Method = method()
	e, err := classification.Evaluate(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := e.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEvaluatingDevShowsMistakesAndTestDoesNot(t *testing.T) {
	done := 0
	dev := evaluated(t, classification.EvaluateOptions{
		Paths: []string{"notes"}, Part: "dev", Mistakes: -1,
		Progress: func(n, of int) {
			if done = n; n > of {
				t.Errorf("%d of %d are done", n, of)
			}
		},
	})
	if n := dev["notes"].(float64); n < 400 || int(n) != done {
		t.Errorf("%v notes, of which %d were heard of", n, done)
	}
	if len(dev["mistakes"].([]any)) > 20 {
		t.Error("more than twenty mistakes are shown")
	}
	if test := evaluated(t, classification.EvaluateOptions{Paths: []string{"notes"}, Part: "test", Mistakes: -1}); len(test["mistakes"].([]any)) > 0 {
		t.Error("mistakes of the test part are shown to who did not ask for them")
	}
}

func TestEvaluatingTwiceSaysTheSame(t *testing.T) {
	opts := classification.EvaluateOptions{Method: method(), Paths: []string{"notes/priya.jsonl"}, Mistakes: -1}
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		e, err := classification.Evaluate(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.WriteText(out); err != nil {
			t.Fatal(err)
		}
		if err := e.WritePage(out); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Error("two evaluations of the same notes differ")
	}
}

func TestWhatCannotBeEvaluatedIsNamed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "mine.jsonl")
	if err := os.WriteFile(file, []byte("\n{\"id\":\"n1\",\"text\":\"\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		ctx  context.Context
		path string
		part string
		want string
	}{
		{t.Context(), file, "all", file + ": line 2: label is not there"},
		{t.Context(), dir, "", file + ": line 2: label is not there"},
		{t.Context(), file, "dev", file + " is a file; a part is of a folder with a split.json"},
		{t.Context(), dir, "dev", "split.json"},
		{t.Context(), t.TempDir(), "all", "there are no labelled notes in "},
		{t.Context(), dir + "/none", "all", "no such file"},
		{ended, "notes", "dev", "context canceled"},
	} {
		_, err := classification.Evaluate(c.ctx, classification.EvaluateOptions{Method: method(), Paths: []string{c.path}, Part: c.part})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: got %v, want %s", c.path, c.part, err, c.want)
		}
	}
}
