package oracle

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// LookingOften says what Changes says of one reason and scope, but looks at
// every instant of a fine grid, not only where a deadline is expected.
func LookingOften(rules policy.Rules, signals []detect.Signal, end time.Time) map[string][]detect.Change {
	signals = replayOrder(signals)
	found := map[string][]detect.Change{}
	for _, r := range rulesOf(rules, Platform) {
		found[r.reason] = follow(scopedRule{r.reason, r.scope, restless{r.rule, end}}, rules.Flapping, keep(signals, r.rule.reads), end)
	}
	return found
}

// Looking is the same without the grid.
func Looking(rules policy.Rules, signals []detect.Signal, end time.Time) map[string][]detect.Change {
	signals = replayOrder(signals)
	found := map[string][]detect.Change{}
	for _, r := range rulesOf(rules, Platform) {
		found[r.reason] = follow(r, rules.Flapping, keep(signals, r.rule.reads), end)
	}
	return found
}

type restless struct {
	rule
	end time.Time
}

func (r restless) deadlines(signals []detect.Signal) []time.Time {
	all := r.rule.deadlines(signals)
	if len(signals) == 0 {
		return all
	}
	for t := signals[0].At.Truncate(time.Minute); !t.After(r.end); t = t.Add(time.Minute / 2) {
		all = append(all, t.Add(-1), t, t.Add(1))
	}
	return all
}

// Holds says whether the raising line of a condition is passed at an instant,
// by these signals.
func Holds(rules policy.Rules, signals []detect.Signal, c detect.Change, at time.Time) bool {
	inScope := keep(replayOrder(signals), func(s detect.Signal) bool { return c.Scope == Platform || s.Tenant == c.Scope })
	for _, r := range rulesOf(rules, c.Scope) {
		if r.reason == c.Reason {
			return r.rule.raises(moment{at, keep(inScope, r.rule.reads)}.at(at)) != 0
		}
	}
	return false
}
