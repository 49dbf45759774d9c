package decide

import "slices"

// A Role is what a person may do.
type Role string

// The roles. Admin may do what leadership may, leadership what an agent may, and
// an agent what a viewer may. A CSM sees the cases of their own tenants only.
const (
	Viewer     Role = "viewer"     // sees cases
	CSM        Role = "csm"        // sees the cases of their own tenants, and may appeal
	Agent      Role = "agent"      // sees cases, gives ETAs, says that the trouble is over
	Leadership Role = "leadership" // decides
	Admin      Role = "admin"      // decides, and says who may come in and who is on duty
)

// Roles are all roles, the one that may do least first.
func Roles() []Role { return []Role{Viewer, CSM, Agent, Leadership, Admin} }

// A Person is somebody who signed in. The zero value may do nothing and sees nothing.
type Person struct {
	ID   string
	Role Role
	// Tenants are those whose cases the person sees. Empty is all of them, but
	// for a CSM, who then sees none.
	Tenants []string
}

// May says whether the person has the role, or one that may do all that it may.
func (p Person) May(r Role) bool {
	if p.ID == "" {
		return false
	}
	switch p.Role {
	case Admin, Leadership, Agent, Viewer:
		return r != CSM && slices.Index(Roles(), p.Role) >= slices.Index(Roles(), r)
	case CSM:
		return r == CSM || r == Viewer
	}
	return false
}

// SeesAll says whether no wall of a tenant stands before the person.
func (p Person) SeesAll() bool { return p.May(Viewer) && p.Role != CSM && len(p.Tenants) == 0 }

// Sees says whether the person may see what is the tenant's.
func (p Person) Sees(tenant string) bool {
	return p.SeesAll() || p.May(Viewer) && slices.Contains(p.Tenants, tenant)
}

// SeenBy is the case as the person may see it, and whether they may at all. Of a
// case that others share only the tickets and conditions of their own tenants are
// shown, conditions of the platform without their counts over all, and no count
// and no word that tells of others. Cases that were parted from it may be theirs,
// so none is named.
func (c *Case) SeenBy(p Person) (Case, bool) {
	if p.SeesAll() {
		return *c, true
	}
	mine := slices.ContainsFunc(c.Tickets, func(t Ticket) bool { return p.Sees(t.Tenant) })
	if !p.Sees(c.Tenant) && !mine {
		return Case{}, false
	}
	seen := *c
	seen.Tickets = slices.DeleteFunc(slices.Clone(c.Tickets), func(t Ticket) bool { return !p.Sees(t.Tenant) })
	seen.Conditions = nil
	for _, cond := range c.Conditions {
		if cond.Scope == Platform {
			cond.Value, cond.Tenants, cond.People, cond.Peak, cond.Evidence = 0, 0, 0, 0, nil
		} else if !p.Sees(cond.Scope) {
			continue
		}
		seen.Conditions = append(seen.Conditions, cond)
	}
	seen.SplitFrom, seen.Apart = "", nil
	if !p.Sees(c.Tenant) {
		seen.AskedAgain = 0
		if c.Appealed != nil && c.Appealed.By != p.ID {
			seen.Appealed = &Appeal{At: c.Appealed.At} // who appealed may be another tenant's
		}
		seen.Impact = Impact{Claimed: claimedBy(seen.Tickets, corrected), Said: claimedBy(seen.Tickets, (*Ticket).Said), Tenants: 1, Priority: c.Impact.Priority}
	}
	return seen, true
}

// claimedBy adds up the highest claim of each tenant; nil is unknown.
func claimedBy(tickets []Ticket, claim func(*Ticket) *int) *int {
	highest := map[string]int{}
	for i := range tickets {
		if n := claim(&tickets[i]); n != nil {
			highest[tickets[i].Tenant] = max(highest[tickets[i].Tenant], *n)
		}
	}
	if len(highest) == 0 {
		return nil
	}
	return new(sum(highest))
}

// corrected is a ticket's claim as facts correct it.
func corrected(t *Ticket) *int { return t.People }
