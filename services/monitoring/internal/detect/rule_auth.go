package detect

import (
	"bytes"
	"slices"

	"tocsin/pkg/policy"
)

// authFailures is policy 3.1, auth_failures_over_100: more people than the
// threshold whose latest attempt in the window failed, not for their own reason.
func authFailures(r *policy.Rules) rule {
	return rule{
		reason:  "auth_failures_over_100",
		kinds:   []Kind{KindAuthAttempt},
		timely:  true,
		line:    true,
		figures: []figure{{of: "people", from: (r.AuthFailures.Over*r.KeepFrom + 99) / 100}},
		open: func(h house, platform bool) window {
			w := &authWindow{house: h, platform: platform, success: longAgo, heard: longAgo}
			w.people.window = int64(r.AuthFailures.Window)
			if platform {
				w.departed = &departures{}
			}
			return w
		},
	}
}

// An authWindow holds the latest attempt of every person in the window.
type authWindow struct {
	house
	platform bool
	people   people
	success  int64
	heard    int64
	kept     *keptPeople
	departed *departures // of the platform only: a tenant has no share to reach
}

func (w *authWindow) take(in *input) fate {
	a := attempt{at: in.at, end: endOf(in.Signal), mark: in.mark}
	floor := in.now - w.people.window
	i, stands := w.people.find(in.thing)
	known := stands && w.people.list[i].at > floor
	if known && a.end != gotIn {
		if f := w.repeats(i, a); f != unread {
			return f
		}
	}
	w.heard = max(w.heard, a.at)
	if a.end == gotIn {
		w.success = max(w.success, a.at)
	}
	left := a.at <= floor
	if w.kept != nil {
		var now attempt
		if known {
			now = w.people.get(w.house, i)
		}
		if w.kept.take(w.names, in.thing, now, a) && left {
			a.mark = a.mark.clone()
			w.kept.was.set(in.thing, a)
		}
	}
	switch {
	case left:
	case !stands:
		w.people.join(w.house, in.thing, in.tenant, a)
	case !known:
		w.depart(&w.people.list[i])
		w.people.put(w.house, i, a)
	case w.decides(a, i): // if not, it may still matter to what was counted at a raise
		w.people.put(w.house, i, a)
	}
	return counted
}

// endOf is how an attempt ended.
func endOf(s *Signal) outcome {
	switch {
	case s.Auth.OK:
		return gotIn
	case s.Auth.Failure >= FailureBadCredentials && s.Auth.Failure <= FailureUnknownUser:
		return ownFault
	}
	return unable
}

// repeats reports whether the failure is the person's latest attempt once more,
// with the same content or with another.
func (w *authWindow) repeats(i uint32, a attempt) fate {
	it := &w.people.list[i]
	if it.val.end == gotIn || w.marks.compare(w.names, it.val.mark, a.mark) != 0 {
		return unread
	}
	return repeatOf(it.at == a.at && it.val.end == a.end)
}

// decides reports whether an attempt decides rather than the person's latest.
func (w *authWindow) decides(a attempt, i uint32) bool {
	it := &w.people.list[i]
	if it.at != a.at {
		return a.at > it.at
	}
	return w.names.later(a, w.people.get(w.house, i))
}

// calm reports whether too few are unable for anything to hold.
func (w *authWindow) calm() bool { return w.people.unable <= w.rules.AuthFailures.Over }

func (w *authWindow) counts() int { return w.people.unable }

// sweep lets go of those who have left the window, or of most of them.
func (w *authWindow) sweep(now int64) int64 {
	w.people.sweep(now-w.people.window, w.part)
	w.forget(now)
	return w.people.turn(now)
}

// part lets go of a person who leaves.
func (w *authWindow) part(it *item[person]) {
	w.depart(it)
	w.people.part(w.house, it)
}

func (w *authWindow) depart(it *item[person]) {
	if w.departed != nil {
		w.departed.add(departure{it.at, it.val.end == unable})
	}
}

// forget drops the departures of before the lateness.
func (w *authWindow) forget(now int64) {
	if w.departed != nil {
		w.departed.forget(w.before(now))
	}
}

// before is up to when attempts were out of the window before the lateness began.
func (w *authWindow) before(now int64) int64 {
	return now - w.people.window - int64(w.rules.Lateness)
}

// heldSince goes back from departure to departure until the share was missed.
func (w *authWindow) heldSince(at int64) int64 {
	if w.departed == nil {
		return longAgo
	}
	list := w.departed.after(nil, at-w.people.window)
	sortDepartures(list)
	people, attempted := w.people.unable, w.people.live
	for i := len(list) - 1; i >= 0; i-- {
		if attempted++; list[i].unable {
			people++
		}
		if !w.over(people, attempted) && (i == 0 || list[i-1].at < list[i].at) {
			return list[i].at + w.people.window
		}
	}
	return longAgo
}

func count(a attempt) int {
	if a.end == unable {
		return 1
	}
	return 0
}

func (w *authWindow) weigh(now int64) weight {
	window := w.people.window
	w.people.leave(now-window, func(it *item[person]) {
		if w.kept != nil {
			w.kept.leave(it.key, attempt{at: it.at, end: it.val.end, mark: w.marks.get(it.val.mark)})
		}
		w.part(it)
	})
	w.forget(now)
	return weight{
		holds:   w.over(w.people.unable, w.people.live),
		lasts:   !w.fell(),
		refuted: w.kept != nil && !w.over(w.kept.unable, w.kept.attempted),
		counts:  w.people.unable,
		since:   longAgo,
		success: w.success,
		heard:   w.heard,
		next:    after(w.people.first(), w.rules.AuthFailures.Window),
	}
}

func (w *authWindow) over(unable, attempted int) bool {
	r := &w.rules.AuthFailures
	return unable > r.Over && (!w.platform || unable*100 >= attempted*r.PlatformPercent)
}

func (w *authWindow) fell() bool {
	r, p := &w.rules.AuthFailures, &w.people
	return p.unable <= r.Clear || w.platform && p.unable*100 < p.live*r.PlatformClearPercent
}

func (w *authWindow) evidence(_ uint8, upTo int64) evidence {
	r, p := &w.rules.AuthFailures, &w.people
	ev := evidence{value: p.unable, threshold: r.Over, window: r.Window, people: p.unable, first: never, last: longAgo}
	last := newest{limit: w.rules.Samples}
	tenants := map[uint32]bool{}
	for i := range p.list {
		it := &p.list[i]
		if it.val.end != unable {
			continue
		}
		ev.count(it.at)
		if it.val.tenant != 0 {
			tenants[it.val.tenant] = true
		}
		if it.at <= upTo && last.wants(it.at) {
			last.add(w.names, sample{it.at, w.marks.get(it.val.mark)})
		}
	}
	ev.tenants, ev.samples = len(tenants), last.list
	return ev
}

func (w *authWindow) keep(at, now int64) {
	w.kept = &keptPeople{
		at:        at,
		floor:     now - int64(w.rules.AuthFailures.Window),
		clock:     now,
		unable:    w.people.unable,
		attempted: w.people.live,
	}
}

func (w *authWindow) drop() { w.kept = nil }

func (w *authWindow) code(c *coder) {
	w.people.code(w.house, c)
	if w.departed != nil {
		w.departed.code(c, w.before(c.now))
	}
	c.int(&w.success)
	c.int(&w.heard)
	if optional(c, &w.kept) {
		w.kept.code(c)
	}
}

func sortedKeys[V any](m map[key]V) []key {
	keys := make([]key, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return bytes.Compare(a[:], b[:]) })
	return keys
}
