package events

import (
	"context"
	"errors"
	"fmt"

	"tocsin/services/classification/internal/classify"

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
	assessed := a.Method.Assess(Ticket(ev.GetTicket()), conditions, h.GetLastEventAt().AsTime())
	out := bus.Event{
		Subject: subject, ID: bus.ID("ticket_assessed", h.GetTenant(), h.GetTicket(), fmt.Sprint(h.GetRevision())),
		Time:    h.GetLastEventAt().AsTime(),
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
		if _, err := a.Conn.Publish(ctx, out); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
}
