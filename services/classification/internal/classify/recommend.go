package classify

import (
	"slices"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/text"
)

// recommend decides in the order of policy section 5.
func (a *assessing) recommend() Recommendation {
	switch {
	case !a.out.Request:
		return NotARequest
	case a.denied():
		return Ineligible
	case len(a.out.Reasons) == 0 && a.missed():
		return Ineligible
	case len(a.out.Reasons) == 0 || !a.out.Facts.ReasonGiven:
		return NeedsInfo
	case !a.out.Facts.UrgencyGiven && !a.overriding() && len(a.out.Matched) == 0:
		return NeedsInfo
	}
	return Eligible
}

// denied says whether a ground stands against the request.
func (a *assessing) denied() bool {
	if a.overriding() {
		return false
	}
	for _, ground := range a.out.Denials {
		if ground == policy.BetaOnly || len(a.out.Matched) == 0 {
			return true
		}
	}
	return false
}

// overriding says whether a reason holds that wins over every ground. An
// outage of the beta site does not.
func (a *assessing) overriding() bool {
	return slices.ContainsFunc(a.out.Reasons, func(id policy.ReasonID) bool {
		if id == policy.SiteOutage && a.out.Facts.Environment == Beta {
			return false
		}
		return slices.Contains(a.policy.Claims.Overriding, id)
	})
}

// missed says whether what is stated clearly misses a threshold or the scope.
func (a *assessing) missed() bool {
	return slices.ContainsFunc(a.verdicts, func(v verdict) bool { return !v.holds && v.clear })
}

// missing lists what the requester is asked for, in the policy's order.
func (a *assessing) missing() []policy.MissingID {
	if !a.out.Request {
		return nil
	}
	f := a.out.Facts
	var out []policy.MissingID
	ask := func(id policy.MissingID, absent bool) {
		if absent {
			out = append(out, id)
		}
	}
	ask(policy.MissingReason, len(a.out.Reasons) == 0 && !a.missed() || !f.ReasonGiven)
	ask(policy.MissingUrgency, !f.UrgencyGiven && !a.overriding() && len(a.out.Matched) == 0)
	ask(policy.MissingWho, f.AffectedUsers == nil && !a.words.who && !a.words.count.Large && !a.words.count.Few)
	ask(policy.MissingAffectedUsers, f.AffectedUsers == nil)
	ask(policy.MissingSince, f.DurationHours == nil && a.words.lasting.AtLeast == 0)
	ask(policy.MissingWhere, f.Environment == "")
	return out
}

// small says whether few people are known to be hit.
func (a *assessing) small() bool {
	small := a.policy.Claims.SmallAudience
	for _, v := range a.verdicts {
		if slices.Contains(small.Never, v.reason) {
			return false
		}
	}
	n := a.out.Facts.AffectedUsers
	if n == nil {
		return a.words.count.Few && !a.words.count.Large
	}
	if *n >= small.Under {
		return false
	}
	return a.ticket.TenantUsers == 0 || *n*100 < small.Percent*a.ticket.TenantUsers
}

// saysWorkedOn says whether a note states that support is at work: one that is
// young enough to speak of now, or undated.
func (a *assessing) saysWorkedOn() bool {
	at := a.words.times[a.words.workedOn.note]
	return a.words.workedOn.Given && (at.IsZero() || a.at.Sub(at) < a.activeWithin())
}

// activeWithin is for how long support's work counts.
func (a *assessing) activeWithin() time.Duration {
	if a.ticket.SiteUnusable || a.words.down(text.TopicSite) {
		return a.policy.Claims.TechniciansActive.WithinSiteUnusable
	}
	return a.policy.Claims.TechniciansActive.Within
}

// workedOn says whether support acted lately and the ticket is in progress.
func (a *assessing) workedOn() bool {
	acted := a.ticket.AgentActedAt
	return a.ticket.Status == InProgress && !acted.IsZero() && a.at.Sub(acted) < a.activeWithin()
}

// awaiting says whether the ticket waits for the customer.
func (a *assessing) awaiting() bool {
	t := a.ticket
	waiting := t.Status == AwaitingCustomer || !t.WaitingSince.IsZero() && t.WaitingSince.After(t.WaitingEnded)
	return waiting && !t.CustomerAt.After(t.WaitingSince)
}
