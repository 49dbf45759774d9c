package events

import (
	"testing"
	"time"

	"tocsin/services/intake/internal/cloudevent"

	"tocsin/pkg/bus"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// FuzzIngress reads any message of a producer on NATS, as either form and by either
// type: what it says is judged, and what it does not is refused with a reason.
func FuzzIngress(f *testing.F) {
	f.Add(bus.JSONType, []byte(`[{"id":"a","source":"okta","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"sso","prober":"p","status":"UP"}},7]`))
	f.Add(bus.ProtobufType, []byte("\x0a\x01a\x12\x04desk\x1a\x04acme\x22\x03T-1\x2a\x06\x08\xa0\xd9\xfb\xc8\x06\x5a\x02\x08\x03"))
	f.Add(bus.ProtobufType, []byte("\x0a\x20\x0a\x01a\x12\x04okta\x22\x06\x08\xa0\xd9\xfb\xc8\x06\x7a\x03\x0a\x01u"))
	in := still()
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		raw := bus.Raw{ContentType: kind, Data: data}
		ev := &ingressv1.TicketEvent{}
		if err := readTicketEvent(raw, ev); err == nil {
			judged(t, in.AdmitTicketEvent(ev))
		} else {
			judged(t, err)
		}
		signals, unread, err := readSignals(raw)
		if err != nil && !IsRefused(err) && !bus.IsPermanent(err) {
			t.Fatalf("not a refusal: %v", err)
		}
		for n, s := range signals {
			judged(t, unread[n])
			judged(t, in.CheckSignal(s))
		}
	})
}

// FuzzCloudEvent reads anything as the data of a CloudEvent of any type.
func FuzzCloudEvent(f *testing.F) {
	f.Add("tocsin.ingress.v1.Note", "application/json", []byte(`{"author_kind":"AGENT","text":"x"}`))
	f.Add("tocsin.ingress.v1.SignalBatch", "application/protobuf", []byte("\x0a\x20\x0a\x01a\x12\x04okta\x22\x06\x08\xa0\xd9\xfb\xc8\x06\x7a\x03\x0a\x01u"))
	f.Add("com.example.other", "application/json", []byte(`{"id":"b","source":"okta","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"sso","prober":"p","status":"UP"}}`))
	in := still()
	f.Fuzz(func(t *testing.T, kind, content string, data []byte) {
		ce, err := cloudevent.FromHeader(map[string][]string{
			"ce-specversion": {"1.0"}, "ce-id": {"a"}, "ce-source": {"/okta"}, "ce-type": {kind}, "ce-subject": {"T-1"},
			"ce-tenant": {"acme"}, "ce-time": {"2026-11-20T09:00:00Z"}, "Content-Type": {content},
		}, data, bus.JSONType)
		if err != nil {
			return
		}
		ev, err := TicketEventOf(ce)
		if judged(t, err); err == nil {
			judged(t, in.CheckTicketEvent(ev))
		}
		signals, refused, err := SignalsOf(ce)
		judged(t, err)
		for n, s := range signals {
			judged(t, refused[n])
			judged(t, in.CheckSignal(s))
		}
		_, err = ValidSignalsOf(ce)
		judged(t, err)
	})
}

// still is an intake whose clock stands still, and that stores nothing.
func still() Intake {
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	return Intake{Now: func() time.Time { return at }}
}

// judged fails unless err is none, or a refusal.
func judged(t *testing.T, err error) {
	t.Helper()
	if err != nil && (!IsRefused(err) || err.Error() == "") {
		t.Fatalf("not a refusal: %v", err)
	}
}
