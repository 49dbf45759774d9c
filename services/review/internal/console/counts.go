package console

import (
	"context"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

const (
	// countedFor is how far back requests are counted, and countedFrom from how many
	// on: fewer say nothing of a habit.
	countedFor  = 90 * 24 * time.Hour
	countedFrom = 5
	// askersAtMost is how many tenants and CSMs are counted for one case.
	askersAtMost = 4
)

// A tally is what leadership sees of how a case was asked for: counts, never a
// score; no recommendation knows of them.
type tally struct {
	Claims string // what was claimed against what was measured; empty: not both are known
	Again  string // how often this case was asked for anew; empty: never
	Moves  string // how often its ETA was moved; empty: never
	Askers []asker
	Away   bool
}

// Any says that there is something to show.
func (t *tally) Any() bool {
	return t != nil && (t.Away || t.Claims != "" || t.Again != "" || t.Moves != "" || len(t.Askers) > 0)
}

// An asker is a tenant or a CSM, and how they have asked.
type asker struct {
	Who                                string
	Requests, Approved, Repeats, Moves string
	Contradicted                       string
}

// tallied counts for leadership; nil for everybody else.
func (c *Console) tallied(ctx context.Context, l lang, of *decide.Case, now time.Time) *tally {
	p := who.Of(ctx)
	if !p.May(decide.Leadership) {
		return nil
	}
	t := &tally{}
	if i := of.Impact; i.Measured != nil && i.Claim() != nil {
		t.Claims = l.say("counts.claims", l.Number(*i.Claim()), l.Number(*i.Measured))
	}
	if of.AskedAgain > 0 {
		t.Again = l.say("row.asked", l.Number(of.AskedAgain))
	}
	if of.ETAMoves > 0 {
		t.Moves = l.say("counts.eta", l.say("moved", of.ETAMoves))
	}
	if c.Precedents == nil {
		return t
	}
	tenants, csms := askersOf(of)
	ask := func(name, tenant, csm string) {
		a, err := c.Precedents.AskedBy(ctx, tenant, csm, now.Add(-countedFor))
		if err != nil {
			c.Log.WarnContext(ctx, "requests can not be counted", "case", of.ID, "error", err)
			t.Away = true
		} else if a.Requests >= countedFrom {
			t.Askers = append(t.Askers, askerOf(l, name, a))
		}
	}
	for _, tenant := range tenants {
		if p.Sees(tenant) {
			ask(tenant, tenant, "")
		}
	}
	for _, csm := range csms {
		if p.SeesAll() { // a CSM asks for tenants that others may not see
			ask(l.say("tickets.csm")+" "+csm, "", csm)
		}
	}
	return t
}

func askerOf(l lang, name string, a ledger.Asking) asker {
	return asker{
		Who: name, Requests: l.Number(a.Requests), Repeats: l.Number(a.Repeats), Moves: l.Number(a.Moves), Contradicted: l.Number(a.Contradicted),
		Approved: l.say("counts.of", l.Number(a.Approved), l.Number(a.Decided)),
	}
}

// askersOf are the tenants and CSMs whose tickets ask, the first few of each.
func askersOf(of *decide.Case) (tenants, csms []string) {
	add := func(list []string, name string) []string {
		if name == "" || len(list) == askersAtMost || slices.Contains(list, name) {
			return list
		}
		return append(list, name)
	}
	for i := range of.Tickets {
		if t := &of.Tickets[i]; t.Asks != "" {
			tenants, csms = add(tenants, t.Tenant), add(csms, t.CSM)
		}
	}
	return tenants, csms
}
