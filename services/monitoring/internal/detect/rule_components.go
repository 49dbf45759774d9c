package detect

import (
	"time"

	"tocsin/pkg/policy"
)

// siteOutage is policy 3.5, site_outage: the probes of the site say DOWN.
func siteOutage(r *policy.Rules) rule {
	out := componentDown(r, policy.SiteOutage)
	out.figures = []figure{{of: "regions"}}
	return out
}

// lxpUnavailable is policy 3.5, lxp_features_unavailable.
func lxpUnavailable(r *policy.Rules) rule { return componentDown(r, policy.LXPFeaturesUnavailable) }

// careerMobilityUnavailable is policy 3.5, career_mobility_unavailable.
func careerMobilityUnavailable(r *policy.Rules) rule {
	return componentDown(r, policy.CareerMobilityUnavailable)
}

// insightsUnavailable is policy 3.5, insights_unavailable.
func insightsUnavailable(r *policy.Rules) rule { return componentDown(r, policy.InsightsUnavailable) }

// componentDown finds, for each component that raises the reason, that it is
// DOWN; DEGRADED is not unavailable.
func componentDown(r *policy.Rules, reason policy.ReasonID) rule {
	down := r.Components.Down
	out := componentRule(r, string(reason), func(component string) demands { return demands{down: down[component].For} })
	out.reads = probesOf(func(component string) bool { return down[component].Reason == reason })
	return out
}

// coreFunctionDown is policy 3.5, core_function_down: a core part is DOWN, or
// DEGRADED and very slow.
func coreFunctionDown(r *policy.Rules) rule {
	core := &r.Components.Core
	out := componentRule(r, string(policy.CoreFunctionDown), func(string) demands { return demands{down: core.For, slow: core} })
	out.reads = probesOf(r.Components.IsCore)
	out.figures = append(out.figures, figure{of: "probers"})
	return out
}

// demands are what a reason asks of one component.
type demands struct {
	down time.Duration
	slow *policy.Core // nil: only DOWN counts
}

// componentRule is what the reasons have in common; who reads is left to them.
func componentRule(r *policy.Rules, reason string, ask func(component string) demands) rule {
	return rule{
		reason:  reason,
		kinds:   []Kind{KindProbe},
		subject: func(s *Signal) string { return s.Probe.Component },
		timely:  true,
		expire:  r.Components.Expire,
		figures: []figure{byDown: {of: "probers"}},
		open: func(h house, platform bool) window {
			return &componentWindow{house: h, named: !platform, ask: ask, heard: longAgo}
		},
	}
}

// probesOf reads the probes of some components; the platform's verdict counts
// only those that name no tenant.
func probesOf(some func(component string) bool) func(*Signal, bool) bool {
	return func(s *Signal, platform bool) bool {
		return s.Kind == KindProbe && (!platform || s.Tenant == "") && s.Probe.Component != "" && some(s.Probe.Component)
	}
}

// componentSite is the component of which regions vote.
const componentSite = "site"

// The measures of the components, in the order in which they are tried.
const (
	byDown uint8 = iota
	byDegraded
)

// A componentWindow holds the probes of one component.
type componentWindow struct {
	house
	named     bool // the scope is a tenant
	ask       func(component string) demands
	component uint32    // 0 until the first result
	polls     []*probes // by measure; the second only where a DEGRADED component counts
	heard     int64
	kept      *keptVerdict
}

// keptVerdict is what says whether the condition held at the raise.
type keptVerdict struct {
	at      int64
	suspect bool // a result of up to then has come since
}

// watch begins to follow the component.
func (w *componentWindow) watch(component uint32) {
	name := w.names.all[component]
	asks := w.ask(name)
	d := demand{Verdict: w.rules.Probes, status: StatusDown, lasting: int64(asks.down), regions: name == componentSite}
	w.component, w.polls = component, []*probes{newProbes(d)}
	if asks.slow != nil {
		d.status, d.lasting, d.slow = StatusDegraded, int64(asks.slow.DegradedFor), &slowness{Core: *asks.slow}
		w.polls = append(w.polls, newProbes(d))
	}
}

func (w *componentWindow) take(in *input) fate {
	if w.polls == nil {
		w.watch(w.names.id(in.Probe.Component))
	}
	for _, p := range w.polls { // they say the same of a repeat
		if f := p.take(w.house, in); f != counted {
			return f
		}
	}
	w.heard = max(w.heard, in.at)
	if w.kept != nil && in.at <= w.kept.at {
		w.kept.suspect = true
	}
	return counted
}

func (w *componentWindow) weigh(now int64) weight {
	out := weight{success: longAgo, heard: w.heard, since: longAgo, next: never}
	for measure, p := range w.polls {
		v := &p.head
		v.pass(w.house, &p.demand, now)
		out.next = min(out.next, v.next(&p.demand))
		out.counts += v.tally(&p.demand).say
		out.lasts = out.lasts || v.met
		if v.holds { // only one of them at an instant
			out.holds, out.measure, out.since = true, uint8(measure), v.since
		}
		// Each knows since when the verdict has been UP, and says the same.
		if up := after(v.upSince, p.ClearAfter); up > now {
			out.next = min(out.next, up)
		} else {
			out.success = v.up
		}
	}
	if w.kept != nil && w.kept.suspect {
		w.kept.suspect = false
		out.refuted = !w.heldAt(w.kept.at)
	}
	return out
}

// heldAt reports whether the condition held at an instant, as is known now.
func (w *componentWindow) heldAt(at int64) bool {
	for _, p := range w.polls {
		if p.raisesAt(w.house, at) {
			return true
		}
	}
	return false
}

func (w *componentWindow) evidence(measure uint8, upTo int64) evidence {
	if int(measure) >= len(w.polls) {
		return evidence{first: never, last: longAgo}
	}
	return w.polls[measure].evidence(upTo, w.named)
}

func (w *componentWindow) keep(at, _ int64) { w.kept = &keptVerdict{at: at} }

func (w *componentWindow) drop() { w.kept = nil }

func (w *componentWindow) code(c *coder) {
	component := w.component
	c.name(&component)
	if c.reading && component != 0 {
		w.watch(component)
	}
	for _, p := range w.polls {
		p.code(c)
	}
	c.int(&w.heard)
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		c.flag(&w.kept.suspect)
	}
}
