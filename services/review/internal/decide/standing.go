package decide

import (
	"maps"
	"slices"

	"tocsin/pkg/policy"
)

// weigh works out what the linked tickets and conditions say together.
func (c *Case) weigh(p *policy.Policy) {
	c.Reasons = c.reasons(p)
	c.Impact = c.impact(p)
	c.Grounds = c.grounds(p)
	c.Recommendation = c.recommend()
	c.Policy = p.Version
	if due := c.RoundAt.Add(p.DecideWithin(c.Reasons...)); c.DecisionDueAt.IsZero() || due.Before(c.DecisionDueAt) {
		c.DecisionDueAt = due
	}
}

// standing is where facts put a case that nobody has decided.
func (c *Case) standing() State {
	switch asked := c.carries(); {
	case !asked && !c.Live() && !c.ByHand:
		return c.outcome()
	case !asked && c.Live() && c.OpenedBy == "":
		return Detected
	case asked && (c.Question != "" || c.Recommendation == NeedInfo):
		return NeedsInfo
	}
	return PendingReview
}

// outcome is how a case ends that nobody decided: somebody saw it recover, or
// nobody knows, or it was taken back.
func (c *Case) outcome() State {
	end := Withdrawn
	for i := range c.Tickets {
		if t := &c.Tickets[i]; t.Done() && !t.Withdrawn {
			return Resolved
		}
	}
	for i := range c.Conditions {
		switch c.Conditions[i].State {
		case Cleared:
			return Resolved
		case ConditionExpired:
			end = Expired
		}
	}
	return end
}

// reasons are what the conditions show, then what only the tickets claim, each in
// the policy's order; those that only an earlier policy had come last.
func (c *Case) reasons(p *policy.Policy) []policy.ReasonID {
	shown, claimed := map[policy.ReasonID]bool{}, map[policy.ReasonID]bool{}
	for _, cond := range c.Conditions {
		shown[cond.Reason] = true
	}
	for _, t := range c.Tickets {
		for _, r := range t.Reasons {
			claimed[r] = !shown[r]
		}
	}
	claimed[c.Named] = c.Named != "" && !shown[c.Named]
	of := func(held map[policy.ReasonID]bool) []policy.ReasonID {
		all := p.ReasonIDs()
		for _, r := range slices.Sorted(maps.Keys(held)) {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
		return slices.DeleteFunc(all, func(r policy.ReasonID) bool { return !held[r] })
	}
	return append(of(shown), of(claimed)...)
}

// impact counts who is hit. People of one tenant may be named by several of its
// tickets, so the highest claim of a tenant stands for it.
func (c *Case) impact(p *policy.Policy) Impact {
	measured, platform := map[string]int{}, 0
	tenants, tenantsMeasured := map[string]bool{}, 0
	for _, t := range c.Tickets {
		tenants[t.Tenant] = true
	}
	for _, cond := range c.Conditions {
		tenantsMeasured = max(tenantsMeasured, int(cond.Tenants))
		if cond.Scope == Platform {
			platform = max(platform, int(cond.Peak))
			continue
		}
		tenants[cond.Scope] = true
		if cond.Peak > 0 {
			measured[cond.Scope] = max(measured[cond.Scope], int(cond.Peak))
		}
	}
	i := Impact{
		Claimed: claimedBy(c.Tickets, corrected), Said: claimedBy(c.Tickets, (*Ticket).Said),
		Tenants: max(len(tenants), tenantsMeasured), Priority: priority(p, c.Reasons),
	}
	if people := max(platform, sum(measured)); people > 0 {
		i.Measured = new(people)
	}
	return i
}

// grounds are the denial grounds that hold for every ticket that asks.
func (c *Case) grounds(p *policy.Policy) []policy.GroundID {
	held := policy.GroundIDs()
	for i := range c.Tickets {
		if t := &c.Tickets[i]; t.Carries() {
			held = slices.DeleteFunc(held, func(g policy.GroundID) bool { return !slices.Contains(t.Denials, g) })
		}
	}
	if !c.carries() {
		return nil
	}
	if !c.small(p) {
		held = slices.DeleteFunc(held, func(g policy.GroundID) bool { return g == policy.SmallAudience })
	}
	return held
}

// small says that all tickets and conditions together know of few people: the
// claims are added up, because nobody knows whether they are the same people.
func (c *Case) small(p *policy.Policy) bool {
	people := 0
	for i := range c.Tickets {
		t := &c.Tickets[i]
		if t.Carries() && t.People == nil {
			return false
		}
		if t.People != nil {
			people += *t.People
		}
	}
	if c.Impact.Measured != nil {
		people = max(people, *c.Impact.Measured)
	}
	return people < p.Claims.SmallAudience.Under
}

// recommend is policy section 5 over all tickets of the case. What a live
// condition shows needs no words, and outranks them.
func (c *Case) recommend() Recommendation {
	if c.Live() {
		return Eligible
	}
	best := Ineligible
	for i := range c.Tickets {
		t := &c.Tickets[i]
		if !t.Carries() {
			continue
		}
		switch r := c.recommendFor(t); {
		case t.MakesCase || r == Eligible:
			return Eligible
		case r == NeedInfo:
			best = NeedInfo
		}
	}
	switch {
	case !c.carries() && c.Recommendation != "":
		return c.Recommendation // nobody asks any more: what was said last stands
	case !c.carries() && c.OpenedBy != "":
		return NeedInfo // a person's word, and nothing yet that bears it out
	}
	return best
}

// recommendFor is the ticket's own recommendation, but for a ticket that only
// its small audience spoke against: together with the others it may not be small.
func (c *Case) recommendFor(t *Ticket) Recommendation {
	alone := len(t.Denials) == 1 && t.Denials[0] == policy.SmallAudience
	if t.Recommendation != Ineligible || !alone || len(t.Reasons) == 0 || slices.Contains(c.Grounds, policy.SmallAudience) {
		return t.Recommendation
	}
	if slices.Contains(t.Missing, policy.MissingUrgency) || slices.Contains(t.Missing, policy.MissingReason) {
		return NeedInfo
	}
	return Eligible
}

// ticketsDone says that the helpdesk has resolved a ticket of the case that asked.
func (c *Case) ticketsDone() bool {
	return slices.ContainsFunc(c.Tickets, func(t Ticket) bool { return t.Done() && (t.Asks != "" || t.MakesCase) })
}

// priority is the most urgent one of the reasons.
func priority(p *policy.Policy, reasons []policy.ReasonID) policy.Priority {
	best := policy.PriorityNormal
	for _, id := range reasons {
		switch r, _ := p.Reason(id); {
		case r.Priority == policy.PriorityCritical:
			return r.Priority
		case r.Priority == policy.PriorityHigh:
			best = r.Priority
		}
	}
	return best
}

func sum(of map[string]int) (total int) {
	for _, n := range of {
		total += n
	}
	return total
}
