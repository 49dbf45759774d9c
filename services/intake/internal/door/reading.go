package door

import (
	"errors"
	"slices"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// reading is what was made of a delivery.
type reading struct {
	tickets []*ingressv1.TicketEvent
	signals []*ingressv1.Signal
	out     hooked
	// missed are those of out.Ignored that a change of the doors' file may mend.
	missed []string
	// tenants are those of the events, taken or not.
	tenants []string
}

// read makes events of a delivery. Its error is webhook.ErrBody, or our own.
func (d *Door) read(hook Hook, delivery webhook.Delivery) (reading, error) {
	got := reading{out: hooked{IDs: []string{}}}
	account := hook.Account
	missed := func(reason string) { got.missed = append(got.missed, reason) }
	account.Desk.Missed, account.Alerts.Missed = missed, missed
	said, err := hook.Door.Read(delivery, account)
	if err != nil {
		return got, err
	}
	got.out.Ignored = append([]string{}, said.Ignored...)
	tickets, signals := within(account.Speaks, d.Intake.CheckTicketEvent), within(account.Speaks, d.Intake.CheckSignal)
	if got.tickets, err = each(said.Tickets, &got, events.TicketEventMessage, tickets); err != nil {
		return got, err
	}
	got.signals, err = each(said.Signals, &got, events.SignalMessage, signals)
	return got, err
}

// lot are the events of a delivery.
func (got reading) lot() *events.Lot { return &events.Lot{Tickets: got.tickets, Signals: got.signals} }

// within is check, and whether the event is of those for whom the door speaks.
func within[M any](speaks *source.Source, check func(M) error) func(M) error {
	return func(m M) error {
		if err := check(m); err != nil || speaks == nil {
			return err
		}
		return claim(speaks, m)
	}
}

// each are the messages of what was said that are not refused; the others are named.
func each[S any, M interface {
	GetId() string
	GetTenant() string
}](said []S, got *reading, message func(S) M, check func(M) error) (valid []M, err error) {
	for _, one := range said {
		m := message(one)
		if tenant := forms.Composed(m.GetTenant()); tenant != "" && !slices.Contains(got.tenants, tenant) {
			got.tenants = append(got.tenants, tenant)
		}
		if err := check(m); err != nil {
			if !got.ignore(m.GetId(), err) {
				return nil, err
			}
			continue
		}
		valid, got.out.IDs = append(valid, m), append(got.out.IDs, m.GetId())
	}
	return valid, nil
}

// ignore names an event that is refused, so that the others are taken all the
// same: a vendor sends what it has and can not mend it. False: err is our own.
func (got *reading) ignore(id string, err error) bool {
	var refused *forms.Refused
	if !errors.As(err, &refused) {
		return false
	}
	why := id + ": " + refused.Error()
	got.out.Ignored, got.missed = append(got.out.Ignored, why), append(got.missed, why)
	return true
}
