package linear

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// small makes examples that no plane parts: each feature speaks for one of two
// outputs, more or less, and the third is never answered.
func small(seed uint64, n int) []Example {
	random := rand.New(rand.NewPCG(seed, 0))
	examples := make([]Example, n)
	for i := range examples {
		e := &examples[i]
		says := [2]float64{}
		for k := range 12 {
			if random.IntN(3) > 0 {
				continue
			}
			e.Terms = append(e.Terms, Term{Key(k*k*7919 + 1), float32(1+random.IntN(3)) / 2})
			says[k%2] += float64(k%5 - 2)
		}
		e.Answers = []Answer{No, No, Unknown}
		for o, s := range says {
			if s+2*random.NormFloat64() > 0 {
				e.Answers[o] = Yes
			}
		}
	}
	return examples
}

var outputs = []string{"first", "second", "unanswered"}

func trained() *Model {
	return Train(outputs, small(1, 200), Settings{Epochs: 200, Cost: 0.5, MinSeen: 1})
}

func TestTrainingMakesTheSameBytesEachTime(t *testing.T) {
	if !bytes.Equal(trained().Bytes(), trained().Bytes()) {
		t.Error("the same examples made two models")
	}
}

// At the optimum the weights are the sum of the examples, each by what an error
// costs times how likely the model gets it wrong.
func TestTrainingFindsTheOptimum(t *testing.T) {
	const cost = 0.5
	examples, m := small(1, 200), trained()
	for o := range 2 {
		bias, weights := 0.0, map[Key]float64{}
		for _, e := range examples {
			scores := make([]float64, len(outputs))
			m.Bias(scores)
			m.Add(e.Terms, scores)
			sign := 1.0
			if e.Answers[o] == No {
				sign = -1
			}
			share := sign * cost * Probability(-sign*scores[o])
			bias += share * biasLength
			for _, t := range e.Terms {
				weights[t.Key] += share * float64(t.Value)
			}
		}
		if math.Abs(bias-float64(m.bias[o])) > 1e-3 {
			t.Errorf("%s: the bias is %v; the optimum is where it is %v", outputs[o], m.bias[o], bias)
		}
		for k, w := range weights {
			if got := m.Weight(k, o); math.Abs(w-got) > 1e-3 {
				t.Errorf("%s: feature %d weighs %v; the optimum is where it weighs %v", outputs[o], k, got, w)
			}
		}
	}
}

func TestWhatNoExampleAnswersIsEven(t *testing.T) {
	m := trained()
	scores := make([]float64, len(outputs))
	m.Bias(scores)
	m.Add(small(2, 1)[0].Terms, scores)
	if scores[2] != 0 {
		t.Errorf("an output without answers scores %v", scores[2])
	}
}

func TestAFileReadsBackAsItsModel(t *testing.T) {
	m := trained()
	file := m.Bytes()
	back, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(back.Bytes(), file) {
		t.Error("the file of what was read is another")
	}
	if len(back.keys) != len(m.keys) || !slices.Equal(back.Outputs(), outputs) {
		t.Errorf("%d features and outputs %v come back as %d and %v", len(m.keys), outputs, len(back.keys), back.Outputs())
	}
	for _, e := range small(3, 20) {
		for o := range outputs {
			for _, term := range e.Terms {
				if m.Weight(term.Key, o) != back.Weight(term.Key, o) {
					t.Fatalf("feature %d weighs %v, read back %v", term.Key, m.Weight(term.Key, o), back.Weight(term.Key, o))
				}
			}
		}
	}
}

func TestReadRefusesAFileThatIsNotWhole(t *testing.T) {
	file := trained().Bytes()
	for n := range file {
		if _, err := Read(file[:n]); err == nil {
			t.Fatalf("read the first %d of %d bytes", n, len(file))
		}
	}
	taken := 0
	for i := range file {
		bad := slices.Clone(file)
		bad[i] ^= 0x10
		if m, err := Read(bad); err == nil {
			if taken++; !bytes.Equal(m.Bytes(), file) {
				t.Fatalf("byte %d of %d is wrong, and another model was read", i, len(file))
			}
		}
	}
	if taken > 10 { // time, system and flags in the head of a gzip file say nothing
		t.Errorf("%d of %d wrong bytes passed", taken, len(file))
	}
}

