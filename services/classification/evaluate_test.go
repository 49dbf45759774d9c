package classification_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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

// against is dev or test with a model of one note set against the carried one.
func against(t *testing.T, part string, most int) (text, page string, comparison map[string]any) {
	t.Helper()
	labelled := filepath.Join(t.TempDir(), "ours.jsonl")
	if err := os.WriteFile(labelled, []byte(videoNote), 0o600); err != nil {
		t.Fatal(err)
	}
	p := withVideoCalls(t)
	model, _, err := classification.Train(classification.TrainOptions{Policy: p, Paths: []string{labelled}})
	if err != nil {
		t.Fatal(err)
	}
	done, all := 0, 0
	e, err := classification.Evaluate(t.Context(), classification.EvaluateOptions{
		Method: classification.NewMethod(p, nil), Name: "the carried model", Paths: []string{"notes"}, Part: part, Mistakes: most,
		Against:  classification.Contender{Name: "my.model", Method: classification.NewMethod(p, model)},
		Progress: func(n, of int) { done, all = n, of },
	})
	if err != nil {
		t.Fatal(err)
	}
	var b [3]bytes.Buffer
	if err := errors.Join(e.WriteText(&b[0]), e.WritePage(&b[1]), e.WriteJSON(&b[2])); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Notes      int
		Comparison map[string]any
	}
	if err := json.Unmarshal(b[2].Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if done != all || all != 2*out.Notes {
		t.Errorf("%d of %d readings of %d notes were heard of", done, all, out.Notes)
	}
	return b[0].String(), b[1].String(), out.Comparison
}

func TestAModelOfAlmostNothingIsWorseThanTheCarriedOne(t *testing.T) {
	text, page, c := against(t, "dev", -1)
	first := c["measures"].([]any)[0].(map[string]any)
	if first["difference"].(float64) >= 0 || first["p"].(float64) > 0.01 || c["worse"].(float64) <= c["better"].(float64) {
		t.Errorf("it is %v, %v worse and %v better", first, c["worse"], c["better"])
	}
	if n := len(c["changes"].([]any)); n != 20 {
		t.Errorf("%d notes that changed are shown", n)
	}
	if !strings.Contains(text, " <0.0001\n") {
		t.Error("a p that is tiny is shown as none")
	}
	for _, name := range []string{"the carried model (sha256:", "my.model (sha256:"} {
		if !strings.Contains(text, name) || !strings.Contains(page, name) {
			t.Errorf("text or page does not name %s", name)
		}
	}
}

func TestNotesOfTheTestPartThatChangedAreCountedOnly(t *testing.T) {
	text, page, c := against(t, "test", -1)
	if c["worse"].(float64) == 0 || len(c["changes"].([]any)) > 0 {
		t.Errorf("%v got worse, of which %d are shown", c["worse"], len(c["changes"].([]any)))
	}
	if strings.Contains(text, "expected ") || strings.Contains(page, "<blockquote") {
		t.Error("a note of the test part is shown to who did not ask for it")
	}
	if text, _, c = against(t, "test", 2); len(c["changes"].([]any)) != 2 || strings.Count(text, "expected ") != 2 {
		t.Error("who asks for two of them does not see two")
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
