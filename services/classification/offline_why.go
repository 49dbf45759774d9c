package classification

import (
	"math"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/score"
)

// becauseLine is a feature that the model went by, in log-odds of two digits.
type becauseLine struct {
	Feature string  `json:"feature"`
	LogOdds float64 `json:"log_odds"`
}

// So many features are named that speak most for a piece of evidence, and against it.
const (
	mostFor     = 5
	mostAgainst = 3
)

// explain adds to the evidence of a note what the model went by.
func (l *line) explain(m *classify.Method, n note, a classify.Assessment) {
	for i, e := range a.Evidence {
		l.Evidence[i].Because = loudest(m.Because(*n.Text, classify.AuthorKind(n.AuthorKind), e))
	}
}

// loudest are the first that speak for something, and the last that speak against
// it, the loudest of each first.
func loudest(all []score.Contribution) (out []becauseLine) {
	add := func(c score.Contribution) {
		if r := math.Round(c.LogOdds*100) / 100; r != 0 {
			out = append(out, becauseLine{c.Feature, r})
		}
	}
	for i := 0; i < min(mostFor, len(all)) && all[i].LogOdds > 0; i++ {
		add(all[i])
	}
	for i := len(all) - 1; i >= max(0, len(all)-mostAgainst) && all[i].LogOdds < 0; i-- {
		add(all[i])
	}
	return out
}
