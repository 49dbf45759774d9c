package linear

import "math"

// A Key is the hash of a feature's name.
type Key uint32

// A Term is a feature and its value.
type Term struct {
	Key   Key
	Value float32
}

// A Model scores features for each of its outputs. It never changes, and is for
// any number of goroutines.
type Model struct {
	outputs []string
	bias    []float32
	scale   []float32 // of one step of a weight, for each output
	keys    []Key     // sorted
	weights []uint64  // a Row for each key
	slots   []slot    // open addressing; a power of two
	shift   int       // of a hash to a slot
}

// A slot is a place in the table of keys: a key beside its place among all,
// so that one look at memory tells both.
type slot struct {
	key   Key
	place uint32 // of the key, from 1; 0: nothing here, and nothing further on
}

// Features is how many features have a weight.
func (m *Model) Features() int { return len(m.keys) }

// Outputs are the names of the outputs, in the order of the scores.
func (m *Model) Outputs() []string { return m.outputs }

// index makes the table by which keys are found. It is half full at most, so
// that a key, there or not, is mostly told by one look.
func (m *Model) index() {
	m.shift = 32
	for 1<<(32-m.shift) < 2*len(m.keys)+1 {
		m.shift--
	}
	m.slots = make([]slot, 1<<(32-m.shift))
	for i, k := range m.keys {
		at := m.first(k)
		for m.slots[at].place != 0 {
			at = (at + 1) & (len(m.slots) - 1)
		}
		m.slots[at] = slot{k, uint32(i + 1)}
	}
}

// first is the slot where a key is looked for first.
func (m *Model) first(k Key) int { return int(uint32(k) * 2654435769 >> m.shift) }

// Find is the place of a feature among those that have weights, or -1.
func (m *Model) Find(k Key) int {
	slots := m.slots
	for at := m.first(k); ; at++ {
		switch s := slots[at&(len(slots)-1)]; {
		case s.place == 0:
			return -1
		case s.key == k:
			return int(s.place - 1)
		}
	}
}

// At is what the feature at a place says of every output; nil at -1.
func (m *Model) At(place int) Row {
	if place < 0 {
		return nil
	}
	n := packed(len(m.outputs))
	return m.weights[place*n : place*n+n : place*n+n]
}

// Row is what a feature says of every output; nil where it has no weight.
func (m *Model) Row(k Key) Row { return m.At(m.Find(k)) }

// Bias writes the scores of a note without features to scores, which has the
// length of Outputs.
func (m *Model) Bias(scores []float64) {
	for o := range scores {
		scores[o] = float64(m.bias[o])
	}
}

// Add adds what the terms say to scores, which has the length of Outputs.
func (m *Model) Add(terms []Term, scores []float64) {
	for _, t := range terms {
		row := m.Row(t.Key)
		if row == nil {
			continue
		}
		for o := range scores {
			scores[o] += float64(float64(t.Value) * float64(row.step(o)) * float64(m.scale[o]))
		}
	}
}

// AddSum adds what the rows of a sum say, each of the same value, to scores,
// which has the length of Outputs.
func (m *Model) AddSum(s *Sum, value float32, scores []float64) {
	for o := range scores {
		scores[o] += float64(float64(value) * float64(s.steps(o)) * float64(m.scale[o]))
	}
}

// Weight is what one feature of value 1 adds to an output's score, in log-odds.
func (m *Model) Weight(k Key, output int) float64 {
	row := m.Row(k)
	if row == nil {
		return 0
	}
	return float64(row.step(output)) * float64(m.scale[output])
}

// Probability turns a score into a probability.
func Probability(score float64) float64 { return 1 / (1 + math.Exp(-score)) }
