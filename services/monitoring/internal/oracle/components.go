package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// component is rule 3.5 for one component and reason.
type component struct {
	policy.Components
	narrow
	verdict policy.Verdict
	name    string
	downFor time.Duration
	core    bool // DEGRADED may raise it too
}

func componentsOf(rules policy.Rules, scope string, signals []detect.Signal) []scopedRule {
	var all []scopedRule
	for _, name := range subjects(signals, detect.KindProbe, func(s detect.Signal) string { return s.Probe.Component }) {
		r := component{Components: rules.Components, narrow: narrow(scope), verdict: rules.Probes, name: name}
		if down, ok := r.Down[name]; ok {
			r.downFor = down.For
			all = append(all, scopedRule{string(down.Reason), scope, name, r})
		}
		if r.IsCore(name) {
			r.downFor, r.core = r.Core.For, true
			all = append(all, scopedRule{string(policy.CoreFunctionDown), scope, name, r})
		}
	}
	return all
}

func (r component) reads(s detect.Signal) bool {
	return s.Kind == detect.KindProbe && s.Probe.Component == r.name && r.holds(s)
}

func (r component) deadlines(signals []detect.Signal) []time.Time {
	return slices.Concat(after(timesOf(signals), r.Expire),
		voteDeadlines(signals, r.verdict, r.downFor), voteDeadlines(signals, r.verdict, r.Core.DegradedFor))
}

// raises knows two ways: DOWN for long enough, and for a core part DEGRADED
// for long enough while it is severely slow.
func (r component) raises(m moment) int {
	if r.down(m).raised(m.now, r.downFor) {
		return 1
	}
	if r.core && r.degraded(m).raised(m.now, r.Core.DegradedFor) {
		return 2
	}
	return 0
}

func (r component) ends(m moment, raisedAt time.Time) (holds bool, how detect.ChangeKind) {
	p := r.down(m)
	if p.lasts(m.now, r.downFor) || r.core && r.degraded(m).lasts(m.now, r.Core.DegradedFor) {
		return true, 0
	}
	if p.upFor(r.verdict.ClearAfter, m.now) && p.upAfter(raisedAt, m.now) {
		return false, detect.Cleared
	}
	if last := m.seen[len(m.seen)-1].At; !m.now.Before(last.Add(r.Expire)) {
		return false, detect.Expired
	}
	return false, 0
}

func (r component) counts(m moment, way int) detect.Change {
	if way == 2 {
		return r.degraded(m).counts(m.now)
	}
	return r.down(m).counts(m.now)
}

func (r component) down(m moment) probes {
	return probes{Verdict: r.verdict, signals: m.seen, bad: detect.StatusDown, regions: r.name == "site"}
}

func (r component) degraded(m moment) probes {
	p := r.down(m)
	p.bad, p.lately = detect.StatusDegraded, r.Core.DegradedFor
	p.demand = func(spell []step, at step) bool { return r.slow(p, spell[0].at, at) }
	return p
}

// slow says whether what the probers took lately is long, and many times the
// median of the time before the spell.
func (r component) slow(p probes, start time.Time, at step) bool {
	known := moment{at.at, p.signals[:at.read]}
	before := keep(known.seen, func(s detect.Signal) bool { return s.At.Before(start) && s.At.After(start.Add(-r.Core.Median)) })
	lately, saidNow := median(known.within(p.lately))
	usual, saidBefore := median(before)
	return saidNow && saidBefore && lately >= 2*r.Core.Latency.Microseconds() && lately >= int64(r.Core.Times)*usual
}

// median gives twice the median latency of the results that state one, in
// microseconds: the sum of the two in the middle.
func median(signals []detect.Signal) (twice int64, ok bool) {
	var took []int64
	for _, s := range signals {
		if us := s.Probe.LatencyMS * 1000; us >= 1 {
			took = append(took, int64(min(us, 1<<32-1)))
		}
	}
	if len(took) == 0 {
		return 0, false
	}
	slices.Sort(took)
	return took[(len(took)-1)/2] + took[len(took)/2], true
}
