package detect

import (
	"cmp"
	"slices"
	"time"

	"tocsin/pkg/policy"
)

// An Engine runs the rules over one ordered input.
type Engine struct {
	house
	opts     Options
	list     []rule
	platform uint32 // the name of the platform's scope
	clock    clock
	memory   memory
	ahead    waiting
	accounts accounts
	due      agenda[*account]
	falling  []*account // those that fall due at one instant; reused
	sum      Summary
	named    map[uint32]int // how many tenants a source was the first to name
	frozen   int            // the size of the last snapshot's greatest part
	said     []Change
	current  input    // the signal that is read; reused
	source   struct { // the newest
		name   string
		number uint32
	}
	byKind [numKinds][]uint8 // the rules that may read a kind, in their order
}

// New returns an engine that has read nothing.
func New(rules policy.Rules, opts Options) *Engine {
	e := &Engine{
		house:  house{names: newNames(), marks: &marks{}, rules: &rules},
		opts:   opts,
		clock:  clock{gap: int64(rules.Gap), replay: opts.Replay, stamp: longAgo, now: longAgo},
		memory: newMemory(&rules),
		named:  map[uint32]int{},
	}
	if e.opts.TenantsPerSource == 0 {
		e.opts.TenantsPerSource = manyTenants
	}
	e.list = slices.DeleteFunc(rulesOf(&rules), func(r rule) bool { return rules.Off[policy.ReasonID(r.reason)] })
	for i := range e.list {
		for kind := range numKinds {
			if e.list[i].kinds == nil || slices.Contains(e.list[i].kinds, kind) {
				e.byKind[kind] = append(e.byKind[kind], uint8(i))
			}
		}
	}
	e.platform = e.names.id(platformScope)
	e.listen()
	return e
}

// Apply lets the clock reach the input's stamp, then reads one signal. The
// changes come in the order in which they were made, those of one instant by
// scope, reason and subject.
func (e *Engine) Apply(s Signal, stamp time.Time) ([]Change, []Refusal) { return e.Read(&s, stamp) }

// Read is Apply for a signal, and texts of it, that last only as long as the
// call: the engine copies what it keeps.
func (e *Engine) Read(s *Signal, stamp time.Time) ([]Change, []Refusal) {
	e.said = nil
	e.sum.Read++
	if reason := e.refuses(s, stamp); reason != 0 {
		e.clock.tell(stampOf(stamp))
		e.pass()
		return e.said, []Refusal{e.refuse(s, reason)}
	}
	e.clock.reach(stampOf(stamp), s.At.UnixNano())
	e.pass()
	f := e.admit(s)
	e.pass()
	switch f {
	case counted:
		e.sum.Counted++
	case repeated:
		e.sum.Duplicates++
	case unread:
		e.sum.Ignored++
	case stale:
		return e.said, []Refusal{e.refuse(s, Late)}
	case conflicting:
		return e.said, []Refusal{e.refuse(s, Conflicting)}
	case crowded:
		return e.said, []Refusal{e.refuse(s, Crowded)}
	}
	return e.said, nil
}

// admit reads a signal now, or when the clock reaches it.
func (e *Engine) admit(s *Signal) fate {
	in := e.input(s, e.clock.now)
	if !in.admitted {
		return crowded
	}
	if len(in.readers) == 0 && !e.hears(s) {
		return unread
	}
	if f := e.recall(in); f != unread {
		return f
	}
	if in.at > in.now {
		return e.hold(in)
	}
	return e.read(in)
}

// Advance lets the clock reach the stamp of a tick.
func (e *Engine) Advance(stamp time.Time) []Change {
	e.said = nil
	e.clock.tick(stampOf(stamp))
	e.pass()
	return e.said
}

// Summary counts what became of the signals read since New or Restore.
func (e *Engine) Summary() Summary { return e.sum }

