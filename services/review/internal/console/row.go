package console

import (
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// The groups of the queue.
const (
	openGroup    = "open"
	runningGroup = "running"
	endedGroup   = "ended"
)

// groupOf says where in the queue a case stands.
func groupOf(s decide.State) string {
	switch {
	case s.Undecided():
		return openGroup
	case s == decide.Approved || s == decide.InProgress:
		return runningGroup
	}
	return endedGroup
}

// A row is a case in the queue.
type row struct {
	L       lang
	ID      string
	Version uint64
	Group   string
	Title   string
	More    int // reasons beside the one in the title
	Tenant  string
	Shared  bool // of the whole platform
	State   decide.State
	Rec     decide.Recommendation

	Priority          policy.Priority
	Measured, Claimed string // empty: unknown
	Live              bool
	Bar               *bar
	Tenants           int
	Tickets           int
	Conditions        int
	Again             uint32

	Since *moment
	// Due is what the case waits for: the decision, then the ETA; nil: nothing, or no ETA yet.
	Due   *moment
	Late  bool
	Ended *moment
	Order order
}

// An order sorts rows; assets/queue.js sorts by the same.
type order struct {
	Priority int   // most pressing first
	Due      int64 // overdue before not, and in the end the one due first
	Shared   int   // 1 for the whole platform, whose people are often not counted
	People   int   // most first
	Ended    int64 // last first
}

func (c *Console) rowOf(l lang, of *decide.Case, now time.Time) row {
	r := row{
		L: l, ID: of.ID, Version: of.Version, Group: groupOf(of.State), Title: c.titleOf(l, of), More: max(len(of.Reasons)-1, 0),
		Tenant: of.Tenant, Shared: of.Tenant == decide.Platform, State: of.State, Rec: of.Recommendation,
		Priority: of.Impact.Priority, Measured: people(l, of.Impact.Measured), Claimed: people(l, of.Impact.Claimed),
		Live: of.Live(), Tenants: of.Impact.Tenants, Tickets: len(of.Tickets), Conditions: len(of.Conditions),
		Again: of.AskedAgain, Since: l.moment(sinceOf(of), now),
	}
	if w := worst(of.Conditions); w != nil && w.People > 0 { // others count no people
		r.Bar = barOf(l, w)
	}
	r.Order.People, _ = of.Impact.People()
	if r.Shared {
		r.Order.Shared = 1
	}
	r.Order.Priority = map[policy.Priority]int{policy.PriorityCritical: 2, policy.PriorityHigh: 1}[of.Impact.Priority]
	switch r.Group {
	case openGroup:
		r.Due = l.moment(of.DecisionDueAt, now)
	case runningGroup:
		r.Due = l.moment(of.ETA, now)
	default:
		ended := of.EndedAt
		if ended.IsZero() {
			ended = of.UpdatedAt
		}
		r.Ended, r.Order.Ended = l.moment(ended, now), ended.Unix()
	}
	if r.Due != nil {
		r.Late, r.Order.Due = r.Due.Past, r.Due.Unix()
	}
	return r
}

// titleOf is what the case is about: its first reason, else what was asked.
func (c *Console) titleOf(l lang, of *decide.Case) string {
	if len(of.Reasons) > 0 {
		return c.Policy.Title(of.Reasons[0], string(l))
	}
	for i := range of.Tickets {
		if of.Tickets[i].Subject != "" {
			return of.Tickets[i].Subject
		}
	}
	return l.say("noreason")
}

// sinceOf is when the trouble began, as far as anybody knows.
func sinceOf(of *decide.Case) time.Time {
	var first time.Time
	earlier := func(at time.Time) {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	for i := range of.Conditions {
		earlier(of.Conditions[i].FirstAt)
		earlier(of.Conditions[i].RaisedAt)
	}
	if first.IsZero() {
		for i := range of.Tickets {
			earlier(of.Tickets[i].OpenedAt)
		}
	}
	if first.IsZero() {
		return of.OpenedAt
	}
	return first
}

func people(l lang, n *int) string {
	if n == nil {
		return ""
	}
	return l.Number(*n)
}
