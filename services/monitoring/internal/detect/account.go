package detect

// platformScope is the scope of all tenants together.
const platformScope = "platform"

// An address is where an account stands: one rule, one scope, one subject.
type address struct {
	rule    uint8
	scope   uint32
	subject uint32
}

// An account is one rule's window in one scope, and the condition it may raise.
type account struct {
	address
	measure   uint8 // what to show while nothing is raised
	win       window
	condition *condition // nil until the first raise
	due       int64      // the next deadline
	queued    int64      // the instant under which it stands in the engine's agenda
	heard     int64      // event time of the last relevant signal
	counts    int        // how much was counted when it was last weighed
	success   int64      // event time of the last success, as known then
	place     int        // among all that were opened
}

// accounts are found by address: those of rules without subjects lie beside
// each other by scope and rule, since most signals want them.
type accounts struct {
	scopes  [][]*account // by the scope's name, then by rule; nil where there is none
	special map[address]*account
	opened  []*account // all, in the order in which they were opened; the last takes the place of one that is closed
	room    []account  // for the next ones: those of a scope come to lie beside each other
}

func (l *accounts) find(where address) *account {
	if where.subject != 0 {
		return l.special[where]
	}
	if int(where.scope) < len(l.scopes) {
		if rules := l.scopes[where.scope]; int(where.rule) < len(rules) {
			return rules[where.rule]
		}
	}
	return nil
}

// make gives room for one more.
func (l *accounts) make() *account {
	if len(l.room) == 0 {
		l.room = make([]account, 32)
	}
	a := &l.room[0]
	l.room = l.room[1:]
	return a
}

func (l *accounts) put(a *account) {
	a.place = len(l.opened)
	l.opened = append(l.opened, a)
	if a.subject != 0 {
		if l.special == nil {
			l.special = map[address]*account{}
		}
		l.special[a.address] = a
		return
	}
	for int(a.scope) >= len(l.scopes) {
		l.scopes = append(l.scopes, nil)
	}
	rules := l.scopes[a.scope]
	if int(a.rule) >= len(rules) {
		rules = append(make([]*account, 0, a.rule+1), rules...)[:a.rule+1]
		l.scopes[a.scope] = rules
	}
	rules[a.rule] = a
}

// remove forgets an account.
func (l *accounts) remove(a *account) {
	if a.subject != 0 {
		delete(l.special, a.address)
	} else {
		l.scopes[a.scope][a.rule] = nil
	}
	last := len(l.opened) - 1
	l.opened[a.place] = l.opened[last]
	l.opened[a.place].place = a.place
	l.opened[last] = nil
	l.opened = l.opened[:last]
}

// account gives the account at an address.
func (e *Engine) account(where address) *account {
	if a := e.accounts.find(where); a != nil {
		return a
	}
	return e.open(where)
}

func (e *Engine) open(where address) *account {
	a := e.accounts.make()
	*a = account{address: where, due: never, queued: never, heard: longAgo}
	a.win = e.list[where.rule].open(e.house, where.scope == e.platform)
	e.accounts.put(a)
	return a
}

// close forgets an account of which nothing is left to say; a signal opens it anew.
func (e *Engine) close(a *account) {
	e.accounts.remove(a)
	a.due, a.queued = never, never
}

// enqueue sees to it that the account is looked at when its deadline comes.
func (e *Engine) enqueue(a *account) {
	if a.due < a.queued {
		a.queued = a.due
		e.due.push(a.due, a)
	}
}

// quiet gives the account's window if nothing is raised there and nothing that
// holds in it need be looked for now; else nil.
func (a *account) quiet() calm {
	if n := a.condition; n != nil && (n.raised || n.stated || n.held) {
		return nil
	}
	if w, ok := a.win.(calm); ok && w.calm() {
		return w
	}
	return nil
}

// look weighs the account after a signal, unless it is quiet.
func (e *Engine) look(a *account, in *input) {
	w := a.quiet()
	if w == nil {
		e.settle(a, cause{now: in.now, at: in.at})
		return
	}
	a.heard = max(a.heard, in.at)
	if a.queued == never {
		e.sweep(a, w, in.now)
	}
}

// refresh brings up to date what an account shows.
func (e *Engine) refresh(a *account) {
	a.quiet()
	w := a.win.weigh(e.clock.now)
	a.heard, a.measure, a.counts, a.success = w.heard, w.measure, w.counts, w.success
}

func (e *Engine) sweep(a *account, w calm, now int64) {
	a.due = w.sweep(now)
	e.enqueue(a)
}
