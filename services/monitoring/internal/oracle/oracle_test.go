package oracle_test

import (
	"testing"

	"pgregory.net/rapid"

	"tocsin/services/monitoring/internal/oracle"
)

func TestTheOracleLooksWheneverSomethingCanChange(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rules, signals := rules(t), d.signals(t)
				end := midnight.Add(60 * minute)
				seldom, often := oracle.Looking(rules, signals, end), oracle.LookingOften(rules, signals, end)
				for reason := range often {
					if a, b := told(seldom[reason]), told(often[reason]); a != b {
						t.Fatalf("where a deadline is expected:\n%severy half minute:\n%sof\n%s", a, b, list(signals))
					}
				}
			})
		})
	}
}
