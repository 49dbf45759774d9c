package classify

import (
	"slices"
	"strconv"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/text"
)

// correct lets fields beat words: what an agent set stands, what a customer or
// CSM set is a claim that counts where the words say nothing.
func (a *assessing) correct() {
	t, f, w := a.ticket, &a.out.Facts, a.words
	if t.Environment != "" && t.Environment != f.Environment {
		if t.EnvironmentBy == Agent && f.Environment != "" {
			a.contradict("environment", string(f.Environment), string(t.Environment), "field set by AGENT")
		}
		if t.EnvironmentBy == Agent || f.Environment == "" {
			f.Environment = t.Environment
			w.place = text.Place(t.Environment)
		}
	}
	if t.AffectedUsers == nil {
		return
	}
	n := *t.AffectedUsers
	if t.AffectedBy == Agent && f.AffectedUsers != nil && *f.AffectedUsers != n {
		a.contradict("affected_users", strconv.Itoa(*f.AffectedUsers), strconv.Itoa(n), "field set by AGENT")
	}
	if t.AffectedBy == Agent || f.AffectedUsers == nil {
		a.setCount(n)
	}
}

// setCount replaces the number of people hit.
func (a *assessing) setCount(n int) {
	a.out.Facts.AffectedUsers = &n
	if !a.words.count.Known || a.words.count.N != n {
		a.words.count = text.Count{Known: true, N: n, Large: a.words.count.Large}
	}
}

func (a *assessing) contradict(about, claimed, measured, source string) {
	a.out.Contradictions = append(a.out.Contradictions, Contradiction{about, claimed, measured, source})
}

// measure lets conditions beat words: one that is raised makes the reason that
// the words claim, in full or in part, hold; one that has ended since ends it.
func (a *assessing) measure() {
	for _, c := range a.conditions {
		if c.Scope != a.ticket.Tenant && c.Scope != Platform || c.ClaimedOnly {
			continue
		}
		claimed := slices.ContainsFunc(a.verdicts, func(v verdict) bool { return a.policy.SameFamily(v.reason, c.Reason) })
		if !claimed {
			continue
		}
		v := a.holding(c.Reason)
		switch {
		case !c.Raised:
			if v != nil && v.holds && !c.At.Before(a.noteAt(v.from.note)) {
				a.contradict(string(c.Reason), "holds", "ended at "+c.At.UTC().Format("2006-01-02T15:04:05Z07:00"), c.ID)
				v.holds, v.clear, v.stated, v.needed = false, true, "a fault that has ended", "a fault that lasts"
			}
		case v != nil:
			v.holds = true
			a.match(c)
		default:
			a.verdicts = merge(a.policy, append(a.verdicts, verdict{reason: c.Reason, holds: true}))
			a.match(c)
		}
	}
}

// match notes a raised condition, and corrects the number that it measured.
func (a *assessing) match(c Condition) {
	a.out.Matched = append(a.out.Matched, c.ID)
	if c.Reason != policy.AuthFailuresOver100 && c.Reason != policy.ProfileDiscrepancy100 || c.Scope != a.ticket.Tenant || c.People == 0 {
		return
	}
	f := &a.out.Facts
	if f.AffectedUsers != nil && *f.AffectedUsers != c.People {
		a.contradict("affected_users", strconv.Itoa(*f.AffectedUsers), strconv.Itoa(c.People), c.ID)
	}
	n := c.People
	f.AffectedUsers = &n
}