// refuses says why no rule may see the signal, or 0.
func (e *Engine) refuses(s *Signal, stamp time.Time) RefusalReason {
	switch {
	case s.Tenant == platformScope || s.Tenant == "_":
		return Reserved
	case !inRange(s.At) || !inRange(s.stated()):
		return OutOfRange
	case s.At.UnixNano() > max(stampOf(stamp), e.clock.stamp)+int64(e.rules.Ahead):
		return Ahead
	}
	return 0
}

// stated is the other time that a signal states, or its own.
func (s *Signal) stated() time.Time {
	switch {
	case s.Kind == KindReportRun && !s.Report.DueAt.IsZero():
		return s.Report.DueAt
	case s.Kind == KindLaunch:
		return s.Launch.StartsAt
	case s.Kind == KindTicket:
		return s.Ticket.MovedAt
	}
	return s.At
}

func (e *Engine) refuse(s *Signal, reason RefusalReason) Refusal {
	switch reason {
	case Late:
		e.sum.Late++
	case Ahead:
		e.sum.Ahead++
	case Conflicting:
		e.sum.Conflicting++
	default:
		e.sum.Invalid++
	}
	return Refusal{Source: s.Source, ID: s.ID, Tenant: s.Tenant, At: s.At, Reason: reason}
}

// give gives the signal to every window that reads it, and weighs those anew.
func (e *Engine) give(in *input) fate {
	f := unread
	for _, r := range in.readers {
		if e.list[r.rule].timely && in.at < in.now-int64(e.rules.Lateness) {
			f = max(f, stale)
			continue
		}
		a := e.account(r)
		got := a.win.take(in)
		if got == conflicting {
			return got
		}
		f = max(f, got)
		if got == counted {
			e.look(a, in)
		}
	}
	return f
}

// readers lists where the signal is read: by which rules, in which scopes.
func (e *Engine) readers(in *input, list []address) []address {
	if in.Kind >= numKinds {
		return list
	}
	for _, i := range e.byKind[in.Kind] {
		reads := e.list[i].reads
		tenants := e.opts.Scopes != Platform && in.tenant != 0 && (reads == nil || reads(in.Signal, false))
		platform := e.opts.Scopes != Tenants && (reads == nil || reads(in.Signal, true))
		if !tenants && !platform {
			continue
		}
		where := address{rule: i}
		if subject := e.list[i].subject; subject != nil {
			where.subject = e.names.id(subject(in.Signal))
		}
		if tenants {
			where.scope = in.tenant
			list = append(list, where)
		}
		if platform {
			where.scope = e.platform
			list = append(list, where)
		}
	}
	return list
}

// pass lets come what the clock has reached, instant by instant: deadlines,
// then the signals that waited for it.
func (e *Engine) pass() {
	for {
		due, ahead := e.due.first(), e.ahead.first()
		if min(due, ahead) > e.clock.now {
			return
		}
		if due <= ahead {
			e.fallDue(due)
			continue
		}
		in := e.ahead.pop()
		in.now = in.at
		e.read(&in)
	}
}

// fallDue settles all accounts that have a deadline at the instant.
func (e *Engine) fallDue(at int64) {
	now := e.falling[:0]
	for e.due.first() == at {
		a := e.due.pop()
		if a.queued != at {
			continue // an earlier instant took its place and has come already
		}
		a.queued = never
		if a.due == at {
			now = append(now, a)
		} else {
			e.enqueue(a)
		}
	}
	e.falling = now
	slices.SortFunc(now, e.compareAccounts)
	c := cause{now: at, at: at, deadline: true}
	for _, a := range now {
		if e.list[a.rule].hears {
			e.stir(a)
			continue
		}
		if w := a.quiet(); w != nil {
			e.sweep(a, w, at)
			continue
		}
		e.settle(a, c)
	}
	e.spread(c)
}

func (e *Engine) compareAccounts(a, b *account) int {
	return cmp.Or(
		cmp.Compare(e.names.all[a.scope], e.names.all[b.scope]),
		cmp.Compare(e.list[a.rule].reason, e.list[b.rule].reason),
		cmp.Compare(e.names.all[a.subject], e.names.all[b.subject]),
	)
}
