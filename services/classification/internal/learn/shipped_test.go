package learn_test

import (
	"testing"

	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/learn"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"

	"tocsin/pkg/policy"
)

func TestTheModelThatTheProgramCarriesIsLearnedFromTheNotesAndRulesAsTheyAre(t *testing.T) {
	p := policy.Default()
	notes, err := label.Part(p, "../../notes", "train")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := score.Shipped().From(), learn.Digest(text.NewVocabulary(p), notes); got != want {
		t.Errorf("it is learned from others (%.12s, not %.12s): run `make train`, and look at `make eval`", got, want)
	}
}
