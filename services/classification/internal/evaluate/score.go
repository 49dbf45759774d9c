package evaluate

import (
	"encoding/json"
	"math"
	"slices"
)

// A Score is how well one label is found: it is labelled Support times, Said
// times by the method, and Both by both.
type Score struct {
	ID                  string
	Support, Said, Both int
}

func (s *Score) add(labelled, said bool) {
	if labelled {
		s.Support++
	}
	if said {
		s.Said++
	}
	if labelled && said {
		s.Both++
	}
}

// Precision is the share of what is said that is labelled.
func (s Score) Precision() Share { return Share{s.Both, s.Said} }

// Recall is the share of what is labelled that is said.
func (s Score) Recall() Share { return Share{s.Both, s.Support} }

// F1 is the harmonic mean of precision and recall, from 0 to 1; it is not a
// number where the label is neither given nor said.
func (s Score) F1() float64 { return 2 * float64(s.Both) / float64(s.Support+s.Said) }

// MarshalJSON writes the counts and the figures; null for what has no value.
func (s Score) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID        string   `json:"id"`
		Support   int      `json:"support"`
		Said      int      `json:"said"`
		Both      int      `json:"both"`
		Precision Share    `json:"precision"`
		Recall    Share    `json:"recall"`
		F1        *float64 `json:"f1"`
	}{s.ID, s.Support, s.Said, s.Both, s.Precision(), s.Recall(), Number(s.F1())})
}

// scores counts each of ids over all results; of gives what is labelled and what is said.
func scores[T ~string](ids []T, results []Result, of func(*Result) (labelled, said []T)) []Score {
	out := make([]Score, len(ids))
	for i, id := range ids {
		out[i].ID = string(id)
		for r := range results {
			labelled, said := of(&results[r])
			out[i].add(slices.Contains(labelled, id), slices.Contains(said, id))
		}
	}
	return out
}

// binary counts a label that is there or not.
func binary(id string, results []Result, of func(*Result) (labelled, said bool)) Score {
	s := Score{ID: id}
	for i := range results {
		s.add(of(&results[i]))
	}
	return s
}

// macro is the mean F1 of the scores that have support, and not a number without any.
func macro(all []Score) float64 {
	sum, n := 0.0, 0
	for _, s := range all {
		if s.Support > 0 {
			sum, n = sum+s.F1(), n+1
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// micro adds the scores up, so that each single label counts the same.
func micro(all []Score) Score {
	sum := Score{ID: "all"}
	for _, s := range all {
		sum.Support, sum.Said, sum.Both = sum.Support+s.Support, sum.Said+s.Said, sum.Both+s.Both
	}
	return sum
}
