package detect

import (
	"strings"
	"time"

	"tocsin/pkg/policy"
)

// TicketEvents begins the source of a KindTicket signal and keeps it apart from
// a monitor's signal with the same source and id. Evidence leaves it out.
const TicketEvents = "ticket events\x00"

// forgotten is how long after its last statement a ticket that is not support's
// turn, or hits few, is forgotten: only another statement can raise it, and that
// says all there is to know. Older ones do not come so late.
const forgotten = 8 * 24 * time.Hour

// staleTicket is policy 3.10, stale_ticket_1w: support has not moved an open
// ticket for a week, and its issue hits many. Its subject is the ticket.
func staleTicket(r *policy.Rules) rule {
	return rule{
		reason: "stale_ticket_1w",
		kinds:  []Kind{KindTicket},
		reads: func(s *Signal, platform bool) bool {
			return s.Kind == KindTicket && (!platform || s.Tenant == "")
		},
		subject: func(s *Signal) string { return s.Ticket.Ticket },
		figures: []figure{{of: "hours", apart: true}},
		open: func(h house, platform bool) window {
			w := &ticketWindow{house: h, numbers: &r.Stale, tenants: 1, stands: ticket{at: longAgo}}
			if platform {
				w.tenants = 0
			}
			return w
		},
	}
}

// A ticketWindow holds what was last said of one ticket. Nothing in it grows
// with the signals, and there is one for each ticket that is support's turn and
// hits many, and for each of which something was said in the last eight days.
type ticketWindow struct {
	house
	numbers *policy.Stale
	tenants int
	stands  ticket
	kept    *keptTicket
}

// A ticket is one statement of how a ticket stands.
type ticket struct {
	at       int64 // event time; longAgo: nothing was said yet
	revision int64
	mark     mark
	moved    int64 // when support last moved it
	open     bool
	waiting  bool
	large    bool
}

// A keptTicket is how the ticket stood at a raise, by what is now known.
type keptTicket struct {
	at     int64
	stands ticket
}

// outranks reports whether t is the later statement of the two.
func (t *ticket) outranks(n *names, o *ticket) bool {
	switch {
	case t.at != o.at:
		return t.at > o.at
	case t.revision != o.revision:
		return t.revision > o.revision
	}
	return n.compareMarks(t.mark, o.mark) > 0
}

// owed reports whether it is support's turn.
func (t *ticket) owed() bool { return t.at != longAgo && t.open && !t.waiting }

// stale is since when it has been silent for too long.
func (t *ticket) stale(p *policy.Stale) int64 { return t.moved + int64(p.After) }

func (w *ticketWindow) take(in *input) fate {
	said := ticket{
		at: in.at, revision: int64(in.Ticket.Revision), moved: in.Ticket.MovedAt.UnixNano(),
		open: in.Ticket.Open, waiting: in.Ticket.Waiting, large: in.Ticket.Large,
	}
	said.mark = mark{source: w.names.id(strings.TrimPrefix(in.Source, TicketEvents)), id: in.mark.id}
	if w.stands.at != longAgo && said.mark == w.stands.mark {
		return repeatOf(said == w.stands)
	}
	said.mark = said.mark.clone()
	news := supersede(w.names, &w.stands, said)
	if k := w.kept; k != nil && said.at <= k.at && supersede(w.names, &k.stands, said) {
		news = true
	}
	if !news {
		return stale
	}
	return counted
}

func (w *ticketWindow) weigh(now int64) weight {
	out := weight{success: longAgo, heard: w.stands.at, since: longAgo, next: never, ending: Cleared}
	if k := w.kept; k != nil {
		out.refuted = !k.stands.owed() || !k.stands.large || k.stands.stale(w.numbers) > k.at
	}
	if w.stands.at == longAgo { // another engine raised it, and this one has not heard of it
		out.ending = 0
		return out
	}
	since := w.stands.stale(w.numbers)
	if !w.stands.owed() || !w.stands.large {
		if w.stands.owed() && since <= now {
			out.ending = 0 // it does not hold, and yet nobody has moved the ticket
		}
		until := after(w.stands.at, forgotten)
		if out.gone = until <= now; !out.gone {
			out.next = until
		}
		return out
	}
	if now < since {
		out.next = since
		return out
	}
	out.holds, out.lasts, out.counts, out.since = true, true, 1, since
	return out
}

func (w *ticketWindow) evidence(_ uint8, upTo int64) evidence {
	ev := evidence{
		threshold: int(w.numbers.After / time.Hour), window: w.numbers.After,
		first: never, last: longAgo,
	}
	if w.stands.at == longAgo {
		return ev
	}
	if w.stands.owed() && w.stands.large && upTo > w.stands.moved {
		ev.value = int(time.Duration(upTo-w.stands.moved) / time.Hour)
	}
	ev.count(w.stands.at)
	ev.tenants = w.tenants
	if w.stands.at <= upTo && w.rules.Samples > 0 {
		ev.samples = []sample{{w.stands.at, w.stands.mark}}
	}
	return ev
}

func (w *ticketWindow) keep(at, _ int64) { w.kept = &keptTicket{at, w.stands} }

func (w *ticketWindow) drop() { w.kept = nil }

func (w *ticketWindow) code(c *coder) {
	w.stands.code(c)
	if optional(c, &w.kept) {
		c.int(&w.kept.at)
		w.kept.stands.code(c)
	}
}

func (t *ticket) code(c *coder) {
	c.int(&t.at)
	c.int(&t.revision)
	c.mark(&t.mark)
	c.int(&t.moved)
	for _, v := range []*bool{&t.open, &t.waiting, &t.large} {
		c.flag(v)
	}
}
