package events

import (
	"fmt"
	"time"

	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/bus"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Ticket is how an assessed ticket stands, as the rules read it.
func Ticket(ev *classificationv1.TicketAssessed) detect.Signal {
	h := ev.GetHead()
	out := detect.Signal{
		Source: detect.TicketEvents + ev.GetEventSource(), ID: ev.GetEventId(),
		Tenant: h.GetTenant(), At: h.GetLastEventAt().AsTime(), Kind: detect.KindTicket,
		Ticket: detect.Ticket{
			Ticket: h.GetTicket(), Revision: h.GetRevision(),
			Open:    h.GetStatus() != ingressv1.Status_RESOLVED && h.GetStatus() != ingressv1.Status_CLOSED,
			Waiting: h.GetWaitingSince() != nil,
			MovedAt: moved(h),
			Large:   ev.GetAssessment().GetLargePopulation(),
		},
	}
	if out.ID == "" { // assessed before events were named
		out.Source, out.ID = detect.TicketEvents+h.GetSource(), fmt.Sprintf("%s#%d", h.GetTicket(), h.GetRevision())
	}
	return out
}

// moved is the latest of a ticket's opening, support's last activity and the end
// of waiting for the customer. Of a ticket whose opening nobody told, it is the
// latest event: it is no younger than that.
func moved(h *intakev1.TicketHead) time.Time {
	var at time.Time
	for _, t := range []time.Time{bus.Moment(h.GetOpenedAt()), bus.Moment(h.GetSupportActedAt()), bus.Moment(h.GetWaitingEndedAt())} {
		if t.After(at) {
			at = t
		}
	}
	if at.IsZero() {
		at = h.GetLastEventAt().AsTime()
	}
	return at
}
