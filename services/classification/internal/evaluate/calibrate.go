package evaluate

import (
	"cmp"
	"math"
	"slices"
)

// bins is how many parts the confidences are divided into, each as wide.
const bins = 10

// Calibration says whether a confidence means what it says: of the notes with
// 0.8, eight of ten recommendations should be right.
type Calibration struct {
	Notes int   `json:"notes"` // of which a confidence is known
	Bins  []Bin `json:"bins"`
	// ECE is the expected calibration error, the mean distance between confidence and
	// share right over the bins, weighted by their notes; 0 is best.
	ECE float64 `json:"ece"`
	// Brier is the mean square of confidence minus right (1) or wrong (0); 0 is best.
	Brier float64 `json:"brier"`
	// Curve says how many recommendations are right if only the surest are kept and
	// the others go to a person, all kept first.
	Curve []Kept `json:"curve"`
}

// A Bin is the notes with a confidence from From up to To, To itself only in the last.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	Confidence float64 `json:"confidence"` // the mean; 0 without notes
	Right      Share   `json:"right"`
}

// Kept is a point of the curve: the notes with a confidence of at least Least.
type Kept struct {
	Share float64 `json:"share"` // of all notes with a confidence
	Least float64 `json:"least"`
	Right Share   `json:"right"`
}

// calibrate is nil where nothing is known.
func calibrate(results []Result) *Calibration {
	var known []*Result
	for i := range results {
		if results[i].Confidence != nil {
			known = append(known, &results[i])
		}
	}
	if len(known) == 0 {
		return nil
	}
	slices.SortStableFunc(known, func(a, b *Result) int { return cmp.Compare(*b.Confidence, *a.Confidence) })
	c := &Calibration{Notes: len(known), Bins: make([]Bin, bins), Curve: curve(known)}
	for i := range c.Bins {
		c.Bins[i].From, c.Bins[i].To = float64(i)/bins, float64(i+1)/bins
	}
	for _, r := range known {
		conf := min(max(*r.Confidence, 0), 1)
		bin := &c.Bins[min(int(conf*bins), bins-1)]
		bin.Confidence += conf
		bin.Right.add(r.right())
		right := 0.0
		if r.right() {
			right = 1
		}
		c.Brier += (conf - right) * (conf - right) / float64(len(known))
	}
	for i := range c.Bins {
		if b := &c.Bins[i]; b.Right.Of > 0 {
			b.Confidence /= float64(b.Right.Of)
			c.ECE += math.Abs(b.Confidence-b.Right.Value()) * float64(b.Right.Of) / float64(len(known))
		}
	}
	return c
}

// curve keeps less and less of results that are sorted, the surest first, in
// steps of a twentieth. Who is as sure as the last that is kept is kept as well.
func curve(sorted []*Result) []Kept {
	const steps = 20
	var out []Kept
	right := make([]int, len(sorted)+1)
	for i, r := range sorted {
		right[i+1] = right[i]
		if r.right() {
			right[i+1]++
		}
	}
	for step := steps; step > 0; step-- {
		n := (len(sorted)*step + steps - 1) / steps
		least := *sorted[n-1].Confidence
		for n < len(sorted) && *sorted[n].Confidence == least {
			n++
		}
		k := Kept{Share: float64(n) / float64(len(sorted)), Least: least, Right: Share{right[n], n}}
		if len(out) == 0 || out[len(out)-1].Right.Of != n {
			out = append(out, k)
		}
	}
	return out
}
