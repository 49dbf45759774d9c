package learn

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

const (
	// folds is in how many parts writers are divided.
	folds = 5
	// enough is how many notes, right and wrong, a calibration needs, and fewest
	// how many of a recommendation its own curve does.
	enough = 100
	fewest = 150
)

// Calibrate sees how often the method is right of notes by writers that it has
// not learned from: four parts of five are learned from, the fifth is assessed,
// in turn. It is nil where there are too few notes to tell. heard, if not nil,
// hears how many of the parts are done.
func Calibrate(p *policy.Policy, notes []label.Note, s linear.Settings, heard func(done, of int)) *score.Calibration {
	if len(notes) < enough {
		return nil
	}
	examples := read(text.NewVocabulary(p), notes)
	part := parts(notes)
	var seen []outcome
	for fold := range folds {
		var from []linear.Example
		var of []*label.Note
		for i := range notes {
			if part[i] == fold {
				of = append(of, &notes[i])
			} else {
				from = append(from, examples[i])
			}
		}
		m := classify.New(p, score.New(linear.Train(score.Outputs(), from, s)))
		seen = append(seen, outcomes(m, of)...)
		if heard != nil {
			heard(fold+1, folds)
		}
	}
	return fit(seen)
}

// An outcome is how sure the method was of a recommendation, and whether it was right.
type outcome struct {
	recommendation string
	sure           float64
	right          bool
}

// outcomes assesses notes on all cores and keeps their order.
func outcomes(m *classify.Method, notes []*label.Note) []outcome {
	out := make([]outcome, len(notes))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(notes); i += workers {
				n := notes[i]
				a := m.Note(n.ID, n.Text, classify.AuthorKind(n.AuthorKind))
				out[i] = outcome{string(a.Recommendation), a.Sure, string(a.Recommendation) == n.Label.Recommendation}
			}
		})
	}
	wg.Wait()
	return out
}

// parts says in which part each note is. All notes of a writer are in one, the
// writer with most notes first in the part with the fewest; where there are too
// few writers each note stands for itself.
func parts(notes []label.Note) []int {
	of := func(i int) string { return notes[i].Writer }
	count := map[string]int{}
	for i := range notes {
		count[of(i)]++
	}
	if len(count) < folds {
		out := make([]int, len(notes))
		for i := range out {
			out[i] = i % folds
		}
		return out
	}
	writers := make([]string, 0, len(count))
	for w := range count {
		writers = append(writers, w)
	}
	slices.SortFunc(writers, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	var size [folds]int
	in := map[string]int{}
	for _, w := range writers {
		least := 0
		for p, n := range size {
			if n < size[least] {
				least = p
			}
		}
		in[w] = least
		size[least] += count[w]
	}
	out := make([]int, len(notes))
	for i := range out {
		out[i] = in[of(i)]
	}
	return out
}

// fit gives each recommendation of which there are enough notes its own curve.
func fit(seen []outcome) *score.Calibration {
	seen = slices.DeleteFunc(slices.Clone(seen), func(o outcome) bool { return o.sure >= 1 }) // these are not calibrated
	wrong := 0
	for _, o := range seen {
		if !o.right {
			wrong++
		}
	}
	if len(seen) < enough || wrong == 0 || wrong == len(seen) {
		return nil
	}
	c := &score.Calibration{By: map[string]score.Curve{}, Else: platt(seen)}
	for _, r := range label.Recommendations() {
		of := slices.DeleteFunc(slices.Clone(seen), func(o outcome) bool { return o.recommendation != r })
		if len(of) >= fewest {
			c.By[r] = platt(of)
		}
	}
	return c
}

// platt fits a curve by Newton's method, as in Lin, Lin and Weng, "A note on
// Platt's probabilistic outputs" (2007): nobody is taken to be always right or
// always wrong, and no step makes it worse. A curve that falls is made flat. Its
// numbers are rounded, so that they are the same on every machine.
func platt(seen []outcome) score.Curve {
	right := 0.0
	for _, o := range seen {
		if o.right {
			right++
		}
	}
	wrong := float64(len(seen)) - right
	flat := score.Curve{Offset: round(math.Log((right + 1) / (wrong + 1)))}
	wanted := target{(right + 1) / (right + 2), 1 / (wrong + 2)}
	c, loss := flat, wanted.loss(flat, seen)
	for range 100 {
		slope, offset := wanted.step(c, seen)
		var next score.Curve
		worse := true
		for size := 1.0; worse && size > 1e-9; size /= 2 {
			next = score.Curve{Slope: c.Slope - size*slope, Offset: c.Offset - size*offset}
			worse = !(wanted.loss(next, seen) < loss)
		}
		if worse { // there is no better one
			break
		}
		c, loss = next, wanted.loss(next, seen)
	}
	if c.Slope <= 0 {
		return flat
	}
	return score.Curve{Slope: round(c.Slope), Offset: round(c.Offset)}
}

// A target is the share of right to be expected of what was right, and of what was wrong.
type target struct{ right, wrong float64 }

func (t target) of(o outcome) float64 {
	if o.right {
		return t.right
	}
	return t.wrong
}

// loss is the cross-entropy of a curve.
func (t target) loss(c score.Curve, seen []outcome) float64 {
	sum := 0.0
	for _, o := range seen {
		at := c.Slope*score.LogOdds(o.sure) + c.Offset
		sum += math.Log1p(math.Exp(-math.Abs(at))) + max(at, 0) - t.of(o)*at
	}
	return sum
}

// step is Newton's, of slope and offset.
func (t target) step(c score.Curve, seen []outcome) (slope, offset float64) {
	var g, h [2]float64 // gradient and curvature
	mixed := 0.0
	for _, o := range seen {
		x, p := score.LogOdds(o.sure), c.At(o.sure)
		w := p * (1 - p)
		g[0] += (p - t.of(o)) * x
		g[1] += p - t.of(o)
		h[0] += w * x * x
		h[1] += w
		mixed += w * x
	}
	const ridge = 1e-9 // where all are as sure there are many best curves
	h[0], h[1] = h[0]+ridge, h[1]+ridge
	det := h[0]*h[1] - mixed*mixed
	return (h[1]*g[0] - mixed*g[1]) / det, (h[0]*g[1] - mixed*g[0]) / det
}

func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
