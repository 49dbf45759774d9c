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
	win       window
	condition *condition // nil until the first raise
	due       int64      // the next deadline
	queued    int64      // the instant under which it stands in the engine's agenda
	heard     int64      // event time of the last relevant signal
	measure   uint8      // what to show while nothing is raised
	counts    int        // how much was counted when it was last weighed
	success   int64      // event time of the last success, as known then
}

// account gives the account at an address.
func (e *Engine) account(where address) *account {
	if a := e.accounts[where]; a != nil {
		return a
	}
	return e.open(where)
}

func (e *Engine) open(where address) *account {
	a := &account{address: where, due: never, queued: never, heard: longAgo}
	a.win = e.list[where.rule].open(e.house, where.scope == e.platform)
	e.accounts[where] = a
	e.opened = append(e.opened, a)
	return a
}

// enqueue sees to it that the account is looked at when its deadline comes.
func (e *Engine) enqueue(a *account) {
	if a.due < a.queued {
		a.queued = a.due
		e.due.push(a.due, a)
	}
}
