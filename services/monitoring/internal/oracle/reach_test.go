package oracle_test

import (
	"testing"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/oracle"
)

func TestTheDrawingsReachEveryReasonAndEveryEnd(t *testing.T) {
	reached := map[string]int{}
	for _, d := range drawings {
		story := rapid.Custom(func(t *rapid.T) []detect.Change { return oracle.Changes(rules(t), d.signals(t), until) })
		for seed := range 60 {
			for _, c := range story.Example(seed) {
				reached[c.Reason+" "+names[c.Change]]++
			}
		}
	}
	for _, id := range policy.ReasonIDs() {
		for _, change := range []string{"raised", "cleared", "expired"} {
			never := endless(id) && change == "expired" || id == policy.CareerMobilityUnavailable || id == policy.InsightsUnavailable
			if key := string(id) + " " + change; reached[key] == 0 && !never {
				t.Errorf("no case of the drawings has: %s", key)
			}
		}
	}
}

// endless says whether a condition never expires.
func endless(id policy.ReasonID) bool {
	return id == policy.SecurityBreach || id == policy.StaleTicket1w
}
