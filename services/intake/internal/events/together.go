package events

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

const (
	// few is up to how many events are stored each by itself: a batch costs the
	// server as much as that many single messages, however small it is.
	few = 6
	// batchMessages and batchBytes are how much is stored in one batch.
	batchMessages = 1000
	batchBytes    = 4 << 20
	// maxTries is how often an event is folded again because another intake's event
	// of the same ticket came first.
	maxTries = 50
)

// ticket is one ticket's subject and the events that wait for it, in order.
type ticket struct {
	subject string
	events  []*told
}

// ticketsOf are the tickets of events that somebody waits for.
func ticketsOf(events []*told) (list []ticket) {
	at := make(map[string]int, len(events))
	for _, e := range events {
		if e.isGone() {
			continue
		}
		i, known := at[e.subject]
		if !known {
			i = len(list)
			at[e.subject], list = i, append(list, ticket{subject: e.subject})
		}
		list[i].events = append(list[i].events, e)
	}
	return list
}

func (e *told) isGone() bool {
	select {
	case <-e.gone:
		return true
	default:
		return false
	}
}

// store stores all events of the tickets, and settles each: in batches, and where a
// batch is refused, because another intake changed one of its tickets, in halves of
// it, down to each event by itself.
//
//	few events ──→ each alone: read, fold, publish; again while others come first
//	more ──→ read all, fold, one batch ──→ stored
//	            ↑                     └──→ refused ──→ one half, then the other
//	            └── what the batch had no room for
func (t *Tickets) store(ctx context.Context, list []ticket) {
	for len(list) > 0 {
		if size(list) <= few {
			t.storeEach(ctx, list)
			return
		}
		b, rest, err := t.fold(ctx, list)
		if err == nil {
			_, err = t.Conn.PublishBatch(ctx, b.out)
		}
		if bus.IsRefused(err) {
			t.storeHalves(ctx, b.tickets)
		} else {
			b.settle(t, err)
		}
		list = rest
	}
}

func size(list []ticket) (n int) {
	for _, k := range list {
		n += len(k.events)
	}
	return n
}

// storeHalves stores the tickets in two steps; of a single one, the events.
func (t *Tickets) storeHalves(ctx context.Context, list []ticket) {
	if len(list) == 1 {
		t.storeEach(ctx, list)
		return
	}
	t.store(ctx, list[:len(list)/2])
	t.store(ctx, list[len(list)/2:])
}

// storeEach stores each event by itself, those of one ticket one after another.
func (t *Tickets) storeEach(ctx context.Context, list []ticket) {
	var wg sync.WaitGroup
	for _, k := range list {
		wg.Go(func() {
			for _, e := range k.events {
				t.settle(e, t.storeOne(ctx, e))
			}
		})
	}
	wg.Wait()
}

