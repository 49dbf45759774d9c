package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever the order in which results come within the lateness, and however
// often the engine is restarted, the verdicts are those of the order of a replay.
func TestResultsInAnyOrderStandAsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := make([]Signal, rapid.IntRange(1, 40).Draw(t, "results"))
		for i := range list {
			s := Signal{Kind: KindProbe, Source: "a", ID: fmt.Sprint(i), Probe: drawProbe(t)}
			s.At = nine.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "at")) * 30 * time.Second)
			list[i] = s
		}
		slices.SortFunc(list, func(a, b Signal) int { return Compare(&a, &b) })
		end := list[len(list)-1].At.Add(10 * time.Minute)
		rules := smallRules()
		rules.Gap = time.Hour
		sorted := New(rules, Options{})
		for i := range list {
			sorted.Apply(list[i], list[i].At)
		}
		sorted.Advance(end)
		mixed := New(rules, Options{})
		for i, st := range delayed(t, list) {
			if i%7 == 6 {
				mixed = reborn(t, mixed)
			}
			mixed.Apply(*st.signal, st.stamp)
		}
		mixed.Advance(end)
		if want, got := verdicts(sorted), verdicts(mixed); want != got {
			t.Fatalf("mixed:\n%s\nwant:\n%s", got, want)
		}
	})
}

// delayed stamps each signal up to the lateness after its event time.
func delayed(t *rapid.T, list []Signal) []step {
	steps := make([]step, len(list))
	for i := range list {
		delay := time.Duration(rapid.IntRange(0, 300).Draw(t, "delay")) * time.Second
		steps[i] = step{&list[i], list[i].At.Add(delay)}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.stamp.Compare(b.stamp) })
	return steps
}

// verdicts tells all that the verdicts on components are now. Sources, probers
// and regions have the numbers in which they came.
func verdicts(e *Engine) string {
	var all []string
	for _, a := range e.accounts.opened {
		w, ok := a.win.(*componentWindow)
		if !ok {
			continue
		}
		for _, p := range w.polls {
			v := p.head
			var probers []string
			for _, r := range v.probers {
				probers = append(probers, fmt.Sprint(e.names.all[r.prober], r.at, e.names.all[r.region], r.status, r.took, r.mark.id))
			}
			v.probers = nil
			for i := range v.last.list {
				v.last.list[i].mark.source = 0
			}
			all = append(all, fmt.Sprint(e.list[a.rule].reason, e.names.all[a.subject], probers, v))
		}
	}
	slices.Sort(all)
	return fmt.Sprint(all)
}

// BenchmarkProbeResult reads a result of a component of which so many are
// remembered, in order; BenchmarkSlowSpell asks what was usual before a spell.
func BenchmarkProbeResult(b *testing.B) {
	for _, remembered := range []int{100, 10_000} {
		b.Run(fmt.Sprint("remembered=", remembered), func(b *testing.B) {
			rules := smallRules()
			every := rules.Components.Core.Median / time.Duration(remembered)
			e := New(rules, Options{Scopes: Platform})
			s := Signal{Kind: KindProbe, Source: "a", Probe: Probe{Component: "search", Prober: "x", Status: StatusUp, LatencyMS: 100}}
			read := func(i int) {
				s.At, s.ID = nine.Add(time.Duration(i)*every), fmt.Sprint(i)
				e.Apply(s, s.At)
			}
			for i := range remembered {
				read(i)
			}
			b.ResetTimer()
			for i := range b.N {
				read(remembered + i)
			}
		})
	}
}

func BenchmarkSlowSpell(b *testing.B) {
	for _, remembered := range []int{100, 10_000, usualOf} {
		b.Run(fmt.Sprint("remembered=", remembered), func(b *testing.B) {
			s := slowness{}
			s.Median = 24 * time.Hour
			for i := range remembered {
				s.before = append(s.before, latency{int64(i), uint32(i*7919) % 1_000_003})
			}
			for b.Loop() {
				s.usual(int64(remembered))
			}
		})
	}
}
