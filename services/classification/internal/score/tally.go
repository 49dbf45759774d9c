package score

import (
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// A tally scores the features of a note as they come. It sums their weights in
// whole steps, group by group, and gives each sum its value at the end of the
// sentence. It is kept for its memory.
type tally struct {
	model  *Model
	walk   walk
	sums   [groups]*linear.Sum
	count  [groups]int
	scores scores
}

func newTally(m *Model) *tally {
	t := &tally{model: m, scores: scores{outputs: len(m.linear.Outputs())}}
	for g := range t.sums {
		t.sums[g] = m.linear.NewSum()
	}
	t.walk.to = t
	return t
}

// score scores a reading of a note by an author. The scores are the tally's, and
// stand until it scores the next one.
func (t *tally) score(r *text.Reading, by text.Author) scores {
	t.scores.reset(t.model.linear, sentences(r))
	for n, i := 0, 0; i < len(r.Claims); n++ {
		t.scores.said = append(t.scores.said, wordForWord(r.Claims, i))
		i = t.walk.sentence(r, i)
		t.end(t.scores.sentence(n), func(g group) float32 { return value(g, t.count[g]) })
	}
	t.walk.note(r, by)
	t.end(t.scores.total, func(group) float32 { return 1 })
	t.scores.sum()
	return t.scores
}

func (t *tally) take(f feature) {
	t.count[f.group]++
	t.sums[f.group].Add(t.model.linear.Row(f.key()))
}

func (t *tally) takeWord(how manner, stem, fold string) {
	s := t.model.memo.spelling(t.model.linear, how, stem, fold)
	t.count[words]++
	t.sums[words].Add(s.word)
	t.count[pieces] += s.count
	t.sums[pieces].AddSum(&s.pieces)
}

func (t *tally) takeMeanings(how manner, a, b meaning) {
	t.count[meanings]++
	t.sums[meanings].Add(t.model.meaning(how, a, b))
}

// end adds what was taken to scores, each group with its value, and begins anew.
func (t *tally) end(scores []float64, value func(group) float32) {
	for g, n := range t.count {
		if n > 0 {
			t.model.linear.AddSum(t.sums[g], value(group(g)), scores)
			t.sums[g].Reset()
		}
	}
	t.count = [groups]int{}
}
