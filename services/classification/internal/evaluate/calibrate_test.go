package evaluate_test

import (
	"testing"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/evaluate"
)

func right(confidence float64) evaluate.Result {
	return sure(agreed("r", classify.NotARequest), confidence)
}

func wrong(confidence float64) evaluate.Result {
	return sure(says(agreed("w", classify.NotARequest), classify.NeedsInfo), confidence)
}

func TestWithoutConfidenceThereIsNoCalibration(t *testing.T) {
	if r := evaluate.Of(evaluate.Source{Name: "here"}, five(), 0); r.Calibration != nil {
		t.Errorf("it is %+v", r.Calibration)
	}
}

func TestConfidenceIsHeldAgainstWhatIsRight(t *testing.T) {
	r := evaluate.Of(evaluate.Source{Name: "here"}, []evaluate.Result{right(0.95), right(0.85), wrong(0.85), right(1), agreed("silent", classify.Eligible)}, 0)
	c := r.Calibration
	if c.Notes != 4 || len(c.Bins) != 10 {
		t.Fatalf("it is %+v", c)
	}
	if b := c.Bins[8]; b.Right != (evaluate.Share{Right: 1, Of: 2}) || b.From != 0.8 || b.To != 0.9 {
		t.Errorf("the bin from 0.8 is %+v", b)
	}
	if b := c.Bins[9]; b.Right != (evaluate.Share{Right: 2, Of: 2}) {
		t.Errorf("the bin from 0.9, which 1 is in as well, is %+v", b)
	}
	near(t, "ECE", c.ECE, (2*0.35+2*0.025)/4)
	near(t, "Brier", c.Brier, (0.05*0.05+0.15*0.15+0.85*0.85)/4)
}

func TestTheCurveKeepsTheSurestAndThoseAsSure(t *testing.T) {
	r := evaluate.Of(evaluate.Source{Name: "here"}, []evaluate.Result{wrong(0.2), right(0.9), wrong(0.5), right(0.5)}, 0)
	curve := r.Calibration.Curve
	want := []evaluate.Kept{
		{Share: 1, Least: 0.2, Right: evaluate.Share{Right: 2, Of: 4}},
		{Share: 0.75, Least: 0.5, Right: evaluate.Share{Right: 2, Of: 3}},
		{Share: 0.25, Least: 0.9, Right: evaluate.Share{Right: 1, Of: 1}},
	}
	if len(curve) != len(want) {
		t.Fatalf("the curve is %+v", curve)
	}
	for i := range want {
		if curve[i] != want[i] {
			t.Errorf("point %d is %+v, want %+v", i, curve[i], want[i])
		}
	}
}
