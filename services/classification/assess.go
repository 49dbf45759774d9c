package classification

import (
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/events"

	"tocsin/pkg/policy"
	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Assess assesses a ticket as ev states it, at its last event. It is what Run
// says of the ticket while no condition is known.
func Assess(p *policy.Policy, ev *intakev1.TicketChanged) *classificationv1.TicketAssessed {
	at := ev.GetTicket().GetHead().GetLastEventAt().AsTime()
	return events.Assessed(ev, classify.Assess(p, events.Ticket(ev.GetTicket()), nil, at), 0)
}
