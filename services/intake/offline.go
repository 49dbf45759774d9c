package intake

import (
	"fmt"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/receive"

	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Tickets are tickets folded in memory, as Run folds them on the bus. It holds
// every ticket that it has heard of.
type Tickets struct {
	known map[ticketName]receive.Ticket
}

type ticketName struct{ tenant, ticket string }

// Apply folds one event into its ticket and gives what Run would say: nil if the
// event changes nothing, as one that comes again. No retry mends its error.
func (t *Tickets) Apply(ev *ingressv1.TicketEvent) (*intakev1.TicketChanged, error) {
	name := ticketName{ev.GetTenant(), ev.GetTicket()}
	ticket := t.known[name]
	changed, err := receive.Fold(&ticket, events.TicketEvent(ev))
	if err != nil {
		return nil, fmt.Errorf("fold it into ticket %s of %s: %w", ev.GetTicket(), ev.GetTenant(), err)
	}
	if !changed {
		return nil, nil
	}
	if t.known == nil {
		t.known = map[ticketName]receive.Ticket{}
	}
	t.known[name] = ticket
	return events.Changed(ticket, ev), nil
}
