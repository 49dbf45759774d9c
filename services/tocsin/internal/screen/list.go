package screen

import (
	"cmp"
	"slices"
	"strings"
	"time"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// A row is a case in the list.
type row struct {
	id, title, tenant, state, rec, severity string
	version                                 uint64
	people                                  *uint32
	tickets, conditions                     int
	live                                    bool
	due                                     time.Time // of the decision, or the ETA; zero: none
	open                                    bool      // nobody has decided it
	grounds                                 []string
}

func rowOf(c *reviewv1.Case) row {
	r := row{
		id: c.Id, title: plain(c.Title), tenant: plain(c.Tenant), state: c.State, rec: c.Recommendation, severity: c.Severity,
		version: c.Version, people: c.People, tickets: len(c.Tickets), conditions: len(c.Conditions), grounds: c.Denials,
	}
	if r.title == "" && len(c.Tickets) > 0 {
		r.title = plain(c.Tickets[0].Subject)
	}
	for _, k := range c.Conditions {
		r.live = r.live || k.Live
	}
	switch c.State {
	case "detected", "needs_info", "pending_review":
		r.open = true
		if c.DecisionDueAt != nil {
			r.due = c.DecisionDueAt.AsTime()
		}
	case "approved", "in_progress":
		if c.Eta != nil {
			r.due = c.Eta.AsTime()
		}
	}
	return r
}

// running says that the case was approved and goes on.
func (r *row) running() bool { return r.state == "approved" || r.state == "in_progress" }

// has says whether the row's words hold the text.
func (r *row) has(text string) bool {
	return strings.Contains(strings.ToLower(strings.Join([]string{r.id, r.title, r.tenant, r.state, r.rec}, " ")), strings.ToLower(text))
}

// ranked are the rows in the order of the queue: what nobody has decided, then
// what runs, then what has ended; in each what presses most first.
func ranked(cases []*reviewv1.Case, want string) []row {
	var rows []row
	for _, c := range cases {
		if r := rowOf(c); want == "" || r.has(want) {
			rows = append(rows, r)
		}
	}
	group := func(r *row) int {
		switch {
		case r.open:
			return 0
		case r.running():
			return 1
		}
		return 2
	}
	level := map[string]int{"critical": 0, "high": 1, "normal": 2}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(group(&a), group(&b)), cmp.Compare(level[a.severity], level[b.severity]), byDue(a.due, b.due), cmp.Compare(a.id, b.id))
	})
	return rows
}

// byDue puts what is due first first, and what is never due last.
func byDue(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// plain is text without what a terminal would obey: control characters and those
// that turn the direction of writing become spaces.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return ' '
		}
		return r
	}, s)
}
