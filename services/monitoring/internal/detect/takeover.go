package detect

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// TakeOver makes the engine go on where another has stopped: one of another
// version or policy, or itself before a part of its input was lost. Standing is
// what the other has stated and not ended, as it stated it last; since is when
// the first thing was stored that this engine has read. It gives what is to be
// said for the two to agree:
//
//   - what stands with both goes on under its episode, and nothing is said;
//   - what stands here alone is raised;
//   - what stands there alone, and counts only what this engine has read, is withdrawn;
//   - what counts older things stands on, until the rules end it as they would their own;
//   - what no rule here knows would never end: it expires.
//
// The changes' ids are derived from the cause too, and those of all later ones
// lie beyond what the other may have given, so that no turn, back or forth, says
// any again.
func (e *Engine) TakeOver(standing []Change, since time.Time, cause string) []Change {
	e.said = nil
	standing = slices.Clone(standing)
	slices.SortFunc(standing, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Subject, b.Subject))
	})
	theirs := map[*account]bool{}
	for i := range standing {
		theirs[e.inherit(&standing[i], since, cause)] = true
	}
	e.inheritLaunches(theirs)
	var ours []*account
	e.eachAccount(0, e.Watched(), func(a *account) {
		if a.condition == nil {
			return
		}
		a.condition.episode += beyond
		a.condition.updates += beyond
		if a.condition.stated && !theirs[a] {
			ours = append(ours, a)
		}
	})
	slices.SortFunc(ours, e.compareAccounts)
	for _, a := range ours {
		e.stateAgain(a, cause)
	}
	return e.said
}

// beyond is more episodes, and more updates, than a condition has between two turns.
const beyond = 1 << 24

// inherit goes on with what another has stated, and gives the account that does;
// nil if none does.
func (e *Engine) inherit(c *Change, since time.Time, turn string) *account {
	where, ok := e.addressOf(c)
	if !ok {
		e.endTheirs(c, Expired, timeOf(e.clock.now), turn)
		return nil
	}
	a := e.account(where)
	switch {
	case a.condition != nil && a.condition.stated:
		a.condition.name = c.Episode
	case !c.FirstAt.IsZero() && !c.FirstAt.Before(since) && !e.list[a.rule].hears:
		e.endTheirs(c, Withdrawn, c.At, turn)
	default:
		if a.condition == nil {
			a.condition = &condition{}
		}
		n, at := a.condition, c.At.UnixNano()
		n.raised, n.at, n.stated, n.statedAt, n.name, n.lapsed, n.saidAt = true, at, true, at, c.Episode, e.clock.now, e.clock.now
		n.episode++
		e.post(a, Raised, at)
		if e.list[a.rule].hears {
			e.stir(a) // it goes by the others
			break
		}
		e.settle(a, cause{now: e.clock.now, at: e.clock.now, deadline: true})
	}
	return a
}

// inheritLaunches looks at the launches once what may block them has been
// inherited. Those that stand here alone are raised with all others.
func (e *Engine) inheritLaunches(theirs map[*account]bool) {
	said := e.said
	e.said = nil
	e.spread(cause{now: e.clock.now, at: e.clock.now, deadline: true})
	for i := range e.said {
		if where, ok := e.addressOf(&e.said[i]); ok && theirs[e.account(where)] {
			said = append(said, e.said[i])
		}
	}
	e.said = said
}

// addressOf is where the rule stands that states such a condition.
func (e *Engine) addressOf(c *Change) (address, bool) {
	for i := range e.list {
		if e.list[i].reason == c.Reason && (e.list[i].subject != nil || c.Subject == "") {
			where := address{rule: uint8(i), scope: e.names.id(c.Scope)}
			if e.list[i].subject != nil {
				where.subject = e.names.id(c.Subject)
			}
			return where, true
		}
	}
	return address{}, false
}

// endTheirs ends a condition that stands with the other alone.
func (e *Engine) endTheirs(c *Change, kind ChangeKind, at time.Time, cause string) {
	end := *c
	end.ID, end.Change, end.At, end.DetectedAt = derived(c.Episode, kind, cause), kind, at, timeOf(e.clock.stamp)
	end.Value, end.Tenants, end.People, end.Evidence, end.FirstAt = 0, 0, 0, nil, time.Time{}
	e.said = append(e.said, end)
}

// stateAgain states the raise of a condition that stands here alone.
func (e *Engine) stateAgain(a *account, cause string) {
	n := a.condition
	from := len(e.said)
	n.episode++
	e.state(a, Raised, n.statedAt)
	if n.flapping {
		e.state(a, FlappingHeld, n.statedAt)
	}
	for i := range e.said[from:] {
		c := &e.said[from+i]
		c.ID = derived(c.ID, c.Change, cause)
		if c.Change == Raised {
			n.name = c.ID
		}
		c.Episode = n.name
	}
}

// derived is the id of a change that a turn makes.
func derived(id string, kind ChangeKind, cause string) string {
	sum := sha256.Sum256(append(appendText(appendText(nil, id), cause), byte(kind)))
	return hex.EncodeToString(sum[:16])
}
