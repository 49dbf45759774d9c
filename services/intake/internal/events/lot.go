package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// A Lot is what one request has to store: events that were checked, and what is to be
// remembered of it.
type Lot struct {
	Received time.Time
	Tickets  []*ingressv1.TicketEvent
	Signals  []*ingressv1.Signal
	// Named says that the ticket events' producer chose their ids, so that what comes under
	// one of them again says the same. A vendor's door gives ids of its own to what may change.
	Named bool
	// Contradicted are the ids of ticket events that were passed over, for they say otherwise
	// than what was taken under the same id. It is known when all is stored.
	Contradicted []string
	// Hidden says that people in the signals are hidden already.
	Hidden bool
	// Receipt, if it has one, is kept when all of the events are stored.
	Receipt Receipt
	// Rejected, if not nil, is what was not taken, and is kept.
	Rejected *rejected.Delivery
	// Trace are the headers of the request's trace.
	Trace map[string]string
}

// Events is how many events there are.
func (l *Lot) Events() int { return len(l.Tickets) + len(l.Signals) }

// Encode is the lot as intake.v1.Spooled.
func (l *Lot) Encode() ([]byte, error) {
	m := &intakev1.Spooled{
		ReceivedAt: timestamppb.New(l.Received), TicketEvents: l.Tickets, Signals: l.Signals, PeopleHidden: l.Hidden, Named: l.Named,
		Trace: l.Trace, Delivery: l.Receipt.said, Door: l.Receipt.door,
	}
	if l.Rejected != nil {
		var err error
		if m.Rejected, err = rejected.Message(*l.Rejected); err != nil {
			return nil, err
		}
	}
	data, err := proto.Marshal(m)
	if err != nil {
		return nil, bus.Permanent(fmt.Errorf("encode %d events: %w", l.Events(), err))
	}
	return data, nil
}

// DecodeLot is the lot that Encode gave. Trying again does not help what it refuses.
func DecodeLot(data []byte) (*Lot, error) {
	var m intakev1.Spooled
	if err := proto.Unmarshal(data, &m); err != nil {
		return nil, bus.Permanent(fmt.Errorf("decode what was spooled: %w", err))
	}
	l := &Lot{
		Received: m.GetReceivedAt().AsTime(), Tickets: m.GetTicketEvents(), Signals: m.GetSignals(), Hidden: m.GetPeopleHidden(), Named: m.GetNamed(),
		Trace: m.GetTrace(), Receipt: Receipt{door: m.GetDoor(), said: m.GetDelivery()},
	}
	if m.GetRejected() != nil {
		d, err := rejected.Of(m.GetRejected())
		if err != nil {
			return nil, bus.Permanent(err)
		}
		l.Rejected = &d
	}
	return l, nil
}

// TraceOf are the headers of a context's trace; nil if it is of none.
func TraceOf(ctx context.Context) map[string]string {
	of := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, of)
	if len(of) == 0 {
		return nil
	}
	return of
}

// oneLane is the lane of lots that have an order among each other, whatever their sources.
const oneLane = "\x00"

// Store stores lots, each ticket's events in order. When it returns nil, all is on disk.
// After an error some may be; to store them again is safe, and they are hidden if they say so.
func (i Intake) Store(ctx context.Context, lots ...*Lot) error {
	var waits []func() error
	var signals []*ingressv1.Signal
	for _, l := range lots {
		lane := oneLane
		if len(lots) == 1 && len(l.Tickets) > 0 {
			lane = l.Tickets[0].GetSource()
		}
		if err := i.Signals.hideLot(ctx, l); err != nil {
			return errors.Join(err, waited(waits))
		}
		signals = append(signals, l.Signals...)
		waits = append(waits, i.Tickets.begin(ctx, lane, l))
	}
	if err := errors.Join(i.Signals.putHidden(ctx, signals), waited(waits)); err != nil {
		return err
	}
	for _, l := range lots {
		if err := i.Deliveries.Put(ctx, l.Receipt); err != nil {
			return err
		}
		if err := i.keep(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func waited(waits []func() error) error {
	errs := make([]error, len(waits))
	for n, wait := range waits {
		errs[n] = wait()
	}
	return errors.Join(errs...)
}

// keep keeps what a lot had rejected, unless it is of a tenant that was erased since.
func (i Intake) keep(ctx context.Context, l *Lot) error {
	if l.Rejected == nil {
		return nil
	}
	if slices.ContainsFunc(i.Tickets.Erased.Tenants(l.Rejected.ReceivedAt), l.Rejected.Concerns) {
		return nil
	}
	return rejected.Keep(ctx, i.Tickets.Conn, *l.Rejected)
}

// StoreNow is Store of one lot, told at once where the bus is away, and within seconds
// where it does not answer.
func (i Intake) StoreNow(ctx context.Context, l *Lot) error {
	if err := i.Tickets.Conn.Up(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	return i.Store(ctx, l)
}
