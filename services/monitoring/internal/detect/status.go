package detect

import (
	"slices"
	"time"
)

// A Standing is how one rule stands in one scope: what a board shows. It is
// Raised, or Near, or Undetermined, or none of these.
type Standing struct {
	Reason    string
	Scope     string
	Subject   string
	Counts    string // what Value is a number of: people, runs, …; empty: not known
	Value     int
	Threshold int
	More      int // how many more would bring Value over the line; 0: it is there
	Window    time.Duration
	Tenants   int
	People    int

	Raised   bool
	Flapping bool
	// Near: enough is counted for the evidence to be kept, and no success of the
	// window speaks against it.
	Near bool
	// Undetermined: it was heard of before, and nothing for so long that it says
	// nothing of now.
	Undetermined   bool
	UndeterminedAt time.Time // since when; zero if it is not
	RaisedAt       time.Time // zero if not raised
	HeardAt        time.Time // event time of the last relevant signal
	FirstAt        time.Time // first and last event time counted; zero if none
	LastAt         time.Time
}

const (
	// silent is after how long without a signal a rule with a clearing line, whose
	// conditions never wait for one, is undetermined; others are when they expire.
	silent = 24 * time.Hour
	// gone is after how long without a signal nobody expects one any more.
	gone = 7 * 24 * time.Hour
)

// Status tells how the rules stand in one scope, by reason and subject. Scopes
// of which nothing was heard have no standings. It changes nothing.
func (e *Engine) Status(scope string) []Standing {
	id, ok := e.names.known(scope)
	if !ok {
		return nil
	}
	var list []*account
	for _, a := range e.accounts.opened {
		if a.scope == id {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, e.compareAccounts)
	out := make([]Standing, len(list))
	for i, a := range list {
		out[i] = e.standing(a)
	}
	return out
}

// Standing tells how one rule stands, and whether anything was heard for it. It
// changes nothing.
func (e *Engine) Standing(scope, reason, subject string) (Standing, bool) {
	in, known := e.names.known(scope)
	about, named := e.names.known(subject)
	for i := range e.list {
		a := e.accounts.find(address{uint8(i), in, about})
		if known && named && a != nil && e.list[i].reason == reason {
			return e.standing(a), true
		}
	}
	return Standing{}, false
}

// Standings tells how at most n rules stand, from the place `from` on, and
// gives the place to go on from: 0 after the last. Those of which nothing can be
// worth showing are passed over unless all are asked for. It changes nothing.
//
// A round over a million costs a part of a second: ask for some thousands at a
// time, so that reading never waits. What is opened on the way comes in the same
// round, and each comes once.
func (e *Engine) Standings(from, n int, each func(Standing)) (next int) {
	next = e.eachAccount(from, n, func(a *account) {
		if e.interesting(a) {
			each(e.standing(a))
		}
	})
	return next
}

// Watched is how many rules are watched, counted per scope and subject.
func (e *Engine) Watched() int { return len(e.accounts.opened) }

// eachAccount visits at most n accounts from a place on, and gives the next place, 0 at the end.
func (e *Engine) eachAccount(from, n int, visit func(*account)) int {
	to := min(from+n, len(e.accounts.opened))
	for _, a := range e.accounts.opened[min(from, to):to] {
		visit(a)
	}
	if to == len(e.accounts.opened) {
		return 0
	}
	return to
}

// interesting rules out cheaply what is calm: most accounts are.
func (e *Engine) interesting(a *account) bool {
	if w := a.quiet(); w != nil {
		a.counts = w.counts()
	}
	if a.condition != nil && a.condition.stated || e.undetermined(a) {
		return true
	}
	for _, f := range e.figures(a) {
		if f.apart || a.counts >= max(1, f.from) && !e.spokenAgainst(a, f) {
			return true
		}
	}
	return false
}

// undetermined says that an account was heard of, and not for too long.
func (e *Engine) undetermined(a *account) bool {
	silence := e.silence(a)
	return silence > 0 && a.heard != longAgo && e.clock.now >= a.heard+int64(silence) && e.clock.now < a.heard+int64(max(gone, 2*silence))
}

// silence is how long an account may hear nothing; 0: for ever.
func (e *Engine) silence(a *account) time.Duration {
	r := &e.list[a.rule]
	if r.line {
		return silent
	}
	return r.expire
}

// spokenAgainst says that a success in the window keeps the rule from holding.
func (e *Engine) spokenAgainst(a *account, f figure) bool {
	return f.window > 0 && a.success != longAgo && a.success > e.clock.now-int64(f.window)
}

func (e *Engine) standing(a *account) Standing {
	st := Standing{
		Reason:  e.list[a.rule].reason,
		Scope:   e.names.all[a.scope],
		Subject: e.names.all[a.subject],
		HeardAt: timeOf(a.heard),
	}
	e.refresh(a)
	var ev evidence
	var f figure
	if n := a.condition; n != nil && n.stated {
		st.Raised, st.Flapping, st.RaisedAt = true, n.flapping, timeOf(n.statedAt)
		ev, f = a.win.evidence(n.measure, e.clock.now), e.figure(a, n.measure)
	} else {
		ev, f = e.nearest(a)
	}
	st.Counts, st.Value, st.Threshold, st.Window = f.of, ev.value, ev.threshold, ev.window
	st.FirstAt, st.LastAt = timeOf(ev.first), timeOf(ev.last)
	st.Tenants, st.People = ev.tenants, ev.people
	line := st.Threshold
	if e.list[a.rule].line {
		line++ // it has to be passed, not met
	}
	st.More = max(0, line-st.Value)
	switch {
	case st.Raised:
	case e.undetermined(a):
		st.Undetermined, st.UndeterminedAt = true, timeOf(a.heard+int64(e.silence(a)))
	case st.Value > 0 && st.Threshold > 0 && st.Value*100 >= st.Threshold*e.rules.KeepFrom:
		st.Near = !e.spokenAgainst(a, f)
	}
	return st
}

// nearest is the evidence of the measure that is nearest to its threshold, of
// those that nothing speaks against if there are any.
func (e *Engine) nearest(a *account) (evidence, figure) {
	measure := a.measure
	best := a.win.evidence(measure, e.clock.now)
	for m, f := range e.figures(a) {
		if uint8(m) == measure {
			continue
		}
		ev := a.win.evidence(uint8(m), e.clock.now)
		free, was := !e.spokenAgainst(a, f), !e.spokenAgainst(a, e.figure(a, measure))
		if free && !was || free == was && ev.value*best.threshold > best.value*ev.threshold {
			best, measure = ev, uint8(m)
		}
	}
	return best, e.figure(a, measure)
}

// A figure says what a board needs to know of a measure's value.
type figure struct {
	of string // what it is a number of: people, runs, …
	// window: a success within it keeps the rule from holding; 0: none does.
	window time.Duration
	// from is how much the weight counts at least where the value is near; 0: not known.
	from int
	// apart: it may be above zero where the weight counts nothing.
	apart bool
}

// figures are those of an account's measures.
func (e *Engine) figures(a *account) []figure {
	if list := e.list[a.rule].figures; list != nil {
		return list
	}
	return unknownFigures[:]
}

// unknownFigures stand for a rule that says nothing of its measures.
var unknownFigures = [...]figure{{apart: true}}

// figure is that of one measure.
func (e *Engine) figure(a *account, measure uint8) figure {
	if list := e.figures(a); int(measure) < len(list) {
		return list[measure]
	}
	return figure{}
}
