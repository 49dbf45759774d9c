package linear

import (
	"math"
	"math/rand/v2"
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

// Settings say how a model is trained. The zero value is of no use: take Defaults.
type Settings struct {
	Epochs  int     // how often every example is looked at
	Rate    float64 // how far one step goes
	Decay   float64 // how strongly weights are drawn to zero
	MinSeen int     // in how many examples a feature must stand
}

// Defaults are the settings that did best on notes by writers who were not
// trained on.
var Defaults = Settings{Epochs: 30, Rate: 0.15, Decay: 2e-5, MinSeen: 2}

// Train fits one logistic regression an output by stochastic gradient descent
// with rates that fall for each feature as it is seen (AdaGrad). The order in
// which examples are looked at is fixed: the same examples give the same model.
func Train(outputs []string, examples []Example, s Settings) *Model {
	keys := common(examples, s.MinSeen)
	rows := make([][]entry, len(examples))
	for i, e := range examples {
		rows[i] = indexed(e.Terms, keys)
	}
	m := &Model{
		outputs: outputs, keys: keys, bias: make([]float32, len(outputs)), scale: make([]float32, len(outputs)),
		weights: make([]int8, len(keys)*len(outputs)),
	}
	var wg sync.WaitGroup
	for o := range outputs {
		wg.Go(func() {
			f := newFit(len(keys))
			f.run(rows, examples, o, s)
			m.take(o, f)
		})
	}
	wg.Wait()
	m.prune()
	m.index()
	return m
}

// An entry is a feature by its index among the keys.
type entry struct {
	at    int32
	value float64
}

// common lists the keys that stand in at least min examples, sorted.
func common(examples []Example, least int) []Key {
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
		if n >= least {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func indexed(terms []Term, keys []Key) []entry {
	var row []entry
	for _, t := range terms {
		if i, ok := slices.BinarySearch(keys, t.Key); ok {
			row = append(row, entry{int32(i), float64(t.Value)})
		}
	}
	return row
}

// A fit is one output's regression under way.
type fit struct {
	weights, squares []float64
	bias, biasSquare float64
}

func newFit(features int) *fit {
	return &fit{weights: make([]float64, features), squares: make([]float64, features)}
}

func (f *fit) run(rows [][]entry, examples []Example, output int, s Settings) {
	order := make([]int, 0, len(rows))
	for i, e := range examples {
		if e.Answers[output] != Unknown {
			order = append(order, i)
		}
	}
	random := rand.New(rand.NewPCG(1, uint64(output)))
	for range s.Epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			f.step(rows[i], examples[i].Answers[output] == Yes, s)
		}
	}
}

// step moves the weights towards the answer. Products are rounded before they
// are added, so that every machine comes to the same sums.
func (f *fit) step(row []entry, yes bool, s Settings) {
	score := f.bias
	for _, e := range row {
		score += float64(f.weights[e.at] * e.value)
	}
	slope := Probability(score)
	if yes {
		slope--
	}
	f.biasSquare += float64(slope * slope)
	f.bias -= float64(s.Rate * slope / math.Sqrt(f.biasSquare+1e-8))
	for _, e := range row {
		g := float64(slope*e.value) + float64(s.Decay*f.weights[e.at])
		f.squares[e.at] += float64(g * g)
		f.weights[e.at] -= float64(s.Rate * g / math.Sqrt(f.squares[e.at]+1e-8))
	}
}

// take rounds a fit's weights to whole steps.
func (m *Model) take(output int, f *fit) {
	largest := 0.0
	for _, w := range f.weights {
		largest = max(largest, math.Abs(w))
	}
	m.bias[output], m.scale[output] = float32(f.bias), float32(largest/127)
	if largest == 0 {
		return
	}
	for i, w := range f.weights {
		m.weights[i*len(m.outputs)+output] = int8(math.Round(w / largest * 127))
	}
}

// prune drops features that say nothing of any output.
func (m *Model) prune() {
	n, kept := len(m.outputs), 0
	for i, k := range m.keys {
		row := m.weights[i*n : i*n+n]
		if !slices.ContainsFunc(row, func(w int8) bool { return w != 0 }) {
			continue
		}
		m.keys[kept] = k
		copy(m.weights[kept*n:], row)
		kept++
	}
	m.keys, m.weights = m.keys[:kept], m.weights[:kept*n]
}
