package decide

import (
	"slices"
	"strings"

	"tocsin/pkg/policy"
)

// own says of which reasons the subject names a thing of its own, so that two
// subjects are two troubles. Components are not: one outage takes several down.
func own(r policy.ReasonID) bool {
	switch r {
	case policy.ProviderContentMissing, policy.ProviderCompletionsMissing, policy.SecurityBreach,
		policy.ProgramLaunchBlocked, policy.StaleTicket1w:
		return true
	}
	return false
}

// blocks says which conditions block a launch (policy 3.9).
func blocks(r policy.ReasonID) bool {
	switch r {
	case policy.AuthFailuresOver100, policy.SSOUnavailable, policy.SiteOutage, policy.CoreFunctionDown,
		policy.LXPFeaturesUnavailable, policy.CareerMobilityUnavailable, policy.UploadsFailing24h,
		policy.ProviderContentMissing, policy.ProfileDiscrepancy100:
		return true
	}
	return false
}

// covers says that a condition of one scope speaks of a tenant.
func covers(scope, tenant string) bool { return scope == Platform || scope == tenant }

// shows says that the condition shows what an open ticket claims.
func (d *Desk) shows(c *Condition, t *Ticket) bool {
	if c.Reason == policy.StaleTicket1w {
		return c.Scope == t.Tenant && c.Subject == t.ID
	}
	if !c.Live() || !t.Claims() || !covers(c.Scope, t.Tenant) {
		return false
	}
	if t.Environment == Beta && c.Reason != policy.SecurityBreach {
		return false // monitors look at production
	}
	same := func(r policy.ReasonID) bool { return d.Policy.SameFamily(r, c.Reason) }
	return slices.ContainsFunc(t.Reasons, same) || slices.ContainsFunc(t.NearMisses, func(n NearMiss) bool { return same(n.Reason) })
}

// kin says that two conditions are signs of one trouble.
func (d *Desk) kin(a, b *Condition) bool {
	return d.Policy.SameFamily(a.Reason, b.Reason) && (!own(a.Reason) || a.Subject == b.Subject)
}

// ofTicket is the case that the ticket belongs to; of closed ones the last.
func (d *Desk) ofTicket(tenant, id string) (found *Case) {
	for _, c := range d.sorted() {
		if c.ticket(tenant, id) == nil {
			continue
		}
		if !c.State.Final() {
			return c
		}
		found = c
	}
	return found
}

// ofCondition is the case that the condition belongs to.
func (d *Desk) ofCondition(id string) *Case {
	for _, c := range d.Cases {
		if c.condition(id) != nil {
			return c
		}
	}
	return nil
}

// showing is the case with a live condition that shows what the ticket claims,
// but for those that a person parted from its own.
func (d *Desk) showing(t *Ticket, own *Case) *Case {
	for _, c := range d.sorted() {
		if own != nil && apart(c, own) {
			continue
		}
		for i := range c.Conditions {
			if !c.State.Final() && d.shows(&c.Conditions[i], t) {
				return c
			}
		}
	}
	return nil
}

// host is the case that a condition joins when it is raised: one with a live
// condition of the same trouble, else one whose ticket claims what it shows.
func (d *Desk) host(c *Condition) *Case {
	if c.Reason == policy.StaleTicket1w {
		if of := d.ofTicket(c.Scope, c.Subject); of != nil && !of.State.Final() {
			return of
		}
		return nil
	}
	for _, of := range d.sorted() {
		for i := range of.Conditions {
			l := &of.Conditions[i]
			launch := c.Reason == policy.ProgramLaunchBlocked && blocks(l.Reason)
			if !of.State.Final() && l.Live() && covers(l.Scope, c.Scope) && (d.kin(l, c) || launch) {
				return of
			}
		}
	}
	for _, of := range d.sorted() {
		if of.Tenant == c.Scope && c.Scope != Platform && !of.State.Final() && d.asked(of, c) {
			return of
		}
	}
	return nil
}

// widen makes a tenant's case the platform's own when a condition of the platform
// turns out to be its trouble: of several the one that was opened first. The case
// goes on under the id by which people know it, so that nobody is told twice.
func (d *Desk) widen(c *Condition) *Case {
	if c.Scope != Platform {
		return nil
	}
	cases := d.alike(&Case{Tenant: Platform}, c)
	if len(cases) == 0 {
		return nil
	}
	cases[0].Tenant = Platform
	return cases[0]
}

// alike are the cases that turn out to be the host's trouble: nobody has decided
// them, and the condition shows what their tickets claim or is kin to all that holds in them.
func (d *Desk) alike(host *Case, c *Condition) (alike []*Case) {
	for _, of := range d.sorted() {
		if of == host || !of.State.Undecided() || of.ByHand || apart(of, host) || !covers(c.Scope, of.Tenant) {
			continue
		}
		if host.Tenant != Platform && of.Tenant != host.Tenant {
			continue
		}
		if of.Live() && d.allKin(of, c) || !of.Live() && d.asked(of, c) {
			alike = append(alike, of)
		}
	}
	return alike
}

// asked says that somebody asks in the case for what the condition shows, or that
// who opened it by hand named it.
func (d *Desk) asked(of *Case, c *Condition) bool {
	named := of.Named != "" && c.Live() && covers(c.Scope, of.Tenant) && d.Policy.SameFamily(of.Named, c.Reason)
	return named || slices.ContainsFunc(of.Tickets, func(t Ticket) bool { return t.Carries() && d.shows(c, &t) })
}

func (d *Desk) allKin(of *Case, c *Condition) bool {
	return !slices.ContainsFunc(of.Conditions, func(l Condition) bool { return l.Live() && !d.kin(&l, c) })
}

// asksAnew says that a ticket makes a request that it had not made before.
func asksAnew(was, is *Ticket) bool {
	return is.Carries() && (is.Asks != "" && is.Asks != was.Asks || is.MakesCase && !was.MakesCase)
}

// sorted brings the cases into the order in which they are asked: those of the
// platform first, then the one that was opened first.
func (d *Desk) sorted() []*Case {
	cases := slices.Clone(d.Cases)
	slices.SortFunc(cases, func(a, b *Case) int {
		if p, q := a.Tenant == Platform, b.Tenant == Platform; p != q {
			if p {
				return -1
			}
			return 1
		}
		if n := a.OpenedAt.Compare(b.OpenedAt); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return cases
}
