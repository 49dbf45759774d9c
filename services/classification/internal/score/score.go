package score

import (
	_ "embed"
	"fmt"
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

// A Model reads notes. It never changes, and is for any number of goroutines.
type Model struct {
	linear *linear.Model
	at     map[string]int // the place of each output among the scores
}

// Read reads a model that Train made and Bytes wrote. It refuses a file that is
// not whole, or whose outputs are not those that this program knows.
func Read(file []byte) (*Model, error) {
	l, err := linear.Read(file)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(l.Outputs(), Outputs()) {
		return nil, fmt.Errorf("a model of outputs %v; this program reads models of %v: train it again with this version", l.Outputs(), Outputs())
	}
	return New(l), nil
}

// Bytes is the model as a file.
func (m *Model) Bytes() []byte { return m.linear.Bytes() }

// Features is how many features have a weight.
func (m *Model) Features() int { return m.linear.Features() }

// scores are what a model makes of one note: log-odds for each output, in all
// and by sentence.
type scores struct {
	outputs   int
	total     []float64
	sentences []float64 // sentence by sentence, outputs each
}

// of scores the features of a note.
func (m *Model) of(f *features) scores {
	n, sentences := len(m.linear.Outputs()), len(f.ends)
	s := scores{outputs: n, total: make([]float64, n), sentences: make([]float64, n*sentences)}
	m.linear.Bias(s.total)
	from := 0
	for i, end := range f.ends {
		m.linear.Add(f.terms[from:end], s.sentences[i*n:i*n+n])
		from = end
	}
	m.linear.Add(f.terms[from:], s.total)
	for i, v := range s.sentences {
		s.total[i%n] += v
	}
	return s
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
	m.correct(&r, m.of(extract(&r.Reading, by, false)))
	return r
}

var (
	Max = true
	Cut = 0.5
)
