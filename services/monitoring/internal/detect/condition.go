package detect

import "time"

// refreshed is how often, at most, a raised condition states Updated.
const refreshed = time.Minute

// A condition is what one account has stated, and what it holds back.
//
// Two things run side by side: whether the condition is raised by the rule's
// own lines (raised, at), and what has been said of it (stated). They differ
// only while it flaps.
type condition struct {
	raised  bool
	at      int64 // of the raise
	measure uint8
	lapsed  int64 // since when it has not held without a break; never if it holds

	stated   bool // a raise was stated, its end not yet
	statedAt int64
	episode  int64   // how many raises were stated
	name     string  // the id of the raise
	recent   []int64 // the last of them

	flapping bool
	held     bool // an end is held back
	kind     ChangeKind
	until    int64 // when it is stated if it stays calm

	saidAt  int64 // when anything was last stated
	news    bool  // something may have changed since
	updates int64
	counts  int
}

// A cause is what makes the rules look: a deadline or a signal.
type cause struct {
	now      int64 // the clock
	at       int64 // the deadline, or the signal's event time
	deadline bool
}

// settle weighs an account and states what changed.
func (e *Engine) settle(a *account, c cause) {
	w := a.win.weigh(c.now)
	if w.holds && a.condition == nil {
		a.condition = &condition{lapsed: never}
	}
	if a.condition != nil {
		e.judge(a, &w, c)
	}
	e.plan(a, &w, c.now)
}

// plan notes when to look at the account next.
func (e *Engine) plan(a *account, w *weight, now int64) {
	a.due, a.heard, a.measure = w.next, w.heard, w.measure
	a.counts, a.success = w.counts, w.success
	if a.condition != nil {
		a.due = min(a.due, e.deadline(a.condition, a, w, now))
	}
	if w.gone {
		rests := e.rests(a.condition)
		if rests <= now {
			e.close(a)
			return
		}
		a.due = min(a.due, rests)
	}
	a.due = max(a.due, now+1) // one that lies back would come again for ever
	e.enqueue(a)
}

// rests is from when on nothing depends on a condition any more: it has ended,
// and no raise of it counts for flapping.
func (e *Engine) rests(n *condition) int64 {
	switch {
	case n == nil:
		return longAgo
	case n.raised || n.stated || n.held:
		return never
	case len(n.recent) == 0:
		return longAgo
	}
	return after(n.recent[len(n.recent)-1], e.rules.Flapping.Within)
}

// judge takes the one way a condition goes: end, raise, end held back, update.
func (e *Engine) judge(a *account, w *weight, c cause) {
	n := a.condition
	if n.raised {
		n.news = n.news || !c.deadline || w.counts != n.counts
		n.counts = w.counts
		if w.lasts {
			n.lapsed = never
		} else {
			n.lapsed = min(n.lapsed, c.now)
		}
		if kind := e.ends(n, a, w, c.now); kind != 0 {
			e.end(a, kind, c)
		}
	}
	if !n.raised && w.holds {
		e.raise(a, w, c)
	}
	if n.raised && c.now > after(n.at, e.rules.Lateness) {
		a.win.drop()
	}
	if n.held && c.now >= n.until {
		e.stateEnd(a, n.kind, n.until)
	}
	if n.raised && n.stated && n.news && !e.opts.Replay && c.now >= after(n.saidAt, refreshed) {
		n.updates++
		n.news = false
		e.state(a, Updated, e.instant(a, c))
	}
}

// ends says how a raised condition ends now, or 0.
func (e *Engine) ends(n *condition, a *account, w *weight, now int64) ChangeKind {
	r := &e.list[a.rule]
	switch {
	case w.refuted && now <= after(n.at, e.rules.Lateness):
		return Withdrawn
	case w.lasts:
		return 0
	case w.ending != 0:
		return w.ending
	case w.success > n.at:
		return Cleared
	case r.line, r.expire > 0 && now >= after(w.heard, r.expire):
		return Expired
	}
	return 0
}

// raise begins an episode.
func (e *Engine) raise(a *account, w *weight, c cause) {
	n := a.condition
	n.raised, n.measure, n.lapsed, n.counts = true, w.measure, never, w.counts
	if n.at = e.instant(a, c); !c.deadline {
		n.at = max(n.at, w.since)
		if d, ok := a.win.(dated); ok {
			n.at = max(n.at, d.heldSince(n.at))
		}
	}
	a.win.keep(n.at, c.now)
	if n.stated { // it flaps: the calm is broken, and that is all
		n.held = false
		return
	}
	n.stated, n.statedAt = true, n.at
	n.episode++
	e.state(a, Raised, n.at)
	if e.flaps(n) {
		n.flapping = true
		e.state(a, FlappingHeld, n.at)
	}
}

// flaps notes the raise and reports whether too many came lately.
func (e *Engine) flaps(n *condition) bool {
	f := &e.rules.Flapping
	lately := n.recent[:0]
	for _, at := range n.recent {
		if at > n.at-int64(f.Within) {
			lately = append(lately, at)
		}
	}
	n.recent = append(lately, n.at)
	return f.Raises > 0 && len(n.recent) >= f.Raises
}

// end ends the episode, and states it unless the condition flaps.
func (e *Engine) end(a *account, kind ChangeKind, c cause) {
	n := a.condition
	at := max(e.instant(a, c), n.at)
	if kind == Withdrawn {
		at = n.at
	}
	n.raised = false
	a.win.drop()
	if !n.flapping {
		e.stateEnd(a, kind, at)
		return
	}
	if kind != Withdrawn || n.at == n.statedAt {
		n.kind = kind
	}
	n.lapsed = min(n.lapsed, c.now)
	n.held, n.until = true, max(c.now, after(n.lapsed, e.rules.Flapping.Calm))
}

func (e *Engine) stateEnd(a *account, kind ChangeKind, at int64) {
	n := a.condition
	e.state(a, kind, at)
	n.stated, n.flapping, n.held = false, false, false
}

// instant is the `at` of a change: the deadline that made it so, or the latest
// event time among the signals counted.
func (e *Engine) instant(a *account, c cause) int64 {
	if c.deadline {
		return c.at
	}
	return max(c.at, a.win.evidence(a.condition.measure, c.at).last)
}

// deadline is when the condition itself has something to do.
func (e *Engine) deadline(n *condition, a *account, w *weight, now int64) int64 {
	next := never
	consider := func(at int64) {
		if at > now {
			next = min(next, at)
		}
	}
	if n.held {
		consider(n.until)
	}
	if n.raised {
		consider(after(n.at, e.rules.Lateness) + 1) // nothing withdraws it any more
		if d := e.list[a.rule].expire; d > 0 {
			consider(after(w.heard, d))
		}
		if n.stated && n.news && !e.opts.Replay {
			consider(after(n.saidAt, refreshed))
		}
	}
	return next
}

func (n *condition) code(c *coder) {
	for _, v := range []*bool{&n.raised, &n.stated, &n.flapping, &n.held, &n.news} {
		c.flag(v)
	}
	for _, v := range []*int64{&n.at, &n.lapsed, &n.statedAt, &n.episode, &n.until, &n.saidAt, &n.updates} {
		c.int(v)
	}
	c.size(&n.counts)
	c.text(&n.name)
	c.small(&n.measure)
	c.small((*uint8)(&n.kind))
	l := c.length(len(n.recent))
	if c.reading {
		n.recent = make([]int64, l)
	}
	for i := range n.recent {
		c.int(&n.recent[i])
	}
}
