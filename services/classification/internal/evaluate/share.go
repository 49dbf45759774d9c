package evaluate

import (
	"encoding/json"
	"math"
)

// z is the quantile of the normal distribution that leaves 95 % in the middle.
const z = 1.959963984540054

// A Share is how many of how many. Of nothing, it has no value.
type Share struct{ Right, Of int }

func (s *Share) add(right bool) {
	s.Of++
	if right {
		s.Right++
	}
}

// Value is between 0 and 1; of nothing it is not a number.
func (s Share) Value() float64 { return float64(s.Right) / float64(s.Of) }

// Interval is the 95 % interval by Wilson's score method, which holds near 0 and 1 and
// for few, too. Of nothing it is all from 0 to 1.
func (s Share) Interval() Interval {
	if s.Of == 0 {
		return Interval{0, 1}
	}
	n, p := float64(s.Of), s.Value()
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Interval{max(middle-half, 0), min(middle+half, 1)}
}

// MarshalJSON writes counts, value and interval; null for what has no value.
func (s Share) MarshalJSON() ([]byte, error) {
	in := s.Interval()
	return json.Marshal(struct {
		Right int      `json:"right"`
		Of    int      `json:"of"`
		Value *float64 `json:"value"`
		Low   float64  `json:"low"`
		High  float64  `json:"high"`
	}{s.Right, s.Of, Number(s.Value()), in.Low, in.High})
}

// An Interval holds the true value in 95 of 100 such samples.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Number is a pointer to v, or nil where v is not a number, as JSON has none.
func Number(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// A Mean is a figure that is no share, with its 95 % interval. Value is nil where
// nothing was there to measure.
type Mean struct {
	Value *float64 `json:"value"`
	Interval
}
