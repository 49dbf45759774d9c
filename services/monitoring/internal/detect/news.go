package detect

import (
	"cmp"
	"slices"
)

// news is what launches know of the conditions that may block them: those of
// this engine, told at once, and those of the platform where another engine
// evaluates it (KindCondition).
//
// It holds one entry for each such condition that stands raised, and for each
// of the platform's that was ever told; and the launches there are.
type news struct {
	reasons []string // that block, in the policy's order
	rule    uint8    // the number of the rule that hears
	scope   uint32   // the name of the platform's scope

	conditions map[uint32][]raised // by tenant, 0: the platform's
	launches   map[uint32][]address
	stirred    []address // launches to be looked at when this step is over
}

// A blocker is one condition that may block launches.
type blocker struct {
	platform bool // it is the platform's, not the launch's own tenant's
	reason   uint8
	subject  uint32
}

// raised is a blocker as it stands.
type raised struct {
	blocker
	at       int64  // of the raise
	stands   bool   // it is raised, not only known
	position uint64 // of the last thing told of it; 0: it is this engine's own
}

// listen makes ready to hear which conditions of the list block launches.
func (e *Engine) listen() {
	n := &news{scope: e.platform, conditions: map[uint32][]raised{}, launches: map[uint32][]address{}}
	for _, id := range e.rules.Launches.BlockedBy {
		n.reasons = append(n.reasons, string(id))
	}
	for i := range e.list {
		if e.list[i].hears {
			n.rule = uint8(i)
		}
	}
	e.news = n
}

// enlist notes that there is a launch.
func (n *news) enlist(tenant, program uint32) {
	where := address{rule: n.rule, scope: tenant, subject: program}
	if tenant == 0 {
		where.scope = n.scope
	}
	n.launches[tenant] = append(n.launches[tenant], where)
}

// blocking is how many conditions block launches of the tenant, and when the
// last of them was raised.
func (n *news) blocking(tenant uint32) (count int, last int64) {
	last = longAgo
	n.each(tenant, func(r *raised) {
		count++
		last = max(last, r.at)
	})
	return count, last
}

// blockers are the conditions that block launches of the tenant.
func (n *news) blockers(tenant uint32) (list []blocker) {
	n.each(tenant, func(r *raised) { list = append(list, r.blocker) })
	return list
}

func (n *news) each(tenant uint32, visit func(*raised)) {
	scopes := [...]uint32{0, tenant}
	for i, scope := range scopes {
		if i > 0 && scope == 0 {
			return
		}
		list := n.conditions[scope]
		for k := range list {
			if list[k].stands {
				visit(&list[k])
			}
		}
	}
}

// entry finds what is known of a blocker, which is made known if it is not.
func (n *news) entry(tenant uint32, b blocker) *raised {
	list := n.conditions[tenant]
	i := slices.IndexFunc(list, func(r raised) bool { return r.blocker == b })
	if i < 0 {
		i = len(list)
		n.conditions[tenant] = append(list, raised{blocker: b, at: longAgo})
	}
	return &n.conditions[tenant][i]
}

// post tells the launches that this engine has stated a change of a condition.
func (e *Engine) post(a *account, kind ChangeKind, at int64) {
	reason := slices.Index(e.news.reasons, e.list[a.rule].reason)
	if reason < 0 || kind == Updated || kind == FlappingHeld {
		return
	}
	tenant := a.scope
	if a.scope == e.platform {
		tenant = 0
	}
	b := blocker{platform: tenant == 0, reason: uint8(reason), subject: a.subject}
	r := e.news.entry(tenant, b)
	r.at, r.stands = at, kind == Raised
	if !r.stands && r.position == 0 {
		list := e.news.conditions[tenant]
		e.news.conditions[tenant] = slices.DeleteFunc(list, func(r raised) bool { return r.blocker == b })
	}
	e.tell(tenant, kind, b, at)
}

// told takes in what another engine has stated of a condition of the platform.
func (e *Engine) told(in *input) fate {
	reason := slices.Index(e.news.reasons, in.News.Reason)
	if reason < 0 || in.News.Change == Updated || in.News.Change == FlappingHeld {
		return unread
	}
	b := blocker{platform: true, reason: uint8(reason), subject: e.names.id(in.News.Subject)}
	r := e.news.entry(0, b)
	stands := in.News.Change == Raised
	if p := in.News.Position; p < r.position || p == r.position && r.at == in.at && r.stands == stands {
		return repeated
	}
	r.at, r.stands, r.position = in.at, stands, in.News.Position
	e.tell(0, in.News.Change, b, in.at)
	e.spread(cause{now: in.now, at: in.at})
	return counted
}

