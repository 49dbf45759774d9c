package learn

import (
	"fmt"
	"math"
	"testing"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// drawn are outcomes of which a share is right as the curve says.
func drawn(recommendation string, c score.Curve, n int) (seen []outcome) {
	for i := range n {
		sure := 0.4 + 0.599*float64(i%50)/50
		rank := (float64((i/50*7)%(n/50)) + 0.5) / float64(n/50)
		seen = append(seen, outcome{recommendation, sure, rank < c.At(sure)})
	}
	return seen
}

func TestTheCurveOfWhatWasSeenIsFound(t *testing.T) {
	for _, want := range []score.Curve{{Slope: 1}, {Slope: 0.35, Offset: 0.8}, {Slope: 1.5, Offset: -1}} {
		got := platt(drawn("eligible", want, 20000))
		if math.Abs(got.Slope-want.Slope) > 0.05 || math.Abs(got.Offset-want.Offset) > 0.05 {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestACurveNeverFalls(t *testing.T) {
	seen := drawn("eligible", score.Curve{Slope: -1, Offset: 1}, 5000)
	right := 0
	for _, o := range seen {
		if o.right {
			right++
		}
	}
	c := platt(seen)
	if share := float64(right) / float64(len(seen)); c.Slope != 0 || math.Abs(c.At(0.9)-share) > 0.01 {
		t.Errorf("%+v says %v, and %v are right", c, c.At(0.9), share)
	}
	same := make([]outcome, 200)
	for i := range same {
		same[i] = outcome{"eligible", 0.9, i%4 > 0}
	}
	if got := platt(same).At(0.9); math.Abs(got-0.75) > 0.01 {
		t.Errorf("all are as sure, three of four are right, and it says %v", got)
	}
}

func TestARecommendationSeenOftenEnoughHasItsOwnCurve(t *testing.T) {
	rare, often := drawn("needs_info", score.Curve{Slope: 1}, 100), drawn("eligible", score.Curve{Slope: 0.5, Offset: 0.5}, 1000)
	c := fit(append(rare, often...))
	if _, ok := c.By["needs_info"]; ok || c.By["eligible"].Slope == 0 || c.Else.Slope == 0 {
		t.Errorf("got %+v", c)
	}
	if c := fit(rare[:80]); c != nil {
		t.Errorf("of 80 notes: %+v", c)
	}
	sure := make([]outcome, 500)
	for i := range sure {
		sure[i] = outcome{"eligible", 0.9, true}
	}
	if c := fit(sure); c != nil {
		t.Errorf("nothing was ever wrong: %+v", c)
	}
}

func TestAWritersNotesAreInOnePart(t *testing.T) {
	var notes []label.Note
	for i := range 120 {
		notes = append(notes, label.Note{ID: fmt.Sprint(i), Writer: fmt.Sprint("w", i%7)})
	}
	part, of, size := parts(notes), map[string]int{}, [folds]int{}
	for i, n := range notes {
		if was, seen := of[n.Writer]; seen && was != part[i] {
			t.Errorf("%s is in parts %d and %d", n.Writer, was, part[i])
		}
		of[n.Writer] = part[i]
		size[part[i]]++
	}
	for p, n := range size {
		if n < 15 || n > 40 {
			t.Errorf("part %d has %d of 120 notes", p, n)
		}
	}
	for i := range notes {
		notes[i].Writer = ""
	}
	if part := parts(notes); part[0] == part[1] {
		t.Error("without writers each note stands for itself")
	}
}

func TestTheSameNotesGiveTheSameCalibration(t *testing.T) {
	p := policy.Default()
	notes, err := label.ReadFile(p, "../../notes/wolfgang.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	s := linear.Defaults
	s.Epochs = 3
	var files []string
	steps := 0
	for range 2 {
		c := Calibrate(p, notes, s, func(done, _ int) { steps += done })
		if c == nil {
			t.Fatal("there is none")
		}
		files = append(files, string(Train(text.NewVocabulary(p), notes, s).Calibrated(c).Bytes()))
	}
	if files[0] != files[1] {
		t.Error("two trainings on the same notes differ")
	}
	if steps != 2*(1+2+3+4+5) {
		t.Errorf("%d steps were heard of", steps)
	}
	if Calibrate(p, notes[:50], s, nil) != nil {
		t.Error("fifty notes are too few to tell")
	}
}
