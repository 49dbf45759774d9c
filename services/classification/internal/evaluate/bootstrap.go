package evaluate

import (
	"math"
	"math/bits"
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

// A row holds the reasons of a note as bits, in the order of the policy.
type row struct{ labelled, said uint64 }

func rows(results []Result) []row {
	at := map[policy.ReasonID]int{}
	for i, id := range policy.ReasonIDs() {
		at[id] = i
	}
	mask := func(ids []policy.ReasonID) (m uint64) {
		for _, id := range ids {
			if i, known := at[id]; known {
				m |= 1 << i
			}
		}
		return m
	}
	out := make([]row, len(results))
	for i := range results {
		labelled, said := results[i].reasons()
		out[i] = row{mask(labelled), mask(said)}
	}
	return out
}

// tally counts reasons over rows, one score a reason.
type tally []Score

func newTally() tally { return make(tally, len(policy.ReasonIDs())) }

func (t tally) add(r row) {
	for m := r.labelled | r.said; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		t[i].add(r.labelled>>i&1 == 1, r.said>>i&1 == 1)
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
func macroF1(results []Result) Mean { return meanF1(rows(results)) }

// requestF1 is the F1 of whether somebody asks, with its interval.
func requestF1(results []Result) Mean {
	bit := map[bool]uint64{true: 1}
	all := make([]row, len(results))
	for i := range results {
		all[i] = row{bit[results[i].Note.Label.Request], bit[results[i].Said.Request]}
	}
	return meanF1(all)
}

func meanF1(all []row) Mean {
	count := newTally()
	for _, r := range all {
		count.add(r)
	}
	m := Mean{Value: Number(macro(count)), Interval: Interval{0, 1}}
	if m.Value == nil {
		return m
	}
	m.Interval = resampled(len(all), func(pick func() int) float64 {
		count := newTally()
		for range all {
			count.add(all[pick()])
		}
		return macro(count)
	})
	return m
}