// tell lets the launches of a tenant, or of all for the platform's, hear a change.
func (e *Engine) tell(tenant uint32, kind ChangeKind, b blocker, at int64) {
	for of, list := range e.news.launches {
		if tenant != 0 && of != tenant {
			continue
		}
		for _, where := range list {
			e.account(where).win.(*launchWindow).hear(kind, b, at)
			e.news.stirred = append(e.news.stirred, where)
		}
	}
}

// read gives the signal to every window that reads it, or to the launches.
func (e *Engine) read(in *input) fate {
	if in.Kind == KindCondition {
		return e.told(in)
	}
	f := e.give(in)
	e.spread(cause{now: in.now, at: in.at})
	return f
}

// hears reports whether the launches of this engine are told of other engines'
// conditions: one that evaluates the platform itself knows them already.
func (e *Engine) hears(s *Signal) bool {
	return s.Kind == KindCondition && e.opts.Scopes == Tenants
}

// stir has an account that hears looked at when the step is over.
func (e *Engine) stir(a *account) {
	e.news.stirred = append(e.news.stirred, a.address)
}

// spread settles the launches that were stirred: when all conditions of the
// step are as they are, and in one order.
func (e *Engine) spread(c cause) {
	if len(e.news.stirred) == 0 {
		return
	}
	list := make([]*account, len(e.news.stirred))
	for i, where := range e.news.stirred {
		list[i] = e.account(where)
	}
	e.news.stirred = e.news.stirred[:0]
	slices.SortFunc(list, e.compareAccounts)
	for _, a := range slices.Compact(list) {
		e.settle(a, c)
	}
}

// Reminders gives the signals that still count however long ago they were said:
// an input that does not hold them any more has to be told again. Those are the
// launches whose time has not passed.
func (e *Engine) Reminders(each func(Signal)) {
	for tenant, list := range e.news.launches {
		for _, where := range list {
			w := e.account(where).win.(*launchWindow)
			if e.clock.now >= w.stands.closes(w.numbers) {
				continue
			}
			each(Signal{
				Source: e.names.all[w.stands.mark.source], ID: w.stands.mark.id, Tenant: e.names.all[tenant],
				At: timeOf(w.stands.at), Kind: KindLaunch,
				Launch: Launch{Program: e.names.all[w.program], StartsAt: timeOf(w.stands.starts)},
			})
		}
	}
}

func with(list []blocker, b blocker) []blocker {
	if slices.Contains(list, b) {
		return list
	}
	return append(list, b)
}

func without(list []blocker, b blocker) []blocker {
	return slices.DeleteFunc(list, func(o blocker) bool { return o == b })
}

// compareBlockers orders blockers in a way that is the same after a restart.
func (n *names) compareBlockers(a, b blocker) int {
	return cmp.Or(
		cmp.Compare(flag(a.platform), flag(b.platform)),
		cmp.Compare(a.reason, b.reason),
		cmp.Compare(n.all[a.subject], n.all[b.subject]),
	)
}

// code writes or reads the conditions; the launches are in their own windows.
func (n *news) code(c *coder) {
	var tenants []uint32
	for tenant := range n.conditions {
		if len(n.conditions[tenant]) > 0 {
			tenants = append(tenants, tenant)
		}
	}
	slices.SortFunc(tenants, func(a, b uint32) int { return cmp.Compare(c.names.all[a], c.names.all[b]) })
	for i := range c.length(len(tenants)) {
		var tenant uint32
		if !c.reading {
			tenant = tenants[i]
		}
		c.name(&tenant)
		list := slices.Clone(n.conditions[tenant])
		slices.SortFunc(list, func(a, b raised) int { return c.names.compareBlockers(a.blocker, b.blocker) })
		l := c.length(len(list))
		if c.reading {
			list = make([]raised, l)
			n.conditions[tenant] = list
		}
		for k := range list {
			list[k].code(c)
		}
	}
}

func (r *raised) code(c *coder) {
	r.blocker.code(c)
	c.int(&r.at)
	c.flag(&r.stands)
	position := int64(r.position)
	c.int(&position)
	r.position = uint64(position)
}

func (b *blocker) code(c *coder) {
	c.flag(&b.platform)
	c.small(&b.reason)
	c.name(&b.subject)
}

func codeBlockers(c *coder, n *names, blocks *[]blocker) {
	list := slices.Clone(*blocks)
	slices.SortFunc(list, n.compareBlockers)
	l := c.length(len(list))
	if c.reading {
		list = make([]blocker, l)
		*blocks = list
	}
	for i := range list {
		list[i].code(c)
	}
}
