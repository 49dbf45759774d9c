package policy

import (
	"fmt"
	"slices"
)

// An order says that the value at one path must not be above that at another,
// or, if strict, must be below it.
type order struct {
	low, high string
	strict    bool
}

// orders are what the numbers must respect to make sense together.
func orders() []order {
	return []order{
		// A condition must end below the line at which it is raised.
		{low: "monitoring.auth_failures.clear", high: "monitoring.auth_failures.over", strict: true},
		{low: "monitoring.auth_failures.platform_clear_percent", high: "monitoring.auth_failures.platform_percent"},
		// The second, thinner way into a condition looks further back and asks for less.
		{low: "monitoring.sso.people", high: "monitoring.sso.attempts"},
		{low: "monitoring.sso.window", high: "monitoring.sso.sparse_window", strict: true},
		{low: "monitoring.reports.daily.window", high: "monitoring.reports.sparse.window", strict: true},
		{low: "monitoring.reports.sparse.runs", high: "monitoring.reports.daily.runs"},
		{low: "monitoring.uploads.daily.window", high: "monitoring.uploads.sparse.window", strict: true},
		{low: "monitoring.uploads.sparse.runs", high: "monitoring.uploads.daily.runs"},
		{low: "monitoring.ftp.window", high: "monitoring.ftp.nightly_window", strict: true},
		{low: "monitoring.ftp.nightly_sessions", high: "monitoring.ftp.sessions"},
		{low: "monitoring.ftp.nightly_apart", high: "monitoring.ftp.nightly_window", strict: true},
		// A condition must not expire while what raised it is still in its window.
		{low: "monitoring.sso.sparse_window", high: "monitoring.sso.expire_after"},
		{low: "monitoring.reports.sparse.window", high: "monitoring.reports.expire_after"},
		{low: "monitoring.uploads.sparse.window", high: "monitoring.uploads.expire_after"},
		{low: "monitoring.ftp.nightly_window", high: "monitoring.ftp.expire_after"},
		{low: "monitoring.probes.seen_within", high: "monitoring.sso.expire_after"},
		{low: "monitoring.probes.seen_within", high: "monitoring.components.expire_after"},
		{low: "monitoring.providers.apart", high: "monitoring.providers.expire_after", strict: true},
		// What presses more is decided sooner; what is graver needs fresher work.
		{low: "review.decide_within.critical", high: "review.decide_within.high"},
		{low: "review.decide_within.high", high: "review.decide_within.normal"},
		{low: "classification.technicians_active.within_site_unusable", high: "classification.technicians_active.within"},
	}
}

// check looks at what must make sense together. What could not be read is left
// out: it has its problem already.
func (r *reader) check(p *Policy) {
	r.checkOrders(p)
	r.checkReasons(p)
	r.checkComponents(p)
	r.checkFindings(p)
	r.checkVocabulary(p)
}

func (r *reader) checkOrders(p *Policy) {
	values := map[string]leaf{}
	for _, l := range leaves(p) {
		values[l.path] = l
	}
	for _, o := range orders() {
		low, high := values[o.low], values[o.high]
		if !r.sound(o.low) || !r.sound(o.high) {
			continue
		}
		a, b := low.value.Int(), high.value.Int()
		switch {
		case o.strict && a >= b:
			r.blame(o.low, fmt.Sprintf("is %s; it must be below %s (%s)", low, o.high, high))
		case a > b:
			r.blame(o.low, fmt.Sprintf("is %s; it must not be above %s (%s)", low, o.high, high))
		}
	}
}

func (r *reader) checkReasons(p *Policy) {
	for _, id := range p.ReasonIDs() {
		path := "reasons." + string(id)
		if !r.sound(path+".text") || !r.sound(path+".signal") {
			continue
		}
		if reason := p.Reasons[id]; !reason.Text && !reason.Signal {
			r.blame(path+".text", "and signal are both false: nothing could ever state this reason")
		}
	}
	for _, id := range p.own {
		if path := "reasons." + string(id) + ".signal"; r.sound(path) && p.Reasons[id].Signal {
			r.blame(path, "is true; monitoring raises only the sixteen reasons, a reason of your own is found in words")
		}
	}
	for i, id := range p.Rules.Launches.BlockedBy {
		path := fmt.Sprintf("monitoring.launches.blocked_by[%d]", i)
		switch {
		case id == ProgramLaunchBlocked:
			r.blame(path, "is the very reason that the list is for")
		case slices.Contains(p.own, id):
			r.blame(path, fmt.Sprintf("is %q; monitoring raises only the sixteen reasons", id))
		}
	}
}

// checkComponents lets a component raise only a reason that is about one, and
// keeps the components apart that have a rule of their own.
func (r *reader) checkComponents(p *Policy) {
	const path = "monitoring.components.down"
	raise := []ReasonID{SiteOutage, LXPFeaturesUnavailable, CareerMobilityUnavailable, InsightsUnavailable}
	for _, component := range sortedKeys(p.Rules.Components.Down) {
		reason := p.Rules.Components.Down[component].Reason
		if component == ComponentSSO {
			r.blame(path+"."+component, "has a rule of its own: monitoring.sso")
		} else if at := path + "." + component + ".reason"; r.sound(at) && !slices.Contains(raise, reason) {
			r.blame(at, fmt.Sprintf("is %q; a component raises one of %s (core parts stand in monitoring.components.core)", reason, list(texts(raise))))
		}
	}
}

func (r *reader) checkFindings(p *Policy) {
	const suspected, confirmed = "monitoring.findings.suspected_from", "monitoring.findings.confirmed_from"
	f := p.Rules.Findings
	if r.sound(suspected) && r.sound(confirmed) && !f.Suspected.AtLeast(f.Confirmed) {
		r.blame(suspected, fmt.Sprintf("is %s; it must not be below %s (%s)", f.Suspected, confirmed, f.Confirmed))
	}
}

// sound says whether the value at path was read without a problem.
func (r *reader) sound(path string) bool {
	_, read := r.places[path]
	return read && !r.wrongs[path]
}

// blame reports a problem with the value at path, which was read.
func (r *reader) blame(path, text string) {
	r.problem(r.places[path], path, text)
}
