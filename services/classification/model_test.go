package classification_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/services/classification"
)

func TestAnAssessmentNamesTheModelItWasMadeWith(t *testing.T) {
	dir := t.TempDir()
	labelled, file := filepath.Join(dir, "ours.jsonl"), filepath.Join(dir, "my.model")
	if err := os.WriteFile(labelled, []byte(videoNote), 0o600); err != nil {
		t.Fatal(err)
	}
	p := withVideoCalls(t)
	trained, _, err := classification.Train(classification.TrainOptions{Policy: p, Paths: []string{labelled}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, trained.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := classification.ReadModelFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mine, carried := assessed(t, classification.NewMethod(p, read), "Thanks!"), assessed(t, classification.NewMethod(p, nil), "Thanks!")
	if mine["model"] != trained.Name() || mine["model"] == carried["model"] || mine["policy"] != carried["policy"] {
		t.Errorf("one is by %v, the other by %v", mine["model"], carried["model"])
	}
	for path, want := range map[string]string{labelled: labelled + ": not a model", filepath.Join(dir, "none"): "no such file"} {
		if _, err := classification.ReadModelFile(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
