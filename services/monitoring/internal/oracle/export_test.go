package oracle

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// LookingOften says what Changes says, but looks at every instant of a fine
// grid, not only where a deadline is expected.
func LookingOften(rules policy.Rules, signals []detect.Signal, end time.Time) []detect.Change {
	often := func(r rule) rule { return restless{r, end} }
	return printed(rules, whole{rules, replayOrder(rules, signals), end}.told(often))
}

// InOrder gives the signals in the order of a replay.
func InOrder(rules policy.Rules, signals []detect.Signal) []detect.Signal {
	return replayOrder(rules, signals)
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
// by these signals and, where it is a launch, by what was told of others.
func Holds(rules policy.Rules, signals []detect.Signal, told []detect.Change, c detect.Change, at time.Time) bool {
	signals = replayOrder(rules, signals)
	var news []stated
	for _, t := range told {
		news = append(news, stated{Change: t})
	}
	all := append(rulesOf(rules, c.Scope, signals), launchesOf(rules, c.Scope, signals, news)...)
	for _, r := range all {
		if r.reason == c.Reason && r.subject == c.Subject {
			return r.rule.raises(moment{at, keep(signals, r.rule.reads)}.at(at)) != 0
		}
	}
	return false
}
