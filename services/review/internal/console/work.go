package console

import (
	"context"
	"slices"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"
)

// Roster tells how the technicians stand.
type Roster interface {
	// OnDuty is how everybody stands at a time: those first who fit what is needed,
	// of those who is free, then who is on duty.
	OnDuty(ctx context.Context, at time.Time, need roster.Need) ([]roster.Standing, error)
}

// freeShown is how many names stand in one line.
const freeShown = 3

// A work is who takes care of a case, who could, and what that would displace.
type work struct {
	Claimed    string // the leader who takes care of the decision
	Seen       *sight // who has seen that it waits; nil is nobody yet
	Waits      bool   // somebody has to see it
	Technician string
	Agents     string // of the tickets
	Last       *entry // what a person did last
	// Inside says that the reader may see the roster; Away that it can not be read.
	Inside, Away bool
	Empty        bool // nobody is on the roster
	Free         []free
	Displaces    string
	Later        string // the case that would wait
	people       []choice
}

// A sight is who has seen a case first, and when.
type sight struct {
	Who  string
	When *moment
}

// A free is a technician who could take the case.
type free struct{ Name, Load string }

func (c *Console) work(ctx context.Context, l lang, of *decide.Case, h *history) work {
	w := work{Claimed: of.ClaimedBy, Technician: of.Technician, Waits: of.State.Undecided()}
	if of.AcknowledgedBy != "" {
		w.Seen = &sight{l.who(of.AcknowledgedBy), l.moment(of.AcknowledgedAt, c.Now())}
	}
	var agents []string
	for i := range of.Tickets {
		if a := of.Tickets[i].Agent; a != "" && !of.Tickets[i].Done() && !slices.Contains(agents, a) {
			agents = append(agents, a)
		}
	}
	for i, a := range agents {
		if i == freeShown {
			w.Agents = joined(w.Agents, l.say("work.more", l.Number(len(agents)-freeShown)))
			break
		}
		w.Agents = joined(w.Agents, a)
	}
	for i := range h.Audit {
		if h.Audit[i].Person {
			w.Last = &h.Audit[i]
		}
	}
	if w.Inside = c.Roster != nil && who.Of(ctx).May(decide.Agent); w.Inside {
		c.duty(ctx, l, of, &w)
	}
	return w
}

// duty asks who is free, and what an approval would displace.
func (c *Console) duty(ctx context.Context, l lang, of *decide.Case, w *work) {
	need := roster.NeedOf(of, c.Policy)
	all, err := c.Roster.OnDuty(ctx, c.Now(), need)
	if w.Away = err != nil; err != nil {
		c.Log.WarnContext(ctx, "the roster can not be read", "case", of.ID, "error", err)
		return
	}
	w.Empty = len(all) == 0
	for i := range all {
		t := &all[i].Technician
		if t.ID == of.Technician {
			w.Technician = t.Label()
		}
		w.people = append(w.people, choice{ID: t.ID, Title: t.Label(), Holds: all[i].Free && all[i].Fits, Chosen: t.ID == of.Technician})
	}
	room := roster.RoomFor(all, need)
	for i, s := range room.Free {
		if i < freeShown {
			w.Free = append(w.Free, free{s.Technician.Label(), l.say("work.load", l.Number(s.Busy), l.Number(s.Technician.Capacity))})
		}
	}
	w.Displaces, w.Later = c.displaced(l, &room)
}

// displaced says what would have to wait if the case was approved now.
func (c *Console) displaced(l lang, room *roster.Room) (text, id string) {
	switch {
	case len(room.Free) > 0:
		return l.Count("work.free", len(room.Free)), ""
	case room.Waits != nil:
		work := room.Waits.Work
		what := work.Ticket
		if work.Reason != "" {
			what = c.Policy.Title(work.Reason, string(l))
		}
		return l.say("work.waits", joined(what, work.Tenant), room.Waits.Who.Technician.Label()), work.Case
	case room.On > 0:
		return l.say("work.urgent"), ""
	case room.Next != nil:
		return l.say("work.next", room.Next.Technician.Label(), l.moment(room.Next.Back, c.Now()).Text), ""
	}
	return l.say("work.nobody"), ""
}
