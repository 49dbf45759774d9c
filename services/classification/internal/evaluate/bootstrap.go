package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"

	"tocsin/pkg/policy"
)

// How often the notes are drawn anew: fewer times where they are many, since
// their figure varies less then.
const (
	draws      = 2000
	fewestDraw = 200
	drawn      = 10_000_000 // notes over all draws
)

// A row holds the reasons of a note, by their places in the policy's order.
type row struct{ labelled, said, both []int }

// A sample is the reasons of notes.
type sample struct {
	ids  []policy.ReasonID
	rows []row
}

func sampled(ids []policy.ReasonID, results []Result) sample {
	places := func(of ...[]policy.ReasonID) (at []int) {
		for i, id := range ids {
			if !slices.ContainsFunc(of, func(list []policy.ReasonID) bool { return !slices.Contains(list, id) }) {
				at = append(at, i)
			}
		}
		return at
	}
	s := sample{ids, make([]row, len(results))}
	for i := range results {
		labelled, said := results[i].reasons()
		s.rows[i] = row{places(labelled), places(said), places(labelled, said)}
	}
	return s
}

// tally counts reasons over rows, one score a reason.
type tally []Score

// tally counts nothing yet.
func (s sample) tally() tally { return make(tally, len(s.ids)) }

func (t tally) add(r row) {
	for _, i := range r.labelled {
		t[i].Support++
	}
	for _, i := range r.said {
		t[i].Said++
	}
	for _, i := range r.both {
		t[i].Both++
	}
}

// resampled draws n notes of n with replacement, many times, and gives the 95 %
// interval of what figure says of each draw: the notes are a sample, and another
// would have had others. A figure that is not a number is left out.
func resampled(n int, figure func(pick func() int) float64) Interval {
	lot := rand.New(rand.NewPCG(16, 4))
	pick := func() int { return lot.IntN(n) }
	var seen []float64
	for range min(max(drawn/max(n, 1), fewestDraw), draws) {
		if v := figure(pick); !math.IsNaN(v) {
			seen = append(seen, v)
		}
	}
	if len(seen) == 0 {
		return Interval{0, 1}
	}
	slices.Sort(seen)
	last := float64(len(seen) - 1)
	return Interval{seen[int(math.Round(0.025*last))], seen[int(math.Round(0.975*last))]}
}

// macroF1 is the macro-F1 of the reasons that have support, with its interval.
func macroF1(ids []policy.ReasonID, results []Result) Mean { return meanF1(sampled(ids, results)) }

// requestF1 is the F1 of whether somebody asks, with its interval.
func requestF1(results []Result) Mean {
	asks := []policy.ReasonID{"request"}
	of := map[bool][]int{true: {0}}
	all := make([]row, len(results))
	for i := range results {
		labelled, said := results[i].Note.Label.Request, results[i].Said.Request
		all[i] = row{of[labelled], of[said], of[labelled && said]}
	}
	return meanF1(sample{asks, all})
}

func meanF1(all sample) Mean {
	count := all.tally()
	for _, r := range all.rows {
		count.add(r)
	}
	m := Mean{Value: Number(macro(count)), Interval: Interval{0, 1}}
	if m.Value == nil {
		return m
	}
	m.Interval = resampled(len(all.rows), func(pick func() int) float64 {
		count := all.tally()
		for range all.rows {
			count.add(all.rows[pick()])
		}
		return macro(count)
	})
	return m
}
