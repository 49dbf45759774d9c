package oracle

import (
	"slices"
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
	for _, r := range everyRule(rules, c.Scope, signals, told) {
		if r.reason == c.Reason && r.subject == c.Subject {
			return r.rule.raises(moment{at, keep(signals, r.rule.reads)}.at(at)) != 0
		}
	}
	return false
}

// A Stand is how one rule stands at an instant.
type Stand struct {
	Ways   []detect.Change // what each of its ways counts
	Raises bool            // the raising line is passed
	// Ends says how a condition that was raised at an instant ends now, or 0.
	Ends func(raisedAt time.Time) detect.ChangeKind
}

// Stands are how the rules of a scope stand at an instant; those of which
// nothing was heard are left out.
func Stands(rules policy.Rules, scope string, signals []detect.Signal, told []detect.Change, at time.Time) []Stand {
	signals = replayOrder(rules, signals)
	var all []Stand
	for _, r := range everyRule(rules, scope, signals, told) {
		m := moment{at, keep(signals, r.rule.reads)}.at(at)
		if len(m.seen) == 0 {
			continue
		}
		s := Stand{Raises: r.rule.raises(m) != 0, Ends: func(raisedAt time.Time) detect.ChangeKind {
			_, how := r.rule.ends(m, raisedAt)
			return how
		}}
		for way := range waysOf(r.rule) {
			c := r.rule.counts(m, way+1)
			c.Scope, c.Reason, c.Subject = scope, r.reason, r.subject
			s.Ways = append(s.Ways, c)
		}
		all = append(all, s)
	}
	return all
}

func waysOf(r rule) int {
	switch r := r.(type) {
	case sso:
		return 3
	case deliveries, ftp:
		return 2
	case component:
		if r.core {
			return 2
		}
	}
	return 1
}

func everyRule(rules policy.Rules, scope string, signals []detect.Signal, told []detect.Change) []scopedRule {
	var news []stated
	for _, t := range told {
		news = append(news, stated{Change: t})
	}
	all := append(rulesOf(rules, scope, signals), launchesOf(rules, scope, signals, news)...)
	return slices.DeleteFunc(all, func(r scopedRule) bool { return rules.Off[policy.ReasonID(r.reason)] })
}
