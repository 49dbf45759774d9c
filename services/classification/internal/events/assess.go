package events

import (
	"context"
	"errors"
	"fmt"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/shadow"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Assessor assesses every ticket that changed.
type Assessor struct {
	Conn       *bus.Conn
	Method     *classify.Method
	Conditions *Conditions
	// Looks is what monitoring counts and has not raised; nil is nothing.
	Looks *Looks
	// Shadow sees each ticket after it was assessed; nil is none.
	Shadow *shadow.Shadow
}

// OnTicketChanged assesses the ticket as it now is and says so, unless this
// revision or a later one has been assessed.
func (a Assessor) OnTicketChanged(ctx context.Context, _ bus.Meta, ev *intakev1.TicketChanged) error {
	h := ev.GetTicket().GetHead()
	subject := topology.AssessmentSubject(h.GetTenant(), h.GetTicket())
	if err := a.Conditions.Known(ctx); err != nil {
		return err
	}
	conditions, seq := a.Conditions.For(h.GetTenant())
	ticket, at := Ticket(ev.GetTicket()), h.GetLastEventAt().AsTime()
	counts, lookedAt := a.Looks.For(h.GetTenant())
	conditions, ticket.LookedAt = append(conditions, counts...), lookedAt
	assessed := a.Method.Assess(ticket, conditions, at)
	out := bus.Event{
		Subject: subject, ID: bus.ID("ticket_assessed", h.GetTenant(), h.GetTicket(), fmt.Sprint(h.GetRevision())),
		Time:    at,
		Payload: Assessed(ev, assessed, seq),
	}
	for {
		raw, err := a.Conn.Last(ctx, topology.Assessments, subject)
		if err != nil {
			return err
		}
		var last classificationv1.TicketAssessed
		if raw.Sequence > 0 {
			if err := bus.Decode(raw, &last); err != nil {
				return err
			}
		}
		if last.GetHead().GetRevision() >= h.GetRevision() {
			return nil
		}
		out.ExpectLast = bus.Sequence(raw.Sequence)
		switch _, err := a.Conn.Publish(ctx, out); {
		case err == nil:
			a.Shadow.Look(ctx, shadow.Seen{Ticket: ticket, Revision: h.GetRevision(), Conditions: conditions, At: at, Said: assessed})
			return nil
		case !errors.Is(err, bus.ErrConflict):
			return err
		}
	}
}