func (t *Tickets) storeOne(ctx context.Context, e *told) error {
	for range maxTries {
		raw, err := t.Conn.Last(ctx, topology.Tickets, e.subject)
		if err != nil {
			return err
		}
		was, err := read(raw)
		if err != nil {
			return err
		}
		ev, err := t.changed(&was, e)
		if err != nil || ev == nil {
			return err
		}
		ev.ExpectLast = bus.Sequence(raw.Sequence)
		if _, err = t.Conn.Publish(ctx, *ev); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("%d other events of its ticket came first; try again", maxTries)
}

// read is the ticket as the stream has it.
func read(raw bus.Raw) (receive.Ticket, error) {
	var last intakev1.TicketChanged
	if raw.Sequence > 0 {
		if err := bus.Decode(raw, &last); err != nil {
			return receive.Ticket{}, err
		}
	}
	return Ticket(last.GetTicket()), nil
}

// changed folds an event into its ticket; nil if that changes nothing.
func (t *Tickets) changed(into *receive.Ticket, e *told) (*bus.Event, error) {
	e.contradicts = false
	if t.Erased.Erased(e.ev.GetTenant(), e.ev.GetOccurredAt().AsTime()) {
		return nil, nil
	}
	if before := t.Erased.Revision(e.ev.GetTenant()); before > 0 && into.Revision <= before {
		*into = receive.Ticket{Revision: before} // what there is of it is on its way out, and begins anew
	}
	ev := TicketEvent(e.ev)
	ev.Tag = e.tag
	e.contradicts = into.Contradicts(ev)
	changed, err := receive.Fold(into, ev)
	if err != nil {
		return nil, bus.Permanent(err)
	}
	if !changed {
		return nil, nil
	}
	out := event(e.subject, *into, e.ev)
	out.Header = e.trace
	return out, nil
}

// event says that ev was applied to the ticket.
func event(subject string, ticket receive.Ticket, ev *ingressv1.TicketEvent) *bus.Event {
	return &bus.Event{
		Subject: subject, ID: bus.ID("ticket_changed", ev.GetTenant(), ev.GetTicket(), fmt.Sprint(ticket.Revision), ev.GetSource(), ev.GetId()),
		Time: ev.GetOccurredAt().AsTime(), Payload: Changed(ticket, ev),
	}
}

// batch is what is to be stored at once.
type batch struct {
	out     []bus.Event
	bytes   int
	tickets []ticket // whose events are in it, or change nothing
	failed  map[*told]error
}

// fold reads the tickets and folds their events in, as far as there is room in one
// batch; the rest has to wait for the next. Of each ticket the first event expects
// what was read; nothing comes between it and those behind it.
func (t *Tickets) fold(ctx context.Context, list []ticket) (b *batch, rest []ticket, err error) {
	b = &batch{failed: map[*told]error{}}
	subjects := make([]string, len(list))
	for i, k := range list {
		subjects[i] = k.subject
	}
	lasts, unread, err := t.Conn.SomeLasts(ctx, topology.Tickets, subjects)
	if err != nil {
		b.tickets = list
		return b, nil, err
	}
	later := make(map[string]bool, len(unread))
	for _, subject := range unread {
		later[subject] = true
	}
	for _, k := range list {
		n := 0
		if !later[k.subject] {
			if n, err = t.foldOne(b, k, lasts[k.subject]); err != nil {
				b.fail(k.events, err)
			}
		}
		if n > 0 {
			b.tickets = append(b.tickets, ticket{k.subject, k.events[:n]})
		}
		if n < len(k.events) {
			rest = append(rest, ticket{k.subject, k.events[n:]})
		}
	}
	return b, rest, nil
}

// foldOne puts into the batch as many of a ticket's events as it has room for, at
// least one if it is empty, and says how many.
func (t *Tickets) foldOne(b *batch, k ticket, raw bus.Raw) (int, error) {
	was, err := read(raw)
	if err != nil {
		return len(k.events), err
	}
	expect := bus.Sequence(raw.Sequence)
	for n, e := range k.events {
		if len(b.out) == batchMessages || b.bytes >= batchBytes {
			return n, nil
		}
		ev, err := t.changed(&was, e)
		switch {
		case err != nil:
			b.failed[e] = err
		case ev != nil:
			if ev.Encoded, err = (proto.MarshalOptions{Deterministic: true}).Marshal(ev.Payload); err != nil {
				return len(k.events), bus.Permanent(err)
			}
			ev.ExpectLast, expect = expect, nil
			b.out, b.bytes = append(b.out, *ev), b.bytes+len(ev.Encoded)
		}
	}
	return len(k.events), nil
}

func (b *batch) fail(events []*told, err error) {
	for _, e := range events {
		b.failed[e] = err
	}
}

// settle says of each event what became of it: what the batch did, unless it failed
// by itself.
func (b *batch) settle(t *Tickets, err error) {
	for _, k := range b.tickets {
		for _, e := range k.events {
			if own := b.failed[e]; own != nil {
				t.settle(e, own)
				continue
			}
			t.settle(e, err)
		}
	}
}
