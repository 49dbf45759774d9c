package score

import (
	"errors"
	"math"

	"tocsin/services/classification/internal/linear"
)

// A Calibration turns how sure the method takes itself to be into how often it
// is then right, by the recommendation. It comes from notes by writers whom the
// model that read them had not learned from.
type Calibration struct {
	// By is the curve of each recommendation of which there were enough notes.
	By map[string]Curve `json:"by,omitempty"`
	// Else is the curve of the others.
	Else Curve `json:"else"`
}

// A Curve is Platt's: the log-odds of a confidence times Slope, plus Offset, are
// the log-odds of being right. Slope is not below 0: who is surer is not more
// often wrong.
type Curve struct {
	Slope  float64 `json:"slope"`
	Offset float64 `json:"offset"`
}

// surest bounds confidences, whose log-odds would otherwise be endless.
const surest = 0.999

// LogOdds are those of a confidence, from 0 to 1.
func LogOdds(confidence float64) float64 {
	p := min(max(confidence, 1-surest), surest)
	return math.Log(p / (1 - p))
}

// At is how often a recommendation of that confidence is right.
func (c Curve) At(confidence float64) float64 {
	return linear.Probability(float64(c.Slope*LogOdds(confidence)) + c.Offset)
}

// Calibrated is the model with a calibration instead of the one it has; nil is none.
func (m *Model) Calibrated(c *Calibration) *Model {
	with := New(m.linear)
	with.calibration, with.from = c, m.from
	return with
}

// Confidence is how often a recommendation is right of which the method takes
// itself to be that sure. What forms and fields alone decide stays certain.
func (m *Model) Confidence(recommendation string, sure float64) float64 {
	c := m.calibration
	if c == nil || sure >= 1 {
		return sure
	}
	curve, ok := c.By[recommendation]
	if !ok {
		curve = c.Else
	}
	return curve.At(sure)
}

// check refuses numbers that no calibration has.
func (c *Calibration) check() error {
	if c == nil {
		return nil
	}
	sound := func(c Curve) bool { return c.Slope >= 0 && !math.IsInf(c.Slope, 0) && !math.IsNaN(c.Offset+c.Slope) }
	ok := sound(c.Else)
	for _, curve := range c.By {
		ok = ok && sound(curve)
	}
	if !ok {
		return errors.New("the model is not whole: a curve of its calibration falls")
	}
	return nil
}
