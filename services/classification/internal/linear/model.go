package linear

import (
	"math"
	"slices"
)

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
	weights []int16   // len(keys) × len(outputs)
	slots   []int32   // open addressing: the key's index + 1, or 0
}

// Outputs are the names of the outputs, in the order of the scores.
func (m *Model) Outputs() []string { return m.outputs }

// Output is the place of an output among the scores, or -1.
func (m *Model) Output(name string) int { return slices.Index(m.outputs, name) }

// Features is how many features have a weight.
func (m *Model) Features() int { return len(m.keys) }

// index makes the table by which keys are found.
func (m *Model) index() {
	size := 1
	for size < 2*len(m.keys) {
		size *= 2
	}
	m.slots = make([]int32, size)
	for i, k := range m.keys {
		at := m.slot(k)
		for m.slots[at] != 0 {
			at = (at + 1) & (len(m.slots) - 1)
		}
		m.slots[at] = int32(i + 1)
	}
}

func (m *Model) slot(k Key) int { return int(uint32(k)*2654435769>>3) & (len(m.slots) - 1) }

// find is the index of a key, or -1.
func (m *Model) find(k Key) int {
	for at := m.slot(k); m.slots[at] != 0; at = (at + 1) & (len(m.slots) - 1) {
		if i := int(m.slots[at]) - 1; m.keys[i] == k {
			return i
		}
	}
	return -1
}

// Bias writes the scores of a note without features to scores, which has the
// length of Outputs.
func (m *Model) Bias(scores []float64) {
	for o := range scores {
		scores[o] = float64(m.bias[o])
	}
}

// Add adds what the terms say to scores, which has the length of Outputs.
func (m *Model) Add(terms []Term, scores []float64) {
	n := len(m.outputs)
	for _, t := range terms {
		i := m.find(t.Key)
		if i < 0 {
			continue
		}
		row := m.weights[i*n : i*n+n]
		for o, w := range row {
			if w != 0 {
				scores[o] += float64(t.Value * (float32(w) * m.scale[o]))
			}
		}
	}
}

// Weight is what one feature of value 1 adds to an output's score, in log-odds.
func (m *Model) Weight(k Key, output int) float64 {
	i := m.find(k)
	if i < 0 {
		return 0
	}
	return float64(float32(m.weights[i*len(m.outputs)+output]) * m.scale[output])
}

// Probability turns a score into a probability.
func Probability(score float64) float64 { return 1 / (1 + math.Exp(-score)) }
