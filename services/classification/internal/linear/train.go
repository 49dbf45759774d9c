package linear

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"sync"
)

// An Answer is what an example says of one output.
type Answer int8

// The answers.
const (
	Unknown Answer = iota // the example says nothing of the output
	No
	Yes
)

// An Example is a text's features with the answers for each output.
type Example struct {
	Terms   []Term
	Answers []Answer // as long as the list of outputs
}

// Digest tells lists of examples apart, by every feature and answer.
func Digest(examples []Example) string {
	h := sha256.New()
	var line []byte
	for _, e := range examples {
		line = line[:0]
		for _, t := range e.Terms {
			line = binary.LittleEndian.AppendUint32(line, uint32(t.Key))
			line = binary.LittleEndian.AppendUint32(line, math.Float32bits(t.Value))
		}
		for _, a := range e.Answers {
			line = append(line, byte(a))
		}
		h.Write(line)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Settings say how a model is trained. The zero value is of no use: take Defaults.
type Settings struct {
	Epochs  int     // how often every example is looked at
	Cost    float64 // what an error costs, against the cost of large weights
	MinSeen int     // in how many examples a feature must stand
}

// Defaults are the settings that did best on notes by writers who were not
// trained on.
var Defaults = Settings{Epochs: 20, Cost: 0.5, MinSeen: 2}

// Train fits one logistic regression an output by stochastic gradient descent
// with rates that fall for each feature as it is seen (AdaGrad). The order in
// which examples are looked at is fixed: the same examples give the same model.
func Train(outputs []string, examples []Example, s Settings) *Model {
	keys := common(examples, s.MinSeen)
	rows := make([][]entry, len(examples))
	for i, e := range examples {
		rows[i] = indexed(e.Terms, keys)
	}
	m := &Model{outputs: outputs, bias: make([]float32, len(outputs)), scale: make([]float32, len(outputs))}
	columns := make([][]int16, len(outputs))
	var wg sync.WaitGroup
	for o := range outputs {
		wg.Go(func() {
			f := newFit(len(keys), len(examples))
			f.run(rows, examples, o, s)
			m.bias[o] = float32(f.bias)
			columns[o], m.scale[o] = f.rounded()
		})
	}
	wg.Wait()
	m.take(keys, columns)
	return m
}

// An entry is a feature by its index among the keys.
type entry struct {
	at    int32
	value float64
}

// common lists the keys that stand in at least minSeen examples, sorted.
func common(examples []Example, minSeen int) []Key {
	seen := map[Key]int{}
	for _, e := range examples {
		last := map[Key]bool{}
		for _, t := range e.Terms {
			if !last[t.Key] {
				last[t.Key] = true
				seen[t.Key]++
			}
		}
	}
	var keys []Key
	for k, n := range seen {
		if n >= minSeen {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// indexed lists each feature of an example once, sorted.
func indexed(terms []Term, keys []Key) []entry {
	var row []entry
	for _, t := range terms {
		if i, ok := slices.BinarySearch(keys, t.Key); ok {
			row = append(row, entry{int32(i), float64(t.Value)})
		}
	}
	slices.SortFunc(row, func(a, b entry) int { return int(a.at - b.at) })
	merged := row[:0]
	for _, e := range row {
		if n := len(merged); n > 0 && merged[n-1].at == e.at {
			merged[n-1].value += e.value
			continue
		}
		merged = append(merged, e)
	}
	return merged
}

// A fit is one output's regression under way. Its weights are at any time the
// sum of the examples, each by its share: that of an example is the probability
// with which it is got wrong, times the cost of an error.
type fit struct {
	weights []float64
	bias    float64
	shares  []float64
}

func newFit(features, examples int) *fit {
	return &fit{weights: make([]float64, features), shares: make([]float64, examples)}
}

func (f *fit) run(rows [][]entry, examples []Example, output int, s Settings) {
	order := make([]int, 0, len(rows))
	lengths := make([]float64, len(rows))
	for i, e := range examples {
		if e.Answers[output] == Unknown {
			continue
		}
		order = append(order, i)
		lengths[i] = biasLength
		for _, e := range rows[i] {
			lengths[i] += float64(e.value * e.value)
		}
	}
	for epoch := range s.Epochs {
		for k := range order {
			i := order[shuffled(k, epoch, len(order))]
			sign := -1.0
			if examples[i].Answers[output] == Yes {
				sign = 1
			}
			f.step(rows[i], sign, &f.shares[i], shape{lengths[i], s.Cost})
		}
	}
}

// shuffled is which of n comes k-th in an epoch: each once, in an order that is
// another in every epoch and the same in every run.
func shuffled(k, epoch, n int) int {
	step := 7919 + 2*epoch
	for gcd(step, n) != 1 {
		step++
	}
	return (k*step + epoch) % n
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// shape is what the best share of an example depends on beside the weights.
type shape struct{ length, cost float64 }

// biasLength is the square of the feature that every example has.
const biasLength = 4

// step gives one example the share that is best while all others stay as they
// are. Products are rounded before they are added, so that no machine fuses them.
func (f *fit) step(row []entry, sign float64, share *float64, by shape) {
	margin := f.bias
	for _, e := range row {
		margin += float64(f.weights[e.at] * e.value)
	}
	now := by.best(float64(sign*margin), *share)
	move := float64(sign * (now - *share))
	*share = now
	f.bias += float64(move * biasLength)
	for _, e := range row {
		f.weights[e.at] += float64(move * e.value)
	}
}

// best solves length·(share − before) + margin + log(share/(cost − share)) = 0
// for the share. The left side only rises with it, so halving the bounds finds it.
func (b shape) best(margin, before float64) float64 {
	low := -margin - float64(b.length*(b.cost-before))
	high := -margin + float64(b.length*before)
	for high-low > 1e-6 {
		u := (low + high) / 2
		if float64(b.length*(float64(b.cost*Probability(u))-before))+margin+u > 0 {
			high = u
		} else {
			low = u
		}
	}
	return b.cost * Probability((low+high)/2)
}

// maxStep is the largest weight in steps.
const maxStep = 1<<15 - 1

// rounded is a fit's weights in whole steps, and how large a step is.
func (f *fit) rounded() (steps []int16, scale float32) {
	largest := 0.0
	for _, w := range f.weights {
		largest = max(largest, math.Abs(w))
	}
	steps = make([]int16, len(f.weights))
	if largest == 0 {
		return steps, 0
	}
	for i, w := range f.weights {
		steps[i] = int16(math.Round(w / largest * maxStep))
	}
	return steps, float32(largest / maxStep)
}

// take takes the features that say something of any output, with the steps of
// every output.
func (m *Model) take(keys []Key, columns [][]int16) {
	says := func(i int) bool { return slices.ContainsFunc(columns, func(c []int16) bool { return c[i] != 0 }) }
	for i, k := range keys {
		if !says(i) {
			continue
		}
		row := make(Row, packed(len(columns)))
		for o, c := range columns {
			row.set(o, c[i])
		}
		m.keys, m.weights = append(m.keys, k), append(m.weights, row...)
	}
	m.index()
}
