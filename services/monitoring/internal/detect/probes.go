package detect

import "slices"

// probes bring the verdict of one component forward, whatever the order in
// which its results come. Results that a late one may still precede are kept:
// settled is the verdict before them, head the verdict after them.
type probes struct {
	demand
	settled verdict
	head    verdict
	recent  []result // in order; settled holds what came before
}

func newProbes(d demand) *probes {
	return &probes{demand: d, settled: blankVerdict(), head: blankVerdict()}
}

// take reads a result. in.at is at most the lateness behind in.now.
func (p *probes) take(h house, in *input) fate {
	r := result{
		at: in.at, prober: h.names.id(in.Probe.Prober), region: h.names.id(in.Probe.Region),
		status: in.Probe.Status, took: tookOf(in.Probe.LatencyMS), mark: in.mark,
	}
	for i := range p.recent {
		if p.recent[i].mark == r.mark {
			if p.recent[i] == r {
				return repeated
			}
			return conflicting
		}
	}
	p.settle(h, in.now-int64(h.rules.Lateness))
	r.mark = r.mark.clone()
	place, _ := slices.BinarySearchFunc(p.recent, r, func(a, b result) int { return readOrder(h, a, b) })
	p.recent = slices.Insert(p.recent, place, r)
	if p.slow != nil {
		p.slow.remember(r, p.settled.time)
	}
	if place == len(p.recent)-1 && p.head.time <= r.at {
		p.head.pass(h, &p.demand, min(r.at, in.now))
		p.head.take(h, &p.demand, r)
		return counted
	}
	p.head = p.until(h, never, in.now)
	return counted
}

// readOrder is the order of a replay: by event time, UP first, then by source
// and id.
func readOrder(h house, a, b result) int {
	if a.at == b.at && (a.status == StatusUp) != (b.status == StatusUp) {
		return -compareResults(h, a, b)
	}
	return compareResults(h, a, b)
}

// settle gives up the results before an instant: none can come before them.
func (p *probes) settle(h house, horizon int64) {
	n := 0
	for ; n < len(p.recent) && p.recent[n].at < horizon; n++ {
		p.settled.pass(h, &p.demand, p.recent[n].at)
		p.settled.take(h, &p.demand, p.recent[n])
	}
	p.recent = slices.Delete(p.recent, 0, n)
}

// until is the verdict with all results up to an instant, and time come to now.
func (p *probes) until(h house, last, now int64) verdict {
	v := p.settled.clone()
	for _, r := range p.recent {
		if r.at > last {
			break
		}
		v.pass(h, &p.demand, min(r.at, now))
		v.take(h, &p.demand, r)
	}
	v.pass(h, &p.demand, now)
	return v
}

// raisesAt reports whether the rule is met at an instant, as is known now.
func (p *probes) raisesAt(h house, at int64) bool {
	v := p.until(h, at, at)
	return v.meets(&p.demand, at)
}

// evidence describes who votes, and the results of the spell.
func (p *probes) evidence(upTo int64, named bool) evidence {
	votes := p.head.tally(&p.demand)
	ev := evidence{value: votes.say, threshold: votes.seen/2 + 1, window: p.Seen, first: never, last: longAgo}
	if !p.head.spell {
		return ev
	}
	if named {
		ev.tenants = 1
	}
	ev.first = p.head.first
	for _, s := range p.head.last.list {
		ev.last = max(ev.last, s.at)
		if s.at <= upTo {
			ev.samples = append(ev.samples, s)
		}
	}
	return ev
}

func (p *probes) code(c *coder) {
	p.settled.code(c)
	p.head.code(c)
	codeResults(c, &p.recent)
	if p.slow != nil {
		codeLatencies(c, &p.slow.before)
	}
}
