package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// probes are the results for one component in one scope, in replay order, and
// the numbers of the vote on them.
type probes struct {
	policy.Verdict
	signals []detect.Signal
}

// A step is one evaluation of the vote: at an instant, with so many results read.
type step struct {
	at   time.Time
	read int
}

// steps are the evaluations up to now that may turn the verdict: at each
// instant first the deadline, then each result of that instant.
func (p probes) steps(now time.Time) []step {
	instants := append(after(timesOf(p.signals), 0, p.Seen), now)
	slices.SortFunc(instants, time.Time.Compare)
	var steps []step
	read := 0
	for _, at := range slices.CompactFunc(instants, time.Time.Equal) {
		if at.After(now) {
			break
		}
		steps = append(steps, step{at, read})
		for read < len(p.signals) && p.signals[read].At.Equal(at) {
			read++
			steps = append(steps, step{at, read})
		}
	}
	return steps
}

// A prober is one voice, whatever it is asked about.
type prober struct{ source, name string }

// standing gives the latest result of each prober seen at a step.
func (p probes) standing(at step) []detect.Signal {
	latest := map[prober]detect.Signal{}
	for _, s := range (moment{at.at, p.signals[:at.read]}).within(p.Seen) {
		who := prober{s.Source, s.Probe.Prober}
		if before, ok := latest[who]; !ok || outranks(s, before) {
			latest[who] = s
		}
	}
	var all []detect.Signal
	for _, s := range latest {
		all = append(all, s)
	}
	return all
}

// verdict is what more than half of the probers say, or unknown: a tie, or
// nobody seen.
func (p probes) verdict(at step) detect.Status {
	votes := map[detect.Status]int{}
	standing := p.standing(at)
	for _, s := range standing {
		votes[s.Probe.Status]++
	}
	for status, n := range votes {
		if 2*n > len(standing) {
			return status
		}
	}
	return detect.StatusUnknown
}

// spell gives the steps of the DOWN spell that has not ended by now, or none.
// It ended where another verdict began that lasted long enough.
func (p probes) spell(now time.Time) []step {
	var spell []step
	var otherFrom time.Time
	other := false
	for _, s := range p.steps(now) {
		if other && s.at.Sub(otherFrom) >= p.EndsAfter {
			spell = nil
		}
		down := p.verdict(s) == detect.StatusDown
		if down || spell != nil {
			spell = append(spell, s)
		}
		if !down && !other {
			otherFrom = s.at
		}
		other = !down
	}
	return spell
}

// down says whether the verdict of a step of a spell is DOWN, the spell being
// as old as asked and resting on enough DOWN results.
func (p probes) down(spell []step, s step, age time.Duration) bool {
	return p.verdict(s) == detect.StatusDown && s.at.Sub(spell[0].at) >= age && len(p.results(spell[0], s)) >= p.Results
}

// results are the DOWN results of a spell from its first step to another:
// those that stood when it started and those that came in it.
func (p probes) results(first, last step) []detect.Signal {
	all := append(p.standing(first), p.signals[first.read:last.read]...)
	return keep(all, isDown)
}

func isDown(s detect.Signal) bool { return s.Probe.Status == detect.StatusDown }

// upAfter says whether the verdict has been up, by a result from after t.
func (p probes) upAfter(t, now time.Time) bool {
	return slices.ContainsFunc(p.steps(now), func(s step) bool {
		return p.verdict(s) == detect.StatusUp && succeededAfter(t, p.standing(s))
	})
}
