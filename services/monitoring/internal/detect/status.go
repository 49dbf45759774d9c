package detect

import "slices"

// Status tells how the rules stand in one scope, by reason and subject. Scopes
// of which nothing was heard have no standings. It changes nothing.
func (e *Engine) Status(scope string) []Standing {
	id, ok := e.names.known(scope)
	if !ok {
		return nil
	}
	var list []*account
	e.accounts.each(func(a *account) {
		if a.scope == id {
			list = append(list, a)
		}
	})
	slices.SortFunc(list, e.compareAccounts)
	out := make([]Standing, len(list))
	for i, a := range list {
		out[i] = e.standing(a)
	}
	return out
}

func (e *Engine) standing(a *account) Standing {
	st := Standing{
		Reason:  e.list[a.rule].reason,
		Scope:   e.names.all[a.scope],
		Subject: e.names.all[a.subject],
		HeardAt: timeOf(a.heard),
	}
	a.quiet()
	measure := a.win.weigh(e.clock.now).measure
	if n := a.condition; n != nil && n.stated {
		st.Raised, st.Flapping, st.RaisedAt = true, n.flapping, timeOf(n.statedAt)
		measure = n.measure
	}
	ev := a.win.evidence(measure, never)
	st.Value, st.Threshold, st.Window = ev.value, ev.threshold, ev.window
	st.FirstAt, st.LastAt = timeOf(ev.first), timeOf(ev.last)
	return st
}
