package console

import (
	"context"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/plot"

	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// How much stands on the first screen, so that a leader can decide from it; all
// of it stands below.
const (
	reasonsFirst = 3
	besidesShown = 5
	ticketsFull  = 20
)

// A launch is a program that the case keeps from going live.
type launch struct {
	Program, Tenant string
	Live            bool
}

// trend is the frame of the picture on the first screen.
var trend = plot.Frame{Width: 380, Height: 84}

// first gathers what the first screen shows beside the sentence.
func (c *Console) first(ctx context.Context, l lang, of *decide.Case, f *file, now time.Time) {
	board := c.Outlook.View(now)
	f.Facts, f.More = c.facts(l, of, &board, now)
	f.Asleep = asleep(l, &board, now)
	f.Trend = c.trendOf(l, of, now)
	for i := range of.Conditions {
		if k := &of.Conditions[i]; k.Reason == policy.ProgramLaunchBlocked {
			f.Launches = append(f.Launches, launch{k.Subject, k.Scope, k.Live()})
		}
	}
	f.Work = c.work(ctx, l, of, &f.History)
	f.Lacks = lacking(l, of)
	f.Like, f.LikeAway = c.precedents(ctx, l, of, now)
	f.Tally = c.tallied(ctx, l, of, now)
	f.Besides = c.besides(ctx, l, of, now)
}

// trendOf draws the values of the condition that tells most; nil where nothing
// was ever measured.
func (c *Console) trendOf(l lang, of *decide.Case, now time.Time) *plot.Plot {
	k := telling(of.Conditions)
	if k == nil {
		return nil
	}
	return c.drawn(l, k, "trend", now, trend)
}

// drawn draws a condition's values over time; nil where they are too few for a line.
func (c *Console) drawn(l lang, k *decide.Condition, id string, now time.Time, frame plot.Frame) *plot.Plot {
	card, known := c.Outlook.Card(topology.ConditionPath(k.Scope, string(k.Reason), k.Subject), now)
	if !known || len(drawn(&card)) < 2 {
		return nil
	}
	s := c.standOf(l, &card, now)
	s.ID = id
	s.draw(&card, reach([]outlook.Card{card}, now, frame), now, frame)
	return s.Plot
}

// lacking names what none of those who ask has said.
func lacking(l lang, of *decide.Case) string {
	text := ""
	var all []policy.MissingID
	for i := range of.Tickets {
		t := &of.Tickets[i]
		for _, m := range t.Missing {
			if t.Carries() && !slices.Contains(all, m) {
				all = append(all, m)
				text = joined(text, l.Word("missing", string(m)))
			}
		}
	}
	return text
}

// besides are the tenant's other cases that have not ended.
func (c *Console) besides(ctx context.Context, l lang, of *decide.Case, now time.Time) []row {
	if of.Tenant == decide.Platform {
		return nil
	}
	states := append(undecided(), running()...)
	found, err := c.Cases.Cases(ctx, ledger.Query{Tenant: of.Tenant, States: states, Limit: besidesShown + 1})
	if err != nil {
		return nil // the page is whole without them
	}
	var rows []row
	for i := range found.Cases {
		if found.Cases[i].ID != of.ID && len(rows) < besidesShown {
			rows = append(rows, c.rowOf(l, &found.Cases[i], now))
		}
	}
	return rows
}

// next is the case that should be decided after this one; nil where none waits.
func (c *Console) next(ctx context.Context, l lang, of *decide.Case) *row {
	const look = 50
	found, err := c.Cases.Cases(ctx, ledger.Query{States: undecided(), Order: ledger.ByImpact, Limit: look})
	if err != nil {
		return nil // the page is whole without it
	}
	var best *row
	now := c.Now()
	for i := range found.Cases {
		r := c.rowOf(l, &found.Cases[i], now)
		if r.ID != of.ID && (best == nil || inOrder(r, *best, now) < 0) {
			best = &r
		}
	}
	return best
}

// FirstReasons are the reasons of the first screen.
func (f *file) FirstReasons() []weight { return f.Reasons[:min(len(f.Reasons), reasonsFirst)] }

// FirstGrounds are the grounds of the first screen.
func (f *file) FirstGrounds() []weight { return f.Grounds[:min(len(f.Grounds), reasonsFirst)] }

// FirstContra are the contradictions of the first screen: such as still stand.
func (f *file) FirstContra() []contra {
	stand := slices.IndexFunc(f.Contra, func(c contra) bool { return c.Overtaken })
	if stand < 0 {
		stand = len(f.Contra)
	}
	return f.Contra[:min(stand, 2)]
}

// FullTickets stand with all that they say, OtherTickets in a line each.
func (f *file) FullTickets() []ticket { return f.Tickets[:min(len(f.Tickets), ticketsFull)] }

// OtherTickets are those after the full ones.
func (f *file) OtherTickets() []ticket { return f.Tickets[len(f.FullTickets()):] }

// Weighed says that there is more to weigh than the first screen shows.
func (f *file) Weighed() bool {
	return len(f.Reasons) > reasonsFirst || len(f.Grounds) > reasonsFirst || len(f.Contra) > len(f.FirstContra()) || len(f.Borne)+len(f.Near) > 0 || f.Advice.Any()
}

// Tells says that those who asked are told of the action.
func (f form) Tells() bool { return tells[f.Action] }
