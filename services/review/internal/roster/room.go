package roster

import (
	"cmp"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// A Room is what approving one more case would mean for those who fit.
type Room struct {
	// Free are those who fit and can take it, who can take most first.
	Free []Standing
	// Waits is what would have to wait, where nobody who fits is free: the work of
	// the lowest priority, of those what was promised latest. It is nil where all
	// that they do is more urgent, and where nobody who fits is on duty.
	Waits *Waiting
	// On is how many who fit are on duty.
	On int
	// Next is who of them is on duty again first, where none is; nil where nobody
	// knows, or the roster has nobody who fits.
	Next *Standing
}

// A Waiting is work that would wait, and who does it.
type Waiting struct {
	Who  Standing
	Work Work
}

// RoomFor says what an approval would displace, of how everybody stands at the
// time (Book.At with the same need).
func RoomFor(all []Standing, n Need) Room {
	var r Room
	for i := range all {
		s := &all[i]
		if !s.Fits {
			continue
		}
		if s.On() {
			r.On++
		} else if !s.Back.IsZero() && (r.Next == nil || s.Back.Before(r.Next.Back)) {
			r.Next = s
		}
		if s.Free {
			r.Free = append(r.Free, *s)
		}
	}
	if r.On > 0 {
		r.Next = nil
	}
	if len(r.Free) > 0 {
		return r
	}
	for _, s := range all {
		if !s.Fits || !s.On() {
			continue
		}
		for _, w := range s.Load {
			if urgency(w.Priority) <= urgency(n.Priority) && (r.Waits == nil || yields(w, r.Waits.Work)) {
				r.Waits = &Waiting{s, w}
			}
		}
	}
	return r
}

// yields says that a would rather wait than b.
func yields(a, b Work) bool {
	return cmp.Or(cmp.Compare(urgency(a.Priority), urgency(b.Priority)), later(a.ETA, b.ETA)) < 0
}

// later puts the later time first, and no time before all.
func later(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		return first(a.IsZero(), b.IsZero())
	}
	return b.Compare(a)
}

func urgency(p policy.Priority) int {
	return map[policy.Priority]int{policy.PriorityCritical: 2, policy.PriorityHigh: 1}[p]
}

// NeedOf is what a case asks of a technician: the ids of its reasons, the
// families that these belong to, and the components that its conditions name.
func NeedOf(c *decide.Case, p *policy.Policy) Need {
	n := Need{Priority: c.Impact.Priority}
	for _, r := range c.Reasons {
		n.Skills = append(n.Skills, string(r))
		for name, members := range p.Families {
			if slices.Contains(members, r) {
				n.Skills = append(n.Skills, name)
			}
		}
	}
	for i := range c.Conditions {
		if s := c.Conditions[i].Subject; s != "" {
			n.Skills = append(n.Skills, s)
		}
	}
	slices.Sort(n.Skills)
	n.Skills = slices.Compact(n.Skills)
	return n
}

// LoadOf is who works on what of the cases that were approved and have not ended:
// the technician that a case is assigned to, and the agents of its open tickets.
func LoadOf(running []decide.Case) map[string][]Work {
	load := map[string][]Work{}
	for i := range running {
		c := &running[i]
		if c.State != decide.Approved && c.State != decide.InProgress {
			continue
		}
		w := Work{Case: c.ID, Tenant: c.Tenant, Priority: c.Impact.Priority, ETA: c.ETA}
		if len(c.Reasons) > 0 {
			w.Reason = c.Reasons[0]
		}
		on := map[string]bool{}
		if id := c.Technician; id != "" {
			on[id] = true
			with := w
			with.Assigned = true
			load[id] = append(load[id], with)
		}
		for j := range c.Tickets {
			if t := &c.Tickets[j]; t.Agent != "" && !t.Done() && !on[t.Agent] {
				on[t.Agent] = true
				with := w
				with.Tenant, with.Ticket = t.Tenant, t.ID
				load[t.Agent] = append(load[t.Agent], with)
			}
		}
	}
	return load
}
