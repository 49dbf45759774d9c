package events

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/cloudevent"

	"tocsin/pkg/bus"
	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// ours begins the types of CloudEvents that are ours. After it stands the name of a
// whole event (TicketEvent, Signal, SignalBatch), or of what one says (Note,
// AuthAttempt …): then the data are that alone. An event of another type has to have
// a whole one as its data.
const ours = "tocsin.ingress.v1."

// TicketEventOf is the ticket event that a CloudEvent says, held against the schema:
// what its data leave out is filled in from the attributes, the ticket from the
// subject. Refusals are *forms.Refused.
func TicketEventOf(ce cloudevent.Event) (*ingressv1.TicketEvent, error) {
	ev := &ingressv1.TicketEvent{}
	if err := readInto(ce, ce.Data, ev); err != nil {
		return nil, err
	}
	if ev.Ticket == "" {
		ev.Ticket = ce.Subject()
	}
	if err := fill(ce, ev, true); err != nil {
		return nil, err
	}
	return ev, forms.Check(ev)
}

// SignalsOf are the signals that a CloudEvent says: one, or the many of a SignalBatch
// or a JSON array; refused says which of them are refused, by their place. What the
// data leave out is filled in from the attributes, but for the ids of many. They are
// not held against the schema. Refusals are *forms.Refused.
func SignalsOf(ce cloudevent.Event) (signals []*ingressv1.Signal, refused map[int]error, err error) {
	refused = map[int]error{}
	if ce.Type() == ours+"SignalBatch" || isProtobuf(ce) && !strings.HasPrefix(ce.Type(), ours) {
		var batch ingressv1.SignalBatch
		if err := decode(ce, ce.Data, &batch); err != nil {
			return nil, nil, err
		}
		for n, s := range batch.Signals {
			if err := fill(ce, s, false); err != nil {
				refused[n] = err
			}
		}
		return batch.Signals, refused, nil
	}
	parts := []json.RawMessage{ce.Data}
	if data := bytes.TrimSpace(ce.Data); ce.JSON() && len(data) > 0 && data[0] == '[' {
		parts = nil
		if err := json.Unmarshal(ce.Data, &parts); err != nil {
			return nil, nil, forms.Refuse("", "not a JSON array: %v", err)
		}
	}
	for n, part := range parts {
		s := &ingressv1.Signal{}
		err := readInto(ce, part, s)
		if err == nil {
			err = fill(ce, s, len(parts) == 1)
		}
		if err != nil {
			refused[n] = err
		}
		signals = append(signals, s)
	}
	return signals, refused, nil
}

// ValidSignalsOf is SignalsOf where all are refused if one is, and all are held against
// the schema.
func ValidSignalsOf(ce cloudevent.Event) ([]*ingressv1.Signal, error) {
	signals, refused, err := SignalsOf(ce)
	if err != nil {
		return nil, err
	}
	var all forms.Refused
	for n, s := range signals {
		err, is := refused[n]
		if !is {
			err = forms.Check(s)
		}
		if err != nil && len(signals) > 1 {
			err = forms.Under(fmt.Sprintf("[%d]", n), err)
		}
		var r *forms.Refused
		switch {
		case errors.As(err, &r):
			all.Problems = append(all.Problems, r.Problems...)
		case err != nil:
			return nil, err
		}
	}
	if len(all.Problems) > 0 {
		return nil, &all
	}
	return signals, nil
}

// readInto reads data into m, or into the part of it that the event's type names.
func readInto(ce cloudevent.Event, data []byte, m proto.Message) error {
	name, is := strings.CutPrefix(ce.Type(), ours)
	whole := m.ProtoReflect().Descriptor()
	if !is || name == string(whole.Name()) {
		return decode(ce, data, m)
	}
	fields := whole.Oneofs().Get(0).Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); string(f.Message().Name()) == name {
			err := decode(ce, data, m.ProtoReflect().Mutable(f).Message().Interface())
			return forms.Under(string(f.Name()), err)
		}
	}
	return forms.Refuse("type", "%.80q is not said here: %s takes %s%s, or what one says, as %s%s", ce.Type(), whole.Name(),
		ours, whole.Name(), ours, fields.Get(0).Message().Name())
}

