package classify

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tocsin/pkg/policy"
)

// measure sets conditions beside words, and lets them win: one that is raised
// makes the reason that the words claim, in full or in part, hold; one that has
// ended since ends it. What is counted below the line, or not seen at all, is only
// shown: counting may go on, and no news is not good news.
func (a *assessing) measure() {
	speaks := a.speaking()
	for _, c := range speaks {
		if c.Raised {
			a.raised(c)
		}
	}
	for _, c := range speaks {
		held := slices.ContainsFunc(speaks, func(o Condition) bool { return o.Raised && o.Reason == c.Reason })
		if !c.Raised && !held {
			a.lowered(c)
		}
	}
	a.unseen(speaks)
}

// speaking are the conditions of what the ticket claims, in a fixed order.
func (a *assessing) speaking() []Condition {
	var out []Condition
	for _, c := range a.conditions {
		switch {
		case c.Scope != a.ticket.Tenant && c.Scope != Platform || c.ClaimedOnly:
		case c.Reason == policy.StaleTicket1w && c.Subject != a.ticket.ID:
		case slices.ContainsFunc(a.verdicts, func(v verdict) bool { return a.policy.SameFamily(v.reason, c.Reason) }):
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Condition) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(out, func(a, b Condition) bool { return a == b })
}

// raised takes in a condition that holds.
func (a *assessing) raised(c Condition) {
	v := a.verdictOf(c.Reason)
	switch {
	case v == nil:
		a.verdicts = merge(a.policy, append(a.verdicts, verdict{reason: c.Reason, holds: true}))
	case v.holds:
		a.compare(true, Contradiction{string(c.Reason), claimed, c.measured(), c.ID})
	default:
		a.compare(false, Contradiction{string(c.Reason), v.stated, c.measured(), c.ID})
		v.holds = true
	}
	a.out.Matched = append(a.out.Matched, c.ID)
	if !c.countsPeople() || c.Scope != a.ticket.Tenant || c.People == 0 {
		return
	}
	a.comparePeople(c)
	n := c.People
	a.out.Facts.AffectedUsers = &n
}

// comparePeople sets how many people are claimed beside how many were counted.
// What differs by a tenth or less is the same number.
func (a *assessing) comparePeople(c Condition) {
	said := a.out.Facts.AffectedUsers
	if said == nil {
		return
	}
	apart := max(*said, c.People) - min(*said, c.People)
	a.compare(apart*10 <= c.People, Contradiction{"affected_users", strconv.Itoa(*said), strconv.Itoa(c.People), c.ID})
}

// lowered takes in a condition that does not hold: it has ended, or the line is
// not reached.
func (a *assessing) lowered(c Condition) {
	v := a.verdictOf(c.Reason)
	switch {
	case v == nil || c.Unknown:
	case c.Near:
		a.near(c, v)
	case !v.holds || c.At.Before(a.words.times[v.from.note]):
	default:
		a.compare(false, Contradiction{string(c.Reason), claimed, "ended at " + c.At.UTC().Format(time.RFC3339), c.ID})
		if c.Scope == Platform && c.isCounted() {
			return // that somebody got in again is no news of this tenant
		}
		v.holds, v.clear, v.stated, v.needed = false, true, hasEnded, lasts
	}
}

// near shows what is counted so far of a claim.
func (a *assessing) near(c Condition, v *verdict) {
	if c.Scope != a.ticket.Tenant || a.at.Sub(c.At).Abs() > seenWithin {
		return
	}
	if v.holds {
		a.compare(false, Contradiction{string(c.Reason), claimed, c.measured(), "monitoring"})
	}
	if c.People = max(c.People, c.Value); c.countsPeople() {
		c.ID = "monitoring"
		a.comparePeople(c)
	}
}

// seenWithin is how old a look of monitoring may be to speak of a moment.
const seenWithin = 10 * time.Minute

// unseen shows that monitoring, which looks, sees nothing of what is claimed.
func (a *assessing) unseen(speaks []Condition) {
	if at := a.ticket.LookedAt; at.IsZero() || a.at.Sub(at).Abs() > seenWithin {
		return
	}
	for _, v := range a.verdicts {
		r, _ := a.policy.Reason(v.reason)
		switch v.reason {
		case policy.SecurityBreach, policy.ProgramLaunchBlocked, policy.StaleTicket1w: // told to monitoring, not seen by it
			continue
		}
		known := slices.ContainsFunc(speaks, func(c Condition) bool { return a.policy.SameFamily(c.Reason, v.reason) })
		if v.holds && r.Signal && !known {
			a.compare(false, Contradiction{string(v.reason), claimed, notSeen[v.reason], "monitoring"})
		}
	}
}

// notSeen says what monitoring does not see.
var notSeen = map[policy.ReasonID]string{
	policy.AuthFailuresOver100: "no failed log-in seen", policy.SSOUnavailable: "no failed SSO log-in seen",
	policy.ReportsFailing24h: "no failed report seen", policy.UploadsFailing24h: "no failed upload seen",
	policy.FTPDenied: "no denied FTP session seen", policy.SiteOutage: "no failed probe seen", policy.CoreFunctionDown: "no failed probe seen",
	policy.LXPFeaturesUnavailable: "no failed probe seen", policy.CareerMobilityUnavailable: "no failed probe seen", policy.InsightsUnavailable: "no failed probe seen",
	policy.ProviderContentMissing: "no empty sync seen", policy.ProviderCompletionsMissing: "no empty sync seen",
	policy.ProfileDiscrepancy100: "no audit with wrong data seen",
}

// countsPeople says whether the value is a number of people.
func (c Condition) countsPeople() bool {
	return c.Reason == policy.AuthFailuresOver100 || c.Reason == policy.ProfileDiscrepancy100
}

// isCounted says whether the condition is counted from what tenants do, so that
// one of the platform may end while a tenant's trouble goes on.
func (c Condition) isCounted() bool {
	switch c.Reason {
	case policy.AuthFailuresOver100, policy.SSOUnavailable, policy.ReportsFailing24h, policy.UploadsFailing24h, policy.FTPDenied:
		return true
	}
	return false
}

// measured says in words what was counted, as "143 people, threshold 100, in 60 min".
func (c Condition) measured() string {
	out := strconv.Itoa(c.Value)
	if c.countsPeople() {
		out += " people"
	}
	if c.Threshold > 0 {
		out += fmt.Sprintf(", threshold %d", c.Threshold)
	}
	if c.Window > 0 {
		out += fmt.Sprintf(", in %d min", int(c.Window.Minutes()))
	}
	return out
}

// silence lets the ticket's own history beat what a note says of support's
// silence. What the opening text says of it is of what was before the ticket.
func (a *assessing) silence() {
	v := a.verdictOf(policy.StaleTicket1w)
	if v == nil || a.ticket.OpenedAt.IsZero() || a.opening(v.from.note) {
		return
	}
	last := a.ticket.OpenedAt
	for _, at := range []time.Time{a.ticket.SupportActedAt, a.ticket.WaitingEnded} {
		if at.After(last) {
			last = at
		}
	}
	silent, said := a.at.Sub(last), claimed
	for _, l := range []float64{a.words.lasting.Hours, a.words.silent.Hours} {
		if l > 0 {
			said = hours(l) + " h"
		}
	}
	measured := fmt.Sprintf("%d h since support's last activity", int(silent.Hours()))
	long := silent >= a.policy.Claims.Stated.SilentFor && !a.awaiting()
	if a.awaiting() {
		measured = "waits for the customer"
	}
	a.compare(long, Contradiction{string(policy.StaleTicket1w), said, measured, "ticket"})
	switch {
	case !long:
		v.holds, v.clear, v.stated = false, true, measured
	case a.large():
		v.holds = true
	}
}

// opening says whether a note is the ticket's opening text.
func (a *assessing) opening(id string) bool {
	return slices.ContainsFunc(a.ticket.Notes, func(n TicketNote) bool { return n.ID == id && n.Opening })
}
