package console

import (
	"net/http"
	"slices"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
)

// A seeking is what the address of the queue asks for.
type seeking struct {
	sieve  *sieve
	query  ledger.Query // without states, order and page
	state  decide.State // empty: all
	group  string       // empty: all
	cursor string       // of the group's page; empty: the first
}

// seekingOf reads the filter of the queue from its address.
func (c *Console) seekingOf(l lang, r *http.Request) seeking {
	q, s := r.URL.Query(), sieveOf(l, r)
	s.Action = "/"
	k := seeking{sieve: s, cursor: q.Get("cursor")}
	k.query.Text = s.add(q, field{Name: "q", Kind: "search", Hint: l.say("seek.hint")})
	k.query.Tenant = s.add(q, field{Name: "tenant", Kind: "text"})
	k.state = decide.State(s.add(q, field{Name: "state", Kind: "select", Options: optionsOf(l, "state", slices.Concat(undecided(), running(), over()))}))
	reasons := make([]option, 0, len(c.Policy.Reasons))
	for _, id := range c.Policy.ReasonIDs() {
		reasons = append(reasons, option{ID: string(id), Title: c.Policy.Title(id, string(l))})
	}
	k.query.Reason = policy.ReasonID(s.add(q, field{Name: "reason", Kind: "select", Options: reasons}))
	k.query.Priority = policy.Priority(s.add(q, field{Name: "priority", Kind: "select", Options: optionsOf(l, "priority", policy.Priorities())}))
	if s.add(q, field{Name: "overdue", Kind: "check"}) != "" {
		k.query.Overdue = c.Now()
	}
	if s.add(q, field{Name: "mine", Kind: "check"}) != "" {
		k.query.ClaimedBy = who.Of(r.Context()).ID
	}
	if g := q.Get("group"); g == openGroup || g == runningGroup || g == endedGroup {
		k.group = g
	}
	if k.group == "" {
		k.cursor = "" // a page is one of a group
	}
	return k
}

// part is the query for one group of the queue; false where nothing of it is asked for.
func (k *seeking) part(name string) (ledger.Query, bool) {
	q := k.query
	switch q.Order, q.Limit = ledger.ByImpact, openAtMost; name {
	case openGroup:
		q.States = undecided()
	case runningGroup:
		q.States, q.Limit = running(), runningAtMost
	default:
		q.States, q.Order, q.Limit = over(), ledger.ByTime, endedAtMost
		if k.sieve.On || k.group != "" {
			q.Limit = runningAtMost // who looks for something looks among what has ended too
		}
	}
	if k.state != "" {
		q.States = slices.DeleteFunc(q.States, func(s decide.State) bool { return s != k.state })
	}
	q.Cursor = k.cursor
	return q, len(q.States) > 0 && (k.group == "" || k.group == name)
}

// whole says that the queue is shown as it is, without filter and from its top.
func (k *seeking) whole() bool { return !k.sieve.On && k.group == "" }

func running() []decide.State { return []decide.State{decide.Approved, decide.InProgress} }

// fresh is the address of what the scripts swap in.
func (k *seeking) fresh() string {
	pairs := []string{"fragment", "1"}
	if k.group != "" {
		pairs = append(pairs, "group", k.group)
	}
	if k.cursor != "" {
		pairs = append(pairs, "cursor", k.cursor)
	}
	return k.sieve.with(pairs...)
}
