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
		reads:   func(s *Signal, _ bool) bool { return s.Kind == KindAuthAttempt },
		timely:  true,
		line:    true,
		figures: []figure{{of: "people"}},
		open: func(h house, platform bool) window {
			return &authWindow{house: h, platform: platform, success: longAgo, heard: longAgo}
		},
	}
}

// An authWindow holds the latest attempt of every person in the window.
type authWindow struct {
	house
	platform bool
	people   people
	unable   int
	success  int64
	heard    int64
	kept     *keptPeople
}

// keptPeople is the set that was counted at a raise, as signals that came
// later, with event times up to then, have changed it since.
type keptPeople struct {
	at        int64
	floor     int64 // exclusive lower end of the window then
	unable    int
	attempted int
	was       map[key]attempt // those that stand otherwise in the window now
}

func (w *authWindow) take(in *input) fate {
	a := attempt{at: in.at, end: gotIn}
	if !in.Auth.OK {
		a.end, a.mark = unable, in.mark
		switch in.Auth.Failure {
		case FailureBadCredentials, FailureLocked, FailureUnknownUser:
			a.end = ownFault
		}
	}
	i, known := w.people.find(in.thing)
	var now attempt
	if known {
		now = w.people.get(i)
		if a.end != gotIn && now.end != gotIn && now.mark == a.mark {
			if now.at == a.at && now.end == a.end {
				return repeated
			}
			return conflicting
		}
	}
	w.heard = max(w.heard, a.at)
	if a.end == gotIn {
		w.success = max(w.success, a.at)
	}
	left := a.at <= in.now-int64(w.rules.AuthFailures.Window)
	if w.kept != nil && w.kept.take(w.names, in.thing, now, a) && left {
		w.kept.was[in.thing] = a
	}
	if left {
		return counted
	}
	if known && !w.names.later(a, now) {
		return counted // it may still matter to what was counted at a raise
	}
	w.unable += count(a) - count(now)
	a.mark = a.mark.clone()
	if known {
		w.people.set(i, a)
	} else {
		w.people.add(in.thing, in.tenant, a)
	}
	return counted
}

func count(a attempt) int {
	if a.end == unable {
		return 1
	}
	return 0
}

// take lets a new attempt change the kept set, or else keeps the set from
// changing with the window. now is how the person stands in the window. It
// reports whether the attempt now stands in the set.
func (k *keptPeople) take(n *names, who key, now, a attempt) bool {
	was, differs := k.was[who]
	if !differs {
		was = now
	}
	if a.at > k.at {
		k.was[who] = was
		return false
	}
	if a.at <= k.floor || was.end != nothing && !n.later(a, was) {
		return false
	}
	k.unable += count(a) - count(was)
	if was.end == nothing {
		k.attempted++
	}
	if differs {
		k.was[who] = a
	}
	return true
}

func (w *authWindow) weigh(now int64) weight {
	window := int64(w.rules.AuthFailures.Window)
	for {
		gone, a, ok := w.people.leave(now - window)
		if !ok {
			break
		}
		w.unable -= count(a)
		if w.kept != nil {
			if _, differs := w.kept.was[gone.key]; !differs {
				w.kept.was[gone.key] = a
			}
		}
	}
	return weight{
		holds:   w.over(w.unable, w.people.live),
		lasts:   !w.fell(),
		refuted: w.kept != nil && !w.over(w.kept.unable, w.kept.attempted),
		counts:  w.unable,
		since:   longAgo,
		success: w.success,
		heard:   w.heard,
		next:    after(w.people.queue.first(), w.rules.AuthFailures.Window),
	}
}

func (w *authWindow) over(unable, attempted int) bool {
	r := &w.rules.AuthFailures
	return unable > r.Over && (!w.platform || unable*100 >= attempted*r.PlatformPercent)
}

func (w *authWindow) fell() bool {
	r := &w.rules.AuthFailures
	return w.unable <= r.Clear || w.platform && w.unable*100 < w.people.live*r.PlatformClearPercent
}

func (w *authWindow) evidence(_ uint8, upTo int64) evidence {
	r := &w.rules.AuthFailures
	ev := evidence{value: w.unable, threshold: r.Over, window: r.Window, people: w.unable, first: never, last: longAgo}
	last := newest{limit: w.rules.Samples}
	tenants := map[uint32]bool{}
	for i, m := range w.people.marks {
		p := &w.people.list[i]
		if p.end != unable {
			continue
		}
		ev.count(p.at)
		if p.tenant != 0 {
			tenants[p.tenant] = true
		}
		if p.at <= upTo {
			last.add(w.names, sample{p.at, m})
		}
	}
	ev.tenants, ev.samples = len(tenants), last.list
	return ev
}

func (w *authWindow) keep(at, now int64) {
	w.kept = &keptPeople{
		at:        at,
		floor:     now - int64(w.rules.AuthFailures.Window),
		unable:    w.unable,
		attempted: w.people.live,
		was:       map[key]attempt{},
	}
}

func (w *authWindow) drop() { w.kept = nil }

func (w *authWindow) code(c *coder) {
	w.people.code(c)
	c.int(&w.success)
	c.int(&w.heard)
	kept := w.kept != nil
	c.flag(&kept)
	if c.reading {
		for i := range w.people.list {
			w.unable += count(attempt{end: w.people.list[i].end})
		}
		if kept {
			w.kept = &keptPeople{was: map[key]attempt{}}
		}
	}
	if kept {
		w.kept.code(c)
	}
}

func (k *keptPeople) code(c *coder) {
	c.int(&k.at)
	c.int(&k.floor)
	c.size(&k.unable)
	c.size(&k.attempted)
	keys := sortedKeys(k.was)
	for i := range c.length(len(k.was)) {
		var who key
		var a attempt
		if !c.reading {
			who, a = keys[i], k.was[keys[i]]
		}
		c.key(&who)
		a.code(c)
		k.was[who] = a
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
