package oracle

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// probes are the results for one component in one scope, and the numbers of
// the vote on them.
type probes struct {
	policy.Verdict
	signals []detect.Signal
}

// A prober is one voice, whatever it is asked about.
type prober struct{ source, name string }

// standing gives the latest result at an instant of each prober seen by then.
func (p probes) standing(t time.Time) []detect.Signal {
	latest := map[prober]detect.Signal{}
	for _, s := range (moment{t, p.signals}).within(p.Seen) {
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
func (p probes) verdict(t time.Time) detect.Status {
	votes := map[detect.Status]int{}
	standing := p.standing(t)
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

// turns are the instants up to now at which the verdict may turn, oldest first.
func (p probes) turns(now time.Time) []time.Time {
	all := after(timesOf(p.signals), 0, p.Seen)
	all = slices.DeleteFunc(all, func(t time.Time) bool { return t.After(now) })
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// spell is the start of the DOWN spell that has not ended by now. It ended
// where another verdict began that lasted long enough.
func (p probes) spell(now time.Time) (start time.Time, ok bool) {
	var otherFrom time.Time
	other := false
	for _, t := range append(p.turns(now), now) {
		if other && t.Sub(otherFrom) >= p.EndsAfter {
			ok = false
		}
		down := p.verdict(t) == detect.StatusDown
		switch {
		case down && !ok:
			start, ok = t, true
		case !down && !other:
			otherFrom = t
		}
		other = !down
	}
	return start, ok
}

// lasted says whether the spell of now is as old as asked and rests on enough
// DOWN results.
func (p probes) lasted(now time.Time, age time.Duration) bool {
	start, ok := p.spell(now)
	return ok && now.Sub(start) >= age && len(p.results(now)) >= p.Results
}

// results are the DOWN results of the spell: those that stood when it started
// and those that came in it.
func (p probes) results(now time.Time) []detect.Signal {
	start, ok := p.spell(now)
	if !ok {
		return nil
	}
	all := p.standing(start)
	for _, s := range p.signals {
		if s.At.After(start) && !s.At.After(now) {
			all = append(all, s)
		}
	}
	return keep(all, func(s detect.Signal) bool { return s.Probe.Status == detect.StatusDown })
}

// upAfter says whether the verdict was up at an instant after t, by then with
// a result from after t that says so.
func (p probes) upAfter(t, now time.Time) bool {
	for _, turn := range p.turns(now) {
		if turn.After(t) && p.verdict(turn) == detect.StatusUp && succeededAfter(t, (moment{turn, p.signals}).within(p.Seen)) {
			return true
		}
	}
	return false
}