func TestReadRefusesNumbersThatNoTrainingMakes(t *testing.T) {
	for name, spoil := range map[string]func(*Model){
		"no outputs":         func(m *Model) { m.outputs, m.bias, m.scale = nil, nil, nil },
		"keys out of order":  func(m *Model) { m.keys[0], m.keys[1] = m.keys[1], m.keys[0] },
		"a key twice":        func(m *Model) { m.keys[1] = m.keys[0] },
		"a bias is none":     func(m *Model) { m.bias[0] = float32(math.NaN()) },
		"a scale is endless": func(m *Model) { m.scale[1] = float32(math.Inf(1)) },
		"bytes too many":     func(m *Model) { m.scale = append(m.scale, 1, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			m := trained()
			spoil(m)
			if _, err := Read(m.Bytes()); err == nil {
				t.Error("it was read")
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(trained().Bytes())
	f.Add([]byte(magic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Read(file)
		if err != nil {
			return
		}
		again, err := Read(m.Bytes())
		if err != nil || !bytes.Equal(again.Bytes(), m.Bytes()) {
			t.Errorf("read once, and then not the same: %v", err)
		}
	})
}

// FuzzDecode reaches what stands behind the checksum of a file.
func FuzzDecode(f *testing.F) {
	var raw bytes.Buffer
	_ = binary.Write(&raw, binary.LittleEndian, header{1, 1})
	raw.WriteString("\x01x")
	_ = binary.Write(&raw, binary.LittleEndian, []float32{1, 1})
	_ = binary.Write(&raw, binary.LittleEndian, Key(7))
	_ = binary.Write(&raw, binary.LittleEndian, int16(-5))
	f.Add(raw.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := decode(bytes.NewReader(raw))
		if err != nil {
			return
		}
		m.index()
		for i, k := range m.keys {
			if m.Find(k) != i {
				t.Errorf("feature %d is found at %d, not at %d", k, m.Find(k), i)
			}
		}
	})
}

// model is one with rows of any steps.
func model(t *rapid.T) *Model {
	steps := rapid.OneOf(rapid.Int16(), rapid.SampledFrom([]int16{math.MinInt16, -1, 0, 1, math.MaxInt16}))
	n := rapid.IntRange(1, 9).Draw(t, "outputs")
	keys := slices.Sorted(slices.Values(rapid.SliceOfNDistinct(rapid.Uint32(), 1, 20, rapid.ID).Draw(t, "keys")))
	m := &Model{outputs: make([]string, n), bias: make([]float32, n), scale: make([]float32, n)}
	columns := make([][]int16, n)
	for o := range columns {
		m.outputs[o], m.scale[o] = fmt.Sprint(o), 0.25
		columns[o] = rapid.SliceOfN(steps, len(keys), len(keys)).Draw(t, "steps")
	}
	as := make([]Key, len(keys))
	for i, k := range keys {
		as[i] = Key(k)
	}
	m.take(as, columns)
	return m
}

func TestASumSaysWhatItsTermsSayInWhateverOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model(t)
		plain, steps := make([]float64, len(m.outputs)), make([]float64, len(m.outputs))
		whole, parts := m.NewSum(), [2]*Sum{m.NewSum(), m.NewSum()}
		whole.rows = rapid.SampledFrom([]int{0, 0, maxRows - 3}).Draw(t, "rows of zeros")
		zeros(whole)
		for i := range rapid.IntRange(0, 40).Draw(t, "terms") {
			k := Key(rapid.Uint32().Draw(t, "new"))
			if len(m.keys) > 0 && rapid.Bool().Draw(t, "known") {
				k = rapid.SampledFrom(m.keys).Draw(t, "key")
			}
			m.Add([]Term{{k, 2}}, plain)
			whole.Add(m.Row(k))
			parts[i%2].Add(m.Row(k))
		}
		parts[0].AddSum(parts[1])
		m.AddSum(whole, 2, steps)
		if !slices.Equal(steps, plain) {
			t.Fatalf("the terms say %v one by one, and %v in all", plain, steps)
		}
		clear(steps)
		m.AddSum(parts[0], 2, steps)
		if !slices.Equal(steps, plain) {
			t.Fatalf("the terms say %v one by one, and %v in two parts", plain, steps)
		}
	})
}

// zeros makes the rows of a sum rows of zeros.
func zeros(s *Sum) {
	both := uint64(-least * s.rows)
	for i := range s.even {
		s.even[i], s.odd[i] = both<<32|both, both<<32|both
	}
}

func TestASumHoldsAnyNumberOfRows(t *testing.T) {
	m := &Model{outputs: []string{"a", "b", "c"}, bias: make([]float32, 3), scale: []float32{1, 1, 1}}
	m.take([]Key{1}, [][]int16{{math.MaxInt16}, {math.MinInt16}, {-3}})
	s, twice := m.NewSum(), m.NewSum()
	const n = 2*maxRows + 17
	for range n {
		s.Add(m.Row(1))
	}
	twice.AddSum(s)
	twice.AddSum(s)
	scores := make([]float64, 3)
	m.AddSum(twice, 1, scores)
	if want := []float64{2 * n * math.MaxInt16, 2 * n * math.MinInt16, 2 * n * -3}; !slices.Equal(scores, want) {
		t.Errorf("%d rows sum to %v, not to %v", 2*n, scores, want)
	}
	s.Reset()
	clear(scores)
	if m.AddSum(s, 1, scores); !slices.Equal(scores, []float64{0, 0, 0}) {
		t.Errorf("no rows sum to %v", scores)
	}
}
