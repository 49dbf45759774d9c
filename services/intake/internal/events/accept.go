package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/forms"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Intake is where all doors lead: it checks events and stores them.
type Intake struct {
	Tickets Tickets
	Signals *Signals
	// Now is the clock that event times are held against.
	Now func() time.Time
}

// CheckTicketEvent refuses (*forms.Refused) an event that may not be taken in.
func (i Intake) CheckTicketEvent(ev *ingressv1.TicketEvent) error {
	return refusal(forms.Check(ev), func() []receive.Problem { return receive.CheckTicketEvent(TicketEvent(ev), i.Now()) })
}

// CheckSignal refuses (*forms.Refused) a signal that may not be taken in.
func (i Intake) CheckSignal(s *ingressv1.Signal) error {
	return refusal(forms.Check(s), func() []receive.Problem {
		return receive.CheckSignalHead(s.GetTenant(), s.GetSource(), s.GetId(), s.GetOccurredAt().AsTime(), i.Now())
	})
}

// refusal joins what the schema refuses with what the rules of intake refuse.
func refusal(schema error, more func() []receive.Problem) error {
	if schema != nil {
		return schema
	}
	problems := more()
	if len(problems) == 0 {
		return nil
	}
	r := &forms.Refused{}
	for _, p := range problems {
		r.Problems = append(r.Problems, forms.Problem(p))
	}
	return r
}

// checkSource holds what a producer says of itself against where it may publish.
func checkSource(subject, source string) error {
	if subject == topology.IngressTicketSubject(source) || subject == topology.IngressSignalSubject(source) {
		return nil
	}
	return forms.Refuse("source", "%q may not be published on %s", source, subject)
}

// IsRefused says whether err is about the event and not about us.
func IsRefused(err error) bool {
	var r *forms.Refused
	return errors.As(err, &r)
}

// TakeTicketEvents stores events that were checked, in order.
func (i Intake) TakeTicketEvents(ctx context.Context, evs []*ingressv1.TicketEvent) error {
	for _, ev := range evs {
		if err := i.Tickets.Apply(ctx, ev); err != nil {
			return fmt.Errorf("ticket event %s/%s: %w", ev.GetSource(), ev.GetId(), err)
		}
	}
	return nil
}
