package oracle_test

import (
	"testing"

	"pgregory.net/rapid"

	"tocsin/services/monitoring/internal/oracle"
)

func TestTheOracleLooksWheneverSomethingCanChange(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, func(t *testing.T) {
			due := onceIn(20)
			rapid.Check(t, func(t *rapid.T) {
				rules, signals := rules(t), d.signals(t)
				if !due() {
					return
				}
				end := midnight.Add(60 * minute)
				seldom, often := oracle.Changes(rules, signals, end), oracle.LookingOften(rules, signals, end)
				if a, b := told(seldom), told(often); a != b {
					due = always
					t.Fatalf("- where a deadline is expected, + every half minute:\n%sof\n%s%s", diff(a, b), list(signals), numbers(rules))
				}
			})
		})
	}
}

// onceIn says yes to every n-th who asks: what is slow need not be looked at as often.
func onceIn(n int) func() bool {
	asked := 0
	return func() bool {
		asked++
		return asked%n == 0
	}
}

func always() bool { return true }
