package detect

import (
	"time"

	"tocsin/pkg/policy"
)

// ssoUnavailable is policy 3.2, sso_unavailable: the probes of `sso` say DOWN,
// or SSO attempts fail because the service does and none succeeds.
func ssoUnavailable(r *policy.Rules) rule {
	return rule{
		reason: "sso_unavailable",
		kinds:  []Kind{KindAuthAttempt, KindProbe},
		reads: func(s *Signal, platform bool) bool {
			switch s.Kind {
			case KindAuthAttempt:
				return s.Auth.Method == MethodSSO
			case KindProbe:
				return s.Probe.Component == "sso" && (!platform || s.Tenant == "")
			}
			return false
		},
		timely: true,
		expire: r.SSO.Expire,
		figures: []figure{
			byProbes:   {of: "probers", apart: true},
			byAttempts: {of: "attempts", window: r.SSO.Window},
			byPeople:   {of: "people", window: r.SSO.Sparse},
		},
		remember: func(s *Signal) time.Duration {
			if !serviceFailed(s) {
				return 0
			}
			return r.Lateness + max(r.SSO.Window, r.SSO.Sparse)
		},
		open: func(h house, platform bool) window {
			return &ssoWindow{
				house:   h,
				named:   !platform,
				success: longAgo,
				heard:   longAgo,
			}
		},
	}
}

// serviceFailed reports whether the attempt failed because SSO did.
func serviceFailed(s *Signal) bool {
	return s.Kind == KindAuthAttempt && s.Auth.Method == MethodSSO && !s.Auth.OK &&
		(s.Auth.Failure == FailureServiceUnavailable || s.Auth.Failure == FailureTimeout)
}

// The measures of sso_unavailable, in the order in which they are tried.
const (
	byProbes uint8 = iota
	byAttempts
	byPeople
)

// An ssoWindow holds the failed attempts of the sparse window, and the probes.
type ssoWindow struct {
	house
	named   bool      // the scope is a tenant
	probes  *probes   // nil until the first result
	failed  *attempts // those that failed because SSO did; nil until the first
	success int64     // event time of the last SSO log-in
	heard   int64
	kept    *keptSSO
}

// keptSSO is what says whether the condition held at the raise.
type keptSSO struct {
	at      int64
	success int64 // the last SSO log-in up to then
	suspect bool  // a signal of up to then has come since
}

func (w *ssoWindow) take(in *input) fate {
	if in.Kind == KindProbe {
		if w.probes == nil {
			w.probes = w.newProbes()
		}
		if f := w.probes.take(w.house, in); f != counted {
			return f
		}
	}
	w.heard = max(w.heard, in.at)
	before := w.kept != nil && in.at <= w.kept.at
	if before {
		w.kept.suspect = true
	}
	switch {
	case in.Kind == KindProbe:
	case in.Auth.OK:
		w.success = max(w.success, in.at)
		if before {
			w.kept.success = max(w.kept.success, in.at)
		}
	case serviceFailed(in.Signal):
		r := &w.rules.SSO
		if w.failed == nil {
			w.failed = &attempts{}
		}
		t := tried{at: in.at, person: in.thing, tenant: in.tenant, mark: w.marks.note(in.mark)}
		w.failed.insert(t, in.now, int64(r.Window), int64(r.Sparse))
	}
	return counted
}

// calm reports whether too few failed since the last log-in for anything to
// hold; those before it count for nothing more.
func (w *ssoWindow) calm() bool {
	if w.failed == nil {
		return w.probes == nil
	}
	w.failed.forget(w.marks, w.success)
	return w.probes == nil && w.failed.live() < w.rules.SSO.People
}

func (w *ssoWindow) counts() int {
	if w.failed == nil {
		return 0
	}
	return w.failed.live()
}

func (w *ssoWindow) sweep(now int64) int64 {
	if w.failed == nil {
		return never
	}
	w.failed.forget(w.marks, now-w.retention())
	if w.failed.live() == 0 {
		return never
	}
	return w.failed.list[w.failed.gone].at + w.retention()
}

// attempts are those that failed, for reading.
func (w *ssoWindow) attempts() *attempts {
	if w.failed == nil {
		return &attempts{}
	}
	return w.failed
}

func (w *ssoWindow) newProbes() *probes {
	return newProbes(demand{Verdict: w.rules.SSO.Verdict, status: StatusDown, lasting: int64(w.rules.SSO.DownFor)})
}

// verdict is what the probes say now.
func (w *ssoWindow) verdict(now int64) verdict {
	if w.probes == nil {
		return verdict{up: longAgo}
	}
	w.probes.head.pass(w.house, &w.probes.demand, now)
	return w.probes.head
}

