package events

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tocsin/pkg/bus"
	"tocsin/pkg/forms"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// OnIngress takes one message of a producer on NATS: a ticket event, or a signal
// or several, as a CloudEvent or alone. What is invalid becomes a dead letter that
// names the fields; the valid signals of a batch are taken all the same.
func (i Intake) OnIngress(ctx context.Context, raw bus.Raw) error {
	ce, is, err := cloudEventIn(raw)
	if err != nil {
		return bus.Permanent(err)
	}
	if is {
		ctx = Traced(ctx, ce)
	}
	if topology.IsIngressTicket(raw.Subject) {
		ev := &ingressv1.TicketEvent{}
		if is {
			ev, err = TicketEventOf(ce)
		} else {
			err = readTicketEvent(raw, ev)
		}
		if err != nil {
			return bus.Permanent(err)
		}
		return i.onTicketEvent(ctx, raw.Subject, ev)
	}
	var signals []*ingressv1.Signal
	var unread map[int]error
	if is {
		signals, unread, err = SignalsOf(ce)
	} else {
		signals, unread, err = readSignals(raw)
	}
	if err != nil {
		return bus.Permanent(err)
	}
	return i.onSignals(ctx, raw.Subject, signals, unread)
}

// Line is the ticket that a producer's message speaks of: its events are applied in the
// order in which they came. Signals, and what is no ticket event, are in no line.
func Line(raw bus.Raw) string {
	if !topology.IsIngressTicket(raw.Subject) {
		return ""
	}
	ce, is, err := cloudEventIn(raw)
	ev := &ingressv1.TicketEvent{}
	switch {
	case err != nil:
	case is:
		ev, err = TicketEventOf(ce)
	default:
		err = readTicketEvent(raw, ev)
	}
	if err != nil {
		return "" // it is refused when it is handled
	}
	return topology.TicketSubject(ev.GetTenant(), ev.GetTicket())
}

// onSignals takes those of the signals that could be read and are valid.
func (i Intake) onSignals(ctx context.Context, subject string, signals []*ingressv1.Signal, unread map[int]error) error {
	var refused []error
	valid := signals[:0]
	for n, s := range signals {
		err := unread[n]
		if err == nil {
			err = i.CheckSignal(s)
		}
		if err == nil {
			err = checkSource(subject, s.GetSource())
		}
		if err == nil {
			err = i.checkClaim(s)
		}
		if err != nil {
			refused = append(refused, fmt.Errorf("signal %d (%.80s/%.80s): %w", n+1, s.GetSource(), s.GetId(), err))
			continue
		}
		valid = append(valid, s)
	}
	if err := i.Signals.Put(ctx, valid); err != nil {
		return err
	}
	if len(refused) > 0 {
		return bus.Permanent(listed(refused))
	}
	return nil
}

// maxListed is how many refused signals a dead letter names: its reason is a
// header, and has to fit into the message beside what was refused.
const maxListed = 20

func listed(refused []error) error {
	if more := len(refused) - maxListed; more > 0 {
		refused = append(refused[:maxListed], fmt.Errorf("and %d more", more))
	}
	return errors.Join(refused...)
}

func (i Intake) onTicketEvent(ctx context.Context, subject string, ev *ingressv1.TicketEvent) error {
	if err := i.AdmitTicketEvent(ev); err != nil {
		return bus.Permanent(err)
	}
	if err := checkSource(subject, ev.GetSource()); err != nil {
		return bus.Permanent(err)
	}
	if err := i.checkClaim(ev); err != nil {
		return bus.Permanent(err)
	}
	return i.Tickets.Apply(ctx, ev)
}

// readTicketEvent reads a ticket event and holds it against the schema.
func readTicketEvent(raw bus.Raw, ev *ingressv1.TicketEvent) error {
	if raw.ContentType == bus.JSONType {
		return forms.JSON(raw.Data, ev)
	}
	return forms.Protobuf(raw.Data, ev)
}

// readSignals reads a SignalBatch in protobuf, or a signal or an array of them in
// JSON; unread says which of them are no signals, by their place.
func readSignals(raw bus.Raw) (signals []*ingressv1.Signal, unread map[int]error, err error) {
	if raw.ContentType != bus.JSONType {
		var batch ingressv1.SignalBatch
		err := bus.Decode(raw, &batch)
		return batch.Signals, nil, err
	}
	parts := []json.RawMessage{raw.Data}
	if data := bytes.TrimSpace(raw.Data); len(data) > 0 && data[0] == '[' {
		parts = nil
		if err := json.Unmarshal(data, &parts); err != nil {
			return nil, nil, forms.Refuse("", "not a JSON array: %v", err)
		}
	}
	unread = map[int]error{}
	for n, part := range parts {
		s := &ingressv1.Signal{}
		if err := forms.ReadJSON(part, s); err != nil {
			unread[n] = err
		}
		signals = append(signals, s)
	}
	return signals, unread, nil
}
