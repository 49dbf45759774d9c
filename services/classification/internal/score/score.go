package score

import (
	_ "embed"
	"math"
	"slices"
	"sync"

	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

//go:embed model.bin
var shipped []byte

// Shipped is the model that the program carries. It is read once.
var Shipped = sync.OnceValue(func() *Model {
	m, err := Read(shipped)
	if err != nil {
		panic("the model that the program carries: " + err.Error())
	}
	return m
})

// A Model reads notes. What it says never changes, and it is for any number of
// goroutines.
type Model struct {
	linear  *linear.Model
	at      map[string]int // the place of each output among the scores
	memo    memo
	tallies sync.Pool // of *tally
	// meanings are the places among the features of a meaning and of two, by
	// manner; made when first asked for.
	meanings     [manners][]int32
	makeMeanings sync.Once
	name         func() string
	calibration  *Calibration // nil is none
	from         string       // digest of what it was learned from
}

// Features is how many features have a weight.
func (m *Model) Features() int { return m.linear.Features() }

// scores are what a model makes of one note: log-odds for each output, in all
// and by sentence.
type scores struct {
	outputs   int
	total     []float64
	sentences []float64 // sentence by sentence, outputs each
	said      []hash    // what each sentence says, word for word
	known     map[hash]bool
	distinct  []int
}

// reset makes room for the scores of a note without features.
func (s *scores) reset(l *linear.Model, sentences int) {
	n := s.outputs
	s.total = slices.Grow(s.total[:0], n)[:n]
	s.sentences = slices.Grow(s.sentences[:0], n*sentences)[:n*sentences]
	l.Bias(s.total)
	clear(s.sentences)
	s.said = s.said[:0]
	if s.known == nil {
		s.known = map[hash]bool{}
	}
}

// sentence is where the scores of a sentence stand.
func (s *scores) sentence(i int) []float64 {
	return s.sentences[i*s.outputs : (i+1)*s.outputs]
}

// window is how many sentences are heard together. Of a longer note, whatever its
// loudest window says is said: a wish is not less a wish for what stands around it.
const window = 20

// sum adds the sentences to the total. One that says nothing that was not said
// counts once: nothing is made true by repeating it.
func (s *scores) sum() {
	s.distinct = s.distinct[:0]
	clear(s.known)
	for i := range len(s.sentences) / max(1, s.outputs) {
		if h := s.said[i]; !s.known[h] {
			s.known[h] = true
			s.distinct = append(s.distinct, i)
		}
	}
	by := share(min(window, len(s.distinct)))
	for o := range s.total {
		now, most := 0.0, math.Inf(-1)
		for k, i := range s.distinct {
			now += s.sentence(i)[o]
			if k >= window {
				now -= s.sentence(s.distinct[k-window])[o]
			}
			if k >= window-1 || k == len(s.distinct)-1 {
				most = max(most, now)
			}
		}
		if len(s.distinct) > 0 {
			s.total[o] += by * most
		}
	}
}

// best is the sentence that speaks most for an output, or -1 where none does.
func (s scores) best(output int) int {
	best, most := -1, 0.0
	for i := output; i < len(s.sentences); i += s.outputs {
		if s.sentences[i] > most {
			best, most = i/s.outputs, s.sentences[i]
		}
	}
	return best
}

// Read reads a note by the rules, with the words of a policy, and by the model.
// All spans are in the original.
func (m *Model) Read(v *text.Vocabulary, original string, by text.Author) Reading {
	r := Reading{Reading: v.Read(original, by)}
	if r.Language == text.Unknown || len(r.Claims) == 0 {
		return r
	}
	t := m.tally()
	m.correct(&r, t.score(&r.Reading, by))
	m.tallies.Put(t)
	return r
}

// tally takes a tally that is free; whoever is done with it puts it back.
func (m *Model) tally() *tally {
	if t, ok := m.tallies.Get().(*tally); ok {
		return t
	}
	m.makeMeanings.Do(m.findMeanings)
	return newTally(m)
}

// meaning is what a meaning says, or two in one sentence.
func (m *Model) meaning(how manner, a, b meaning) linear.Row {
	return m.linear.At(int(m.meanings[how][int(a)*len(meaningNames)+int(b)]))
}

// findMeanings looks up all meanings, and all pairs of them.
func (m *Model) findMeanings() {
	n := len(meaningNames)
	for how := range manners {
		m.meanings[how] = make([]int32, n*n)
		for a := range n {
			for b := range a + 1 {
				place := int32(m.linear.Find(meant(how, meaning(a), meaning(b)).key()))
				m.meanings[how][a*n+b], m.meanings[how][b*n+a] = place, place
			}
		}
	}
}
