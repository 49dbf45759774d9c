package events

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"

	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Tickets applies ticket events to the tickets that the stream holds.
type Tickets struct {
	Conn *bus.Conn
	// Heard takes note of whose events are on disk.
	Heard *Sources
	// Erased knows which tenants were erased; nil knows of none.
	Erased *erasure.Book
	// Events of one ticket queue here before they race with other intakes' on the
	// stream: else of many at once most would fold in vain, again and again.
	queues *[256]chan struct{}
}

// NewTickets returns the tickets that conn's stream holds.
func NewTickets(conn *bus.Conn) Tickets {
	t := Tickets{Conn: conn, queues: new([256]chan struct{})}
	for i := range t.queues {
		t.queues[i] = make(chan struct{}, 1)
	}
	return t
}

// maxTries is how often Apply folds again because another intake's event of the
// same ticket came first.
const maxTries = 50

// Apply folds ev into its ticket and publishes the ticket as it then is. An
// event that the ticket already holds changes nothing, nor does one of a time that
// was erased with its tenant. When it returns nil, any other is on disk. Trying again with the same event is always safe.
func (t Tickets) Apply(ctx context.Context, ev *ingressv1.TicketEvent) error {
	err := t.apply(ctx, ev)
	if err == nil {
		t.Heard.Ticket(ev)
	}
	return err
}

func (t Tickets) apply(ctx context.Context, ev *ingressv1.TicketEvent) error {
	subject := topology.TicketSubject(ev.GetTenant(), ev.GetTicket())
	queue := t.queues[crc32.ChecksumIEEE([]byte(subject))%uint32(len(t.queues))]
	select {
	case queue <- struct{}{}:
		defer func() { <-queue }()
	case <-ctx.Done():
		return fmt.Errorf("ticket %s of %s: other events came first: %w", ev.GetTicket(), ev.GetTenant(), ctx.Err())
	}
	for range maxTries {
		if t.Erased.Erased(ev.GetTenant(), ev.GetOccurredAt().AsTime()) {
			return nil
		}
		raw, err := t.Conn.Last(ctx, topology.Tickets, subject)
		if err != nil {
			return err
		}
		var last intakev1.TicketChanged
		if raw.Sequence > 0 {
			if err := bus.Decode(raw, &last); err != nil {
				return fmt.Errorf("ticket %s of %s: %w", ev.GetTicket(), ev.GetTenant(), err)
			}
		}
		ticket := Ticket(last.GetTicket())
		changed, err := receive.Fold(&ticket, TicketEvent(ev))
		if err != nil {
			return bus.Permanent(err)
		}
		if !changed {
			return nil
		}
		_, err = t.Conn.Publish(ctx, bus.Event{
			Subject: subject, ID: bus.ID("ticket_changed", ev.GetTenant(), ev.GetTicket(), fmt.Sprint(ticket.Revision), ev.GetSource(), ev.GetId()),
			Time: ev.GetOccurredAt().AsTime(), ExpectLast: bus.Sequence(raw.Sequence),
			Payload: Changed(ticket, ev),
		})
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("ticket %s of %s: %d other events came first; try again", ev.GetTicket(), ev.GetTenant(), maxTries)
}

// Changed says that ev was applied, and the ticket as it now is.
func Changed(ticket receive.Ticket, ev *ingressv1.TicketEvent) *intakev1.TicketChanged {
	return &intakev1.TicketChanged{Change: change(ev), Ticket: TicketMessage(ticket)}
}

// change is ev without its texts: the ticket holds them, shortened.
func change(ev *ingressv1.TicketEvent) *ingressv1.TicketEvent {
	small := TicketEvent(ev)
	switch s := small.Said.(type) {
	case receive.Opened:
		s.Body = ""
		small.Said = s
	case receive.Note:
		s.AuthorKind, s.Text = s.By(), ""
		small.Said = s
	case receive.Flagged:
		s.Reason = ""
		small.Said = s
	case receive.EscalationRequested:
		s.Reason, s.Urgency = "", ""
		small.Said = s
	}
	return TicketEventMessage(small)
}
