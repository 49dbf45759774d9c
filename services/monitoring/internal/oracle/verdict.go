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
	bad     detect.Status // the verdict whose spells are asked for: DOWN or DEGRADED
	regions bool          // the probers of a region vote, then the regions
	lately  time.Duration // a window that demand looks at, if any
	// demand is what a spell must meet besides its age at a step; nil is nothing.
	demand func(spell []step, at step) bool
}

// A step is one evaluation of the vote: at an instant, with so many results read.
type step struct {
	at   time.Time
	read int
}

// voteDeadlines are the instants at which the vote or a spell of an age may change.
func voteDeadlines(signals []detect.Signal, v policy.Verdict, age time.Duration) []time.Time {
	return after(timesOf(signals), v.Seen, age, v.Seen+age, v.EndsAfter, v.Seen+v.EndsAfter, v.ClearAfter, v.Seen+v.ClearAfter)
}

// steps are the evaluations up to now that may turn the verdict: at each
// instant first the deadline, then each result of that instant.
func (p probes) steps(now time.Time) []step {
	instants := append(after(timesOf(p.signals), 0, p.Seen, p.lately), now)
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
	return latestOf((moment{at.at, p.signals[:at.read]}).within(p.Seen), func(s detect.Signal) prober {
		return prober{s.Source, s.Probe.Prober}
	})
}

// votes are what is said at a step: by each prober, or by each region as the
// probers that were last seen there vote.
func (p probes) votes(at step) []detect.Status {
	standing := p.standing(at)
	if !p.regions {
		return statuses(standing)
	}
	of := map[string][]detect.Signal{}
	for _, s := range standing {
		of[s.Probe.Region] = append(of[s.Probe.Region], s)
	}
	var votes []detect.Status
	for _, region := range of {
		votes = append(votes, majority(statuses(region)))
	}
	return votes
}

func statuses(signals []detect.Signal) []detect.Status {
	var all []detect.Status
	for _, s := range signals {
		all = append(all, s.Probe.Status)
	}
	return all
}

// majority is what more than half say, or unknown: a tie, or nobody there.
func majority(votes []detect.Status) detect.Status {
	for _, v := range []detect.Status{detect.StatusUp, detect.StatusDegraded, detect.StatusDown} {
		if 2*count(votes, v) > len(votes) {
			return v
		}
	}
	return detect.StatusUnknown
}

func count(votes []detect.Status, status detect.Status) int {
	n := 0
	for _, v := range votes {
		if v == status {
			n++
		}
	}
	return n
}

func (p probes) verdict(at step) detect.Status { return majority(p.votes(at)) }

// spell gives the steps of the bad spell that has not ended by now, or none.
// It ended where another verdict began that lasted long enough.
func (p probes) spell(now time.Time) []step {
	var spell []step
	var otherFrom time.Time
	other := false
	for _, s := range p.steps(now) {
		if other && s.at.Sub(otherFrom) >= p.EndsAfter {
			spell = nil
		}
		bad := p.verdict(s) == p.bad
		if bad || spell != nil {
			spell = append(spell, s)
		}
		if !bad && !other {
			otherFrom = s.at
		}
		other = !bad
	}
	return spell
}

// raised says whether the verdict is the bad one, in a spell of that age.
func (p probes) raised(now time.Time, age time.Duration) bool {
	spell := p.spell(now)
	return spell != nil && p.met(spell, spell[len(spell)-1], age)
}

// lasts says that it has been, in a spell that goes on: another verdict may
// have begun that has not yet lasted long enough to end it.
func (p probes) lasts(now time.Time, age time.Duration) bool {
	spell := p.spell(now)
	for i, s := range spell {
		if p.met(spell, s, age) {
			return true
		}
		// The spell may have come of age between this step and the next.
		come := step{spell[0].at.Add(age), s.read}
		if i+1 < len(spell) && s.at.Before(come.at) && come.at.Before(spell[i+1].at) && p.met(spell, come, age) {
			return true
		}
	}
	return false
}

// met says whether the verdict of a step of a spell is the bad one, the spell
// being as old as asked and resting on enough bad results.
func (p probes) met(spell []step, s step, age time.Duration) bool {
	return p.verdict(s) == p.bad && s.at.Sub(spell[0].at) >= age && len(p.results(spell[0], s)) >= p.Results &&
		(p.demand == nil || p.demand(spell, s))
}

// results are the bad results of a spell from its first step to another:
// those that stood when it started and those that came in it.
func (p probes) results(first, last step) []detect.Signal {
	all := append(p.standing(first), p.signals[first.read:last.read]...)
	return keep(all, func(s detect.Signal) bool { return s.Probe.Status == p.bad })
}

// upAfter says whether the verdict has been up, by a result from after t.
func (p probes) upAfter(t, now time.Time) bool {
	return slices.ContainsFunc(p.steps(now), func(s step) bool {
		return p.verdict(s) == detect.StatusUp && succeededAfter(t, p.standing(s))
	})
}

// upFor says whether the verdict has been up for so long without a break.
func (p probes) upFor(long time.Duration, now time.Time) bool {
	up := false
	var since time.Time
	for _, s := range p.steps(now) {
		is := p.verdict(s) == detect.StatusUp
		if is && !up {
			since = s.at
		}
		up = is
	}
	return up && now.Sub(since) >= long
}

// counts describes the vote and the spell that goes on, if any.
func (p probes) counts(now time.Time) detect.Change {
	at := step{now, len(p.signals)}
	votes := p.votes(at)
	change := detect.Change{Threshold: len(votes)/2 + 1, Window: p.Seen}
	if spell := p.spell(now); spell != nil {
		change = fill(change, p.results(spell[0], at))
	}
	change.Value = count(votes, p.bad)
	return change
}
