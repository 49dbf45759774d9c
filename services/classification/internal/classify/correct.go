package classify

import (
	"cmp"
	"slices"
	"strconv"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// correct lets fields beat words: what an agent set stands, what a customer or
// CSM set is a claim that counts where the words say nothing. Where both speak,
// both are shown.
func (a *assessing) correct() {
	t, f := a.ticket, &a.out.Facts
	if t.Environment != "" {
		said := f.Environment
		if said != "" {
			a.compare(said == t.Environment, Contradiction{"environment", string(said), string(t.Environment), setBy(t.EnvironmentBy)})
		}
		if t.EnvironmentBy == Agent || said == "" {
			f.Environment = t.Environment
			a.words.place = text.Place(t.Environment)
		}
	}
	if t.SeveritySetBy == Agent && a.words.has(text.TopicSite) {
		measured := map[bool]string{true: "site unusable", false: "not site unusable"}[t.SiteUnusable]
		a.compare(t.SiteUnusable, Contradiction{string(policy.SiteOutage), claimed, measured, setBy(Agent)})
	}
	if t.AffectedUsers == nil {
		return
	}
	n := *t.AffectedUsers
	if f.AffectedUsers != nil {
		a.compare(*f.AffectedUsers == n, Contradiction{"affected_users", strconv.Itoa(*f.AffectedUsers), strconv.Itoa(n), setBy(t.AffectedBy)})
	}
	if t.AffectedBy == Agent || f.AffectedUsers == nil {
		a.setCount(n)
	}
}

// claimed stands for a reason that is claimed to hold.
const claimed = "holds"

func setBy(kind AuthorKind) string {
	if kind == "" {
		return "field"
	}
	return "field set by " + string(kind)
}

// setCount replaces the number of people hit.
func (a *assessing) setCount(n int) {
	a.out.Facts.AffectedUsers = &n
	if !a.words.count.Known || a.words.count.N != n {
		a.words.count = text.Count{Known: true, N: n, Large: a.words.count.Large}
	}
}

// compare shows a claim beside what bears it out or says otherwise.
func (a *assessing) compare(agrees bool, c Contradiction) {
	if agrees {
		a.out.Confirmations = append(a.out.Confirmations, Confirmation(c))
		return
	}
	a.out.Contradictions = append(a.out.Contradictions, c)
}

// named takes in the reason that a form names, and the components that the ticket
// does: claims, like words. They say which reason it is where the words say
// nothing, or that some core function is down; where the words say it, they are
// set beside it.
func (a *assessing) named() {
	if r := a.form; r.PolicyReason != "" && a.words.ask.Asked { // and it was not taken back
		a.name(r.PolicyReason, r.ID, "form by "+string(r.Author))
	}
	id, ok := a.componentReason()
	if v := a.verdictOf(id); ok && (a.onlyCore() || v != nil && v.holds) {
		a.name(id, "", "component "+a.ticket.Components[0])
	}
}

// componentReason is the reason that the ticket's components stand for, if they
// all stand for one. The site as a whole is named too readily to count.
func (a *assessing) componentReason() (policy.ReasonID, bool) {
	var found policy.ReasonID
	for _, name := range a.ticket.Components {
		r := a.policy.Rules.Components.Down[name].Reason
		if r == "" || r == policy.SiteOutage || found != "" && found != r {
			return "", false
		}
		found = r
	}
	return found, found != ""
}

// onlyCore says whether all that the words claim is that a core function is
// down. One that is slow is that already, whatever it is.
func (a *assessing) onlyCore() bool {
	only := false
	if a.words.slow {
		return false
	}
	for _, v := range a.verdicts {
		if v.holds && v.reason != policy.CoreFunctionDown {
			return false
		}
		only = only || v.holds
	}
	return only
}

// name takes in that something beside the words names a reason.
func (a *assessing) name(id policy.ReasonID, in, source string) {
	v, core := a.verdictOf(id), a.onlyCore()
	held := slices.ContainsFunc(a.verdicts, func(v verdict) bool { return v.holds })
	switch {
	case v != nil && v.holds:
		a.compare(true, Contradiction{string(id), "named", "said in words", source})
	case v != nil && v.clear:
		a.compare(false, Contradiction{string(id), "named", v.stated, source})
	case v != nil: // too little is said in words
		v.holds = true
	case held && !core:
		for _, said := range a.verdicts {
			if said.holds {
				a.compare(a.policy.SameFamily(said.reason, id), Contradiction{string(id), "named", string(said.reason), source})
			}
		}
	default:
		from := stated{note: in}
		if said := a.verdictOf(policy.CoreFunctionDown); said != nil && core {
			from = said.from
			a.verdicts = slices.DeleteFunc(a.verdicts, func(v verdict) bool { return v.reason == policy.CoreFunctionDown })
		} else {
			from.Weight = 1
		}
		a.verdicts = merge(a.policy, append(a.verdicts, verdict{reason: id, holds: true, from: from}))
	}
}

// over is what was stated and works again by a later note. It is a claim that
// clearly misses: a fault has to last.
func (s *standing) over() []verdict {
	var out []verdict
	for topic, st := range s.ended {
		reason := score.Reason(topic)
		if reason == "" {
			reason = policy.ReasonID(topic)
		}
		out = append(out, verdict{reason: reason, from: st, clear: true, stated: hasEnded, needed: lasts})
	}
	slices.SortFunc(out, func(a, b verdict) int { return cmp.Compare(a.from.Topic, b.from.Topic) })
	return out
}

// What is stated and needed where a fault is over.
const (
	hasEnded = "a fault that has ended"
	lasts    = "a fault that lasts"
)