// decode reads data as the event's datacontenttype says. No data is an empty message.
func decode(ce cloudevent.Event, data []byte, m proto.Message) error {
	switch {
	case len(data) == 0:
		return nil
	case ce.JSON():
		return forms.ReadJSON(data, m)
	case isProtobuf(ce):
		return forms.ReadProtobuf(data, m)
	case ce.ContentType() == "":
		return forms.Refuse("datacontenttype", "is missing: say what the data are, application/json or application/protobuf")
	}
	return forms.Refuse("datacontenttype", "%.80q is not read here; send application/json or application/protobuf", ce.ContentType())
}

func isProtobuf(ce cloudevent.Event) bool {
	switch ce.ContentType() {
	case "application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf":
		return true
	}
	return false
}

// filled is what all ingress events have at their head.
type filled interface {
	proto.Message
	GetId() string
	GetSource() string
	GetTenant() string
	GetOccurredAt() *timestamppb.Timestamp
}

// fill fills in from the attributes what the event leaves out, its id if the
// attributes are of this one event. It refuses attributes that contradict it: another
// tenant, or another id of the same source. An envelope of another source is a
// relay's, whose ids are its own.
func fill(ce cloudevent.Event, m filled, one bool) error {
	source := strings.TrimPrefix(ce.Source(), "/")
	set := func(field protoreflect.Name, value string) {
		if value != "" {
			r := m.ProtoReflect()
			r.Set(r.Descriptor().Fields().ByName(field), protoreflect.ValueOfString(value))
		}
	}
	if m.GetSource() == "" {
		set("source", source)
	}
	same := m.GetSource() == source || m.GetSource() == ce.Source()
	if one && m.GetId() == "" {
		set("id", ce.ID())
	}
	if one && same && m.GetId() != ce.ID() {
		return forms.Refuse("id", "is %.80q, but the CloudEvent of this source has the id %.80q; give both the same, or only the CloudEvent one", m.GetId(), ce.ID())
	}
	if tenant := ce.Attributes["tenant"]; m.GetTenant() == "" {
		set("tenant", tenant)
	} else if tenant != "" && tenant != m.GetTenant() {
		return forms.Refuse("tenant", "is %.80q, but the CloudEvent says %.80q", m.GetTenant(), tenant)
	}
	if m.GetOccurredAt() == nil && !ce.Time.IsZero() {
		r := m.ProtoReflect()
		r.Set(r.Descriptor().Fields().ByName("occurred_at"), protoreflect.ValueOfMessage(timestamppb.New(ce.Time).ProtoReflect()))
	}
	return nil
}

// Traced is ctx with the trace that a CloudEvent's extension names, if ctx is of none.
func Traced(ctx context.Context, ce cloudevent.Event) context.Context {
	if trace.SpanContextFromContext(ctx).IsValid() {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier(ce.Attributes))
}

// cloudEventIn is the CloudEvent that a message on NATS is; false if it is none.
func cloudEventIn(raw bus.Raw) (ce cloudevent.Event, is bool, err error) {
	mode, err := cloudevent.ModeOf(raw.Headers())
	switch {
	case err != nil:
		return ce, true, forms.Refuse("Content-Type", "%v", err)
	case mode == cloudevent.Binary:
		ce, err = cloudevent.FromHeader(raw.Headers(), raw.Data, bus.ProtobufType)
	case mode == cloudevent.Structured:
		ce, err = cloudevent.FromJSON(raw.Data)
	case mode == cloudevent.Batch:
		err = forms.Refuse("Content-Type", "a batch of CloudEvents is not read on NATS; send each as a message of its own")
	}
	return ce, mode != cloudevent.None, err
}
