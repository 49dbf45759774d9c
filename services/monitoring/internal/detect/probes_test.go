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
