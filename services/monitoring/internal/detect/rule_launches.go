package detect

import "tocsin/pkg/policy"

// launchBlocked is policy 3.9, program_launch_blocked: a registered launch is
// near, and a condition that may block it is raised for its tenant or for the
// platform. Its subject is the program.
func launchBlocked(r *policy.Rules) rule {
	return rule{
		reason: "program_launch_blocked",
		kinds:  []Kind{KindLaunch},
		reads: func(s *Signal, platform bool) bool {
			return s.Kind == KindLaunch && (!platform || s.Tenant == "")
		},
		subject: func(s *Signal) string { return s.Launch.Program },
		hears:   true,
		figures: []figure{{of: "conditions"}},
		open: func(h house, _ bool) window {
			return &launchWindow{house: h, numbers: &r.Launches, stands: launch{at: longAgo}, ended: longAgo}
		},
	}
}

// A launchWindow holds what was last said of one launch. What may block it is
// in the house's news. Nothing in it grows with the signals.
type launchWindow struct {
	house
	numbers *policy.Launches
	tenant  uint32 // 0: the launch names none
	program uint32
	stands  launch
	// ended is the latest end, since the raise, of a condition that blocked it:
	// longAgo if none but by being withdrawn. ending is how that ended.
	ended  int64
	ending ChangeKind
	kept   *keptLaunch
}

// A launch is one statement of when a program starts.
type launch struct {
	at     int64 // event time; longAgo: nothing was said yet
	mark   mark
	starts int64
}

// A keptLaunch is what was counted at a raise, by what is now known.
type keptLaunch struct {
	at     int64
	stands launch
	blocks []blocker // those that blocked it at that instant
}

// outranks reports whether l is the later statement of the two.
func (l *launch) outranks(n *names, o *launch) bool {
	if l.at != o.at {
		return l.at > o.at
	}
	return n.compareMarks(l.mark, o.mark) > 0
}

// near reports whether the program starts soon, or started not long ago.
func (l *launch) near(p *policy.Launches, now int64) bool {
	return l.at != longAgo && l.opens(p) <= now && now < l.closes(p)
}

func (l *launch) opens(p *policy.Launches) int64  { return l.starts - int64(p.Before) }
func (l *launch) closes(p *policy.Launches) int64 { return l.starts + int64(p.After) }

func (w *launchWindow) take(in *input) fate {
	said := launch{at: in.at, mark: in.mark, starts: in.Launch.StartsAt.UnixNano()}
	if w.stands.at == longAgo {
		w.tenant, w.program = in.tenant, w.names.id(in.Launch.Program)
		w.news.enlist(w.tenant, w.program)
	} else if said.mark == w.stands.mark {
		return repeatOf(said == w.stands)
	}
	said.mark = said.mark.clone()
	news := supersede(w.names, &w.stands, said)
	if k := w.kept; k != nil && said.at <= k.at && supersede(w.names, &k.stands, said) {
		news = true
	}
	if !news {
		return stale
	}
	return counted
}

// hear takes in that a condition that may block the launch was raised or ended.
func (w *launchWindow) hear(kind ChangeKind, b blocker, at int64) {
	if (kind == Cleared || kind == Expired) && at >= w.ended {
		w.ended, w.ending = at, kind
	}
	k := w.kept
	if k == nil || at > k.at {
		return
	}
	if kind == Raised {
		k.blocks = with(k.blocks, b)
	} else {
		k.blocks = without(k.blocks, b)
	}
}

func (w *launchWindow) weigh(now int64) weight {
	out := weight{success: longAgo, heard: w.stands.at, since: longAgo, next: never}
	if w.stands.at == longAgo {
		return out
	}
	opens, closes := w.stands.opens(w.numbers), w.stands.closes(w.numbers)
	switch {
	case now < opens:
		out.next = opens
	case now < closes:
		out.next, out.since = closes, opens
	}
	near := w.stands.near(w.numbers, now)
	out.counts, _ = w.news.blocking(w.tenant)
	out.holds = near && out.counts > 0
	out.lasts = out.holds
	switch {
	case !near:
		out.ending = Expired
	case w.ended == longAgo:
		out.ending = Withdrawn
	default:
		out.ending = w.ending
	}
	if k := w.kept; k != nil {
		out.refuted = len(k.blocks) == 0 || !k.stands.near(w.numbers, k.at)
	}
	return out
}

func (w *launchWindow) evidence(_ uint8, upTo int64) evidence {
	n, last := w.news.blocking(w.tenant)
	ev := evidence{
		value: n, threshold: 1, window: w.numbers.Before + w.numbers.After,
		first: never, last: longAgo,
	}
	if w.stands.at == longAgo {
		return ev
	}
	ev.count(w.stands.at)
	ev.last = max(ev.last, last)
	if n == 0 {
		ev.last = max(ev.last, w.ended)
	}
	if w.tenant != 0 {
		ev.tenants = 1
	}
	if w.stands.at <= upTo && w.rules.Samples > 0 {
		ev.samples = []sample{{w.stands.at, w.stands.mark}}
	}
	return ev
}

func (w *launchWindow) keep(at, _ int64) {
	w.ended, w.ending = longAgo, 0
	w.kept = &keptLaunch{at: at, stands: w.stands, blocks: w.news.blockers(w.tenant)}
}

func (w *launchWindow) drop() { w.kept = nil }

func (w *launchWindow) code(c *coder) {
	w.stands.code(c)
	c.name(&w.tenant)
	c.name(&w.program)
	c.int(&w.ended)
	c.small((*uint8)(&w.ending))
	if c.reading && c.err == nil && w.stands.at != longAgo {
		w.news.enlist(w.tenant, w.program)
	}
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		w.kept.stands.code(c)
		codeBlockers(c, w.names, &w.kept.blocks)
	}
}

func (l *launch) code(c *coder) {
	c.int(&l.at)
	c.mark(&l.mark)
	c.int(&l.starts)
}
