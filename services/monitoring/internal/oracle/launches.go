package oracle

import (
	"cmp"
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// launch is rule 3.9 for one program.
type launch struct {
	policy.Launches
	narrow
	program string
	// news is what is stated of the conditions that may block it.
	news []stated
}

// launchesOf are the launches of a scope, with what was told of other
// conditions, in the order in which it was stated.
func launchesOf(rules policy.Rules, scope string, signals []detect.Signal, told []stated) []scopedRule {
	var news []stated
	for _, n := range told {
		blocks := slices.Contains(rules.Launches.BlockedBy, policy.ReasonID(n.Reason))
		if blocks && (n.Scope == scope || n.Scope == Platform) && n.kind() != detect.FlappingHeld && n.kind() != detect.Updated {
			news = append(news, n)
		}
	}
	var all []scopedRule
	for _, program := range subjects(keep(signals, narrow(scope).holds), detect.KindLaunch, func(s detect.Signal) string { return s.Launch.Program }) {
		all = append(all, scopedRule{"program_launch_blocked", scope, program, launch{rules.Launches, narrow(scope), program, news}})
	}
	return all
}

// inTurn sorts what was stated: by time, then by the signal that brought it, what
// a deadline did first; what one signal or one instant did as it is printed.
func inTurn(news []stated, signals []detect.Signal) {
	turn := map[string]int{"": -1}
	for i, s := range signals {
		turn[identity(s)] = i
	}
	slices.SortStableFunc(news, func(a, b stated) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(turn[a.by], turn[b.by]),
			cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Subject, b.Subject))
	})
}

// reads: a launch is looked at after each of its statements, and after each
// signal by which a condition changed.
func (r launch) reads(s detect.Signal) bool {
	return r.registers(s) || slices.ContainsFunc(r.news, func(n stated) bool { return n.by == identity(s) })
}

func (r launch) registers(s detect.Signal) bool {
	return s.Kind == detect.KindLaunch && s.Launch.Program == r.program && r.holds(s)
}

func (r launch) deadlines(signals []detect.Signal) []time.Time {
	var all []time.Time
	for _, s := range keep(signals, r.registers) {
		all = append(all, r.opens(s), r.closes(s))
	}
	for _, n := range r.news {
		all = append(all, n.At)
	}
	return all
}

func (r launch) opens(s detect.Signal) time.Time  { return s.Launch.StartsAt.Add(-r.Before) }
func (r launch) closes(s detect.Signal) time.Time { return s.Launch.StartsAt.Add(r.After) }

func (r launch) raises(m moment) int {
	if len(r.blocking(m)) > 0 && r.near(m) {
		return 1
	}
	return 0
}

// near says whether the program starts soon or started not long ago, by the
// latest word on it.
func (r launch) near(m moment) bool {
	s, ok := r.registered(m)
	return ok && !m.now.Before(r.opens(s)) && m.now.Before(r.closes(s))
}

func (r launch) registered(m moment) (detect.Signal, bool) { return latest(keep(m.seen, r.registers)) }

// known is the news there is at a moment, oldest first.
func (r launch) known(m moment) []stated {
	var known []stated
	for _, n := range r.news {
		brought := n.by == "" || slices.ContainsFunc(m.seen, func(s detect.Signal) bool { return identity(s) == n.by })
		if brought && !n.At.After(m.now) {
			known = append(known, n)
		}
	}
	return known
}

// blocking are the raises of the conditions that stand raised.
func (r launch) blocking(m moment) []stated {
	type names struct{ reason, scope, subject string }
	last := map[names]stated{}
	for _, n := range r.known(m) {
		last[names{n.Reason, n.Scope, n.Subject}] = n
	}
	var raised []stated
	for _, n := range last {
		if n.kind() == detect.Raised {
			raised = append(raised, n)
		}
	}
	return raised
}

// ends: with its time the launch expires, with the last of the conditions it
// ends as that one did. One that was withdrawn never blocked it.
func (r launch) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	if r.raises(m) != 0 {
		return true, 0
	}
	if !r.near(m) {
		return false, detect.Expired
	}
	how = detect.Withdrawn
	for _, n := range r.known(m) {
		if n.At.After(raisedAt) && (n.kind() == detect.Cleared || n.kind() == detect.Expired) {
			how = n.kind()
		}
	}
	return false, how
}

func (r launch) counts(m moment, _ int) detect.Change {
	change := detect.Change{Value: len(r.blocking(m)), Threshold: 1, Window: r.Before + r.After}
	if s, ok := r.registered(m); ok {
		change = fill(change, []detect.Signal{s})
	}
	return change
}
