package events

import (
	"context"
	"errors"
	"time"

	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/forms"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Intake is where all doors lead: it checks events and stores them.
type Intake struct {
	Tickets *Tickets
	Signals *Signals
	// Deliveries know which signed deliveries were taken; nil knows none.
	Deliveries *Deliveries
	// Now is the clock that event times are held against.
	Now func() time.Time
	// Sources are who may speak for whom where no token is shown; nil knows nobody.
	Sources *source.Register
}

// CheckTicketEvent refuses (*forms.Refused) an event that may not be taken in.
func (i Intake) CheckTicketEvent(ev *ingressv1.TicketEvent) error {
	if err := forms.Check(ev); err != nil {
		return err
	}
	return i.AdmitTicketEvent(ev)
}

// AdmitTicketEvent is CheckTicketEvent for an event that forms has checked already. It
// writes the tenant and the ticket in the one way in which they are told apart.
func (i Intake) AdmitTicketEvent(ev *ingressv1.TicketEvent) error {
	ev.Tenant, ev.Ticket = forms.Composed(ev.GetTenant()), forms.Composed(ev.GetTicket())
	return refusal(receive.CheckTicketEvent(TicketEvent(ev), i.Now()))
}

// CheckSignal refuses (*forms.Refused) a signal that may not be taken in.
func (i Intake) CheckSignal(s *ingressv1.Signal) error {
	if err := forms.Check(s); err != nil {
		return err
	}
	return i.AdmitSignal(s)
}

// AdmitSignal is CheckSignal for a signal that forms has checked already. It writes the
// tenant in the one way in which it is told apart.
func (i Intake) AdmitSignal(s *ingressv1.Signal) error {
	s.Tenant = forms.Composed(s.GetTenant())
	problems := receive.CheckSignalHead(receive.Signal{Tenant: s.GetTenant(), Source: s.GetSource(), ID: s.GetId(), OccurredAt: s.GetOccurredAt().AsTime()}, i.Now())
	switch k := s.GetKind().(type) {
	case *ingressv1.Signal_ReportRun:
		if due := k.ReportRun.GetDueAt(); due != nil {
			problems = append(problems, receive.CheckDay("report_run.due_at", due.AsTime())...)
		}
	case *ingressv1.Signal_Launch:
		problems = append(problems, receive.CheckDay("launch.starts_at", k.Launch.GetStartsAt().AsTime())...)
	case *ingressv1.Signal_ProfileAudit:
		problems = append(problems, receive.CheckPeople("profile_audit.discrepant_users", k.ProfileAudit.GetDiscrepantUsers())...)
	}
	return refusal(problems)
}

// refusal is what the rules of intake refuse; nil if that is nothing.
func refusal(problems []receive.Problem) error {
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

// checkClaim holds whom a producer on NATS speaks for against what its source may.
func (i Intake) checkClaim(ev interface {
	GetSource() string
	GetTenant() string
},
) error {
	return NotYours(i.Sources.Now().May(ev.GetSource(), ev.GetTenant()))
}

// NotYours refuses what is not a source's to say; nil if that is nothing.
func NotYours(problems []source.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	r := &forms.Refused{}
	for _, p := range problems {
		r.Problems = append(r.Problems, forms.Problem(p))
	}
	return r
}

// IsRefused says whether err is about the event and not about us.
func IsRefused(err error) bool {
	var r *forms.Refused
	return errors.As(err, &r)
}

// TakeTicketEvents stores events that were checked: those of one ticket in order.
// After an error some may be on disk; to take them again is safe.
func (i Intake) TakeTicketEvents(ctx context.Context, evs []*ingressv1.TicketEvent) error {
	return i.Tickets.Put(ctx, evs)
}
