package oracle_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

// TestWithTheShippedNumbersACrowdDecidesTheSame draws crowds around the lines
// of the shipped policy: 100 and 101 people, 80 and 81, 5 % and 4 % of all.
func TestWithTheShippedNumbersACrowdDecidesTheSame(t *testing.T) {
	shipped := policy.Default().Rules
	for seed := range 6 {
		signals := rapid.Custom(crowds).Example(seed)
		end := midnight.Add(6 * time.Hour)
		want, got := oracle.Changes(shipped, signals, end), replay(shipped, signals, end)
		if told(want) != told(got) {
			t.Errorf("seed %d: - the oracle, + the engine:\n%sof %d signals", seed, diff(told(want), told(got)), len(signals))
		}
	}
}

// crowds are a few waves: so many people of a tenant, numbered from somewhere,
// all fail or all get in, at one instant or one second apart.
func crowds(t *rapid.T) []detect.Signal {
	var signals []detect.Signal
	for wave := range rapid.IntRange(1, 5).Draw(t, "waves") {
		people := rapid.SampledFrom([]int{1, 2, 19, 20, 21, 79, 80, 81, 100, 101, 102}).Draw(t, "people")
		first := rapid.SampledFrom([]int{0, 1, 20, 100}).Draw(t, "first")
		tenant := rapid.SampledFrom([]string{"acme", "globex"}).Draw(t, "tenant")
		start := midnight.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "at")) * 10 * minute)
		apart := time.Duration(rapid.IntRange(0, 1).Draw(t, "apart")) * time.Second
		well := rapid.IntRange(0, 2).Draw(t, "well") == 0
		for i := range people {
			s := detect.Signal{Source: "m", ID: fmt.Sprint(wave, "-", i), Tenant: tenant, At: start.Add(time.Duration(i) * apart)}
			attempt(fmt.Sprint("u", first+i), detect.FailureServiceUnavailable)(&s)
			if well {
				logsIn(fmt.Sprint("u", first+i))(&s)
			}
			signals = append(signals, s)
		}
	}
	return signals
}
