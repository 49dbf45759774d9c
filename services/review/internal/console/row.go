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
	ID        string
	Version   uint64
	Group     string
	Title     string
	More      string // says how many reasons there are beside the one in the title
	Whom      string // the tenant, or the whole platform
	State     decide.State
	StateWord string
	Rec       decide.Recommendation
	RecWord   string
	Labels    labels
	Pick      string // what its tick box sends; empty where it has none
	Muted     string // says until when something of it is not told; empty is nothing
	Taken     string // says who takes care of the decision, or else who has seen it; empty is nobody

	Priority          policy.Priority
	Measured, Claimed string // empty: unknown
	Live              bool
	Bar               *bar
	Tenants           string
	Links             []string // how many tickets, conditions and repeated requests

	Since *moment
	// Due is what the case waits for: the decision, then the ETA; nil: nothing, or no ETA yet.
	Due   *moment
	Late  bool
	Ended *moment
	Order order
}

// Labels are what each row says about its cells, for those who do not see columns.
type labels struct{ Rec, People, NoData, Tenants, Since, Due, NoETA, Pick string }

func labelsIn(l lang) labels {
	return labels{
		Rec: l.say("col.recommended"), People: l.say("col.people"), NoData: l.say("nodata"), Tenants: l.say("col.tenants"),
		Since: l.say("col.since"), Due: l.say("col.due"), NoETA: l.say("eta.no"), Pick: l.say("pick.row"),
	}
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
		ID: of.ID, Version: of.Version, Group: groupOf(of.State), Title: c.titleOf(l, of), Whom: of.Tenant, Labels: labelsIn(l),
		State: of.State, StateWord: l.Word("state", of.State), Rec: of.Recommendation, RecWord: l.Word("rec", of.Recommendation),
		Priority: of.Impact.Priority, Measured: people(l, of.Impact.Measured), Claimed: people(l, of.Impact.Claim()),
		Live: of.Live(), Tenants: l.Number(of.Impact.Tenants), Links: linksOf(l, of), Since: l.moment(sinceOf(of), now),
	}
	switch {
	case !of.State.Undecided():
	case of.ClaimedBy != "":
		r.Taken = l.say("row.taken", of.ClaimedBy)
	case of.AcknowledgedBy != "":
		r.Taken = l.say("row.seen", l.who(of.AcknowledgedBy))
	}
	if n := len(of.Reasons) - 1; n > 0 {
		r.More = l.say("row.more", l.Number(n))
	}
	if w := worst(of.Conditions); w != nil && w.People > 0 { // others count no people
		r.Bar = barOf(l, w)
	}
	r.Order.People, _ = of.Impact.People()
	if of.Tenant == decide.Platform {
		r.Whom, r.Order.Shared = l.say("platform"), 1
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

// pick gives the row a tick box, if the person may decide the case.
func (r *row) pick(by decide.Person) {
	if r.Group == openGroup && by.May(decide.Leadership) {
		r.Pick = markOf(r.ID, r.Version)
	}
}

func linksOf(l lang, of *decide.Case) []string {
	var links []string
	if n := len(of.Tickets); n > 0 {
		links = append(links, l.Count("row.tickets", n))
	}
	if n := len(of.Conditions); n > 0 {
		links = append(links, l.Count("row.conditions", n))
	}
	if of.AskedAgain > 0 {
		links = append(links, l.say("row.asked", l.Number(of.AskedAgain)))
	}
	return links
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
	first := seenSince(of)
	if first.IsZero() {
		for i := range of.Tickets {
			first = earlier(first, of.Tickets[i].OpenedAt)
		}
	}
	if first.IsZero() {
		return of.OpenedAt
	}
	return first
}

// seenSince is when monitoring first saw the trouble; zero where it never did.
func seenSince(of *decide.Case) time.Time {
	var first time.Time
	for i := range of.Conditions {
		first = earlier(first, of.Conditions[i].FirstAt)
		first = earlier(first, of.Conditions[i].RaisedAt)
	}
	return first
}

// earlier is the earlier of two times that are known.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}

func people(l lang, n *int) string {
	if n == nil {
		return ""
	}
	return l.Number(*n)
}
