package classification_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"tocsin/pkg/policy"
	"tocsin/services/classification"
)

var because = regexp.MustCompile(`,"because":\[(\{"feature":"(?:[^"\\]|\\.)+","log_odds":-?[0-9.e-]+\},?)+\]`)

func TestWhyAddsToEvidenceAndChangesNothingElse(t *testing.T) {
	in, err := os.ReadFile("notes/heike.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	m := classification.NewMethod(policy.Default(), nil)
	written := func(opts classification.ClassifyOptions) []byte {
		var out bytes.Buffer
		if err := classification.Classify(t.Context(), m, bytes.NewReader(in), &out, opts); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	plain, why := written(classification.ClassifyOptions{}), written(classification.ClassifyOptions{Why: true})
	if !bytes.Equal(because.ReplaceAll(why, nil), plain) {
		t.Error("without what the model went by, the assessments differ")
	}
	explained := 0
	for dec := json.NewDecoder(bytes.NewReader(why)); dec.More(); {
		var a assessment
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		for _, e := range a.Evidence {
			if is := weighed(e.Step); is != (len(e.Because) > 0) {
				t.Errorf("%s: evidence for %s by step %s is explained by %v", a.ID, e.For, e.Step, e.Because)
			}
			explained += e.check(t)
		}
	}
	if explained < 50 {
		t.Errorf("only %d pieces of evidence are explained", explained)
	}
}

type assessment struct {
	ID       string
	Evidence []evidence
}

type evidence struct {
	For, Step string
	Because   []struct {
		Feature string
		LogOdds float64 `json:"log_odds"`
	}
}

// weighed says whether the model weighs what the step says.
func weighed(step string) bool {
	switch step {
	case "score", "find", "ask", "urge", "ground":
		return true
	}
	return false
}

// check says that five at most speak for it, then three at most against it, each
// of them the loudest first. It returns 1 where any does.
func (e evidence) check(t *testing.T) int {
	t.Helper()
	said, against := map[string]bool{}, 0
	for i, b := range e.Because {
		if said[b.Feature] {
			t.Errorf("%q is named twice: %v", b.Feature, e.Because)
		}
		if said[b.Feature] = true; b.LogOdds < 0 {
			against++
		}
		if i > 0 && (b.LogOdds > 0 && e.Because[i-1].LogOdds < b.LogOdds || b.LogOdds < 0 && e.Because[i-1].LogOdds < 0 && e.Because[i-1].LogOdds > b.LogOdds) {
			t.Errorf("the loudest is not first: %v", e.Because)
		}
	}
	if len(e.Because)-against > 5 || against > 3 {
		t.Errorf("too much is said: %v", e.Because)
	}
	return min(1, len(e.Because))
}
