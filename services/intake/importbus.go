package intake

import (
	"context"
	"errors"
	"slices"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// ImportBus hands an import's events over as any producer does, in batches. What the
// tickets hold already is counted as known, and not sent again.
type ImportBus struct {
	Conn *bus.Conn
}

// publishedAtOnce is how many events are published before their acknowledgements are
// waited for.
const publishedAtOnce = 250

// Take publishes events, those of a ticket in their order.
func (b ImportBus) Take(ctx context.Context, evs []*ingressv1.TicketEvent) (ImportTaken, error) {
	held, err := b.held(ctx, evs)
	if err != nil {
		return ImportTaken{}, err
	}
	out := make([]bus.Event, 0, len(evs))
	for _, ev := range evs {
		if !held[receive.Ref(ev.GetSource(), ev.GetId())+" "+ev.GetTicket()] {
			out = append(out, bus.Event{
				Subject: topology.IngressTicketSubject(ev.GetSource()), ID: bus.ID("ingress", ev.GetSource(), ev.GetId()), Payload: ev,
			})
		}
	}
	for some := range slices.Chunk(out, publishedAtOnce) {
		if err := errors.Join(b.Conn.PublishAll(ctx, some)...); err != nil {
			return ImportTaken{}, err
		}
	}
	return ImportTaken{Accepted: len(out), Known: len(evs) - len(out)}, nil
}

// held are the events that the tickets as they now are hold.
func (b ImportBus) held(ctx context.Context, evs []*ingressv1.TicketEvent) (map[string]bool, error) {
	subjects, seen := []string{}, map[string]bool{}
	for _, ev := range evs {
		if subject := topology.TicketSubject(ev.GetTenant(), ev.GetTicket()); !seen[subject] {
			subjects, seen[subject] = append(subjects, subject), true
		}
	}
	last, err := b.Conn.Lasts(ctx, topology.Tickets, subjects)
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for _, raw := range last {
		var changed intakev1.TicketChanged
		if err := bus.Decode(raw, &changed); err != nil {
			return nil, err
		}
		for _, a := range events.Ticket(changed.GetTicket()).Applied {
			held[a.Event+" "+changed.GetTicket().GetHead().GetTicket()] = true
		}
	}
	return held, nil
}