func (w *ssoWindow) weigh(now int64) weight {
	r := &w.rules.SSO
	verdict := w.verdict(now)
	a := w.attempts()
	a.forget(w.marks, now-w.retention())
	a.leave(now-int64(r.Window), now-int64(r.Sparse))
	short, long := &a.short, &a.long
	out := weight{since: longAgo, success: max(w.success, verdict.up), heard: w.heard, counts: len(a.list) - long.from}
	failing := len(a.list) - short.from
	switch {
	case verdict.holds:
		out.holds, out.measure, out.since = true, byProbes, verdict.since
	case w.dense(failing, len(short.people)) && quiet(w.success, now, r.Window):
		out.holds, out.measure, out.since = true, byAttempts, leftAt(w.success, r.Window)
	case len(long.people) >= r.People && quiet(w.success, now, r.Sparse):
		out.holds, out.measure, out.since = true, byPeople, leftAt(w.success, r.Sparse)
	case failing > 0:
		out.measure = byAttempts
	case len(long.people) > 0:
		out.measure = byPeople
	}
	out.lasts = out.holds || verdict.met
	out.next = w.next(now)
	if w.kept != nil && w.kept.suspect {
		w.kept.suspect = false
		out.refuted = !w.heldAt(w.kept)
	}
	return out
}

func (w *ssoWindow) dense(attempts, people int) bool {
	return attempts >= w.rules.SSO.Attempts && people >= w.rules.SSO.People
}

// heldAt reports whether the condition held when it was raised, as is known now.
func (w *ssoWindow) heldAt(k *keptSSO) bool {
	r, a := &w.rules.SSO, w.attempts()
	if quiet(k.success, k.at, r.Window) && a.enough(k.at-int64(r.Window), k.at, r.Attempts, r.People) {
		return true
	}
	if quiet(k.success, k.at, r.Sparse) && a.enough(k.at-int64(r.Sparse), k.at, 0, r.People) {
		return true
	}
	return w.probes != nil && w.probes.raisesAt(w.house, k.at)
}

// retention is how long attempts are kept: late log-ins may still refute a raise.
func (w *ssoWindow) retention() int64 {
	return int64(max(w.rules.SSO.Window, w.rules.SSO.Sparse) + w.rules.Lateness)
}

func (w *ssoWindow) next(now int64) int64 {
	r := &w.rules.SSO
	a := w.attempts()
	next := min(a.short.next(a.list, int64(r.Window)), a.long.next(a.list, int64(r.Sparse)))
	if w.probes != nil {
		next = min(next, w.probes.head.next(&w.probes.demand))
	}
	if a.gone < len(a.list) {
		next = min(next, a.list[a.gone].at+w.retention())
	}
	for _, window := range [...]time.Duration{r.Window, r.Sparse} {
		if at := after(w.success, window); at > now && len(a.long.people)+len(a.short.people) > 0 {
			next = min(next, at)
		}
	}
	return next
}

func (w *ssoWindow) evidence(measure uint8, upTo int64) evidence {
	r := &w.rules.SSO
	ev := evidence{first: never, last: longAgo}
	a := w.attempts()
	from := a.long.from
	switch measure {
	case byProbes:
		if w.probes == nil {
			return ev
		}
		return w.probes.evidence(upTo, w.named)
	case byAttempts:
		from = a.short.from
		ev.value, ev.threshold, ev.window = len(a.list)-from, r.Attempts, r.Window
		ev.people = len(a.short.people)
	case byPeople:
		ev.people = len(a.long.people)
		ev.value, ev.threshold, ev.window = ev.people, r.People, r.Sparse
	}
	tenants := map[uint32]bool{}
	for _, t := range a.list[from:] {
		ev.count(t.at)
		if t.tenant != 0 {
			tenants[t.tenant] = true
		}
	}
	ev.tenants = len(tenants)
	ev.samples = a.samples(w.house, from, upTo)
	return ev
}

func (w *ssoWindow) keep(at, _ int64) {
	w.kept = &keptSSO{at: at, success: min(w.success, at)}
}

func (w *ssoWindow) drop() { w.kept = nil }

func (w *ssoWindow) code(c *coder) {
	probed := w.probes != nil
	c.flag(&probed)
	if probed {
		if c.reading {
			w.probes = w.newProbes()
		}
		w.probes.code(c)
	}
	failed := w.counts() > 0
	if c.flag(&failed); failed {
		if c.reading {
			w.failed = &attempts{}
		}
		w.failed.code(c, w.house)
	}
	c.int(&w.success)
	c.int(&w.heard)
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		c.int(&w.kept.success)
		c.flag(&w.kept.suspect)
	}
}
