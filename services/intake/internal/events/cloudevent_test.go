package events_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// stated publishes a message with these headers, written as they are.
func stated(t testing.TB, conn *bus.Conn, subject, data string, headers ...string) {
	t.Helper()
	m := nats.NewMsg(subject)
	m.Data = []byte(data)
	for i := 0; i < len(headers); i += 2 {
		m.Header[headers[i]] = []string{headers[i+1]}
	}
	if _, err := conn.JS().PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestCloudEventsOnNATSChangeTheirTicket(t *testing.T) {
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressTicketSubject("desk")
	const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	stated(t, conn, subject, `{"author_kind":"CUSTOMER","text":"first"}`, "CE-SpecVersion", "1.0", "ce-id", "1", "ce-source", "/desk",
		"ce-type", "tocsin.ingress.v1.Note", "ce-subject", "T%2D1", "ce-tenant", "acme", "ce-time", "2026-11-20T09:00:00Z",
		"ce-datacontenttype", "application/json", "ce-traceparent", trace)
	stated(t, conn, subject, `{"specversion":"1.0","id":"2","source":"desk","type":"x","data":`+string(jsonOf(t, note("2", "T-1", "second")))+`}`,
		"content-type", "application/CloudEvents+json; charset=utf-8")
	stated(t, conn, subject, string(protobufOf(t, note("3", "T-1", "third"))), "ce-specversion", "1.0", "ce-id", "relayed-7",
		"ce-source", "/relay", "ce-type", "tocsin.ingress.v1.TicketEvent")
	first, third := next(t, conn, topology.Tickets, topology.TicketSubject("acme", "T-1"), 1), next(t, conn, topology.Tickets, topology.TicketSubject("acme", "T-1"), 3)
	var got intakev1.TicketChanged
	if err := bus.Decode(third, &got); err != nil {
		t.Fatal(err)
	}
	if notes := got.Ticket.Notes; got.Ticket.Head.Revision != 3 || notes[0].Text != "first" || notes[1].Text != "second" || notes[2].Text != "third" {
		t.Errorf("ticket = %v", got.Ticket)
	}
	if !strings.Contains(first.Header("traceparent"), "4bf92f3577b34da6a3ce929d0e0e4736") {
		t.Errorf("it is of trace %q", first.Header("traceparent"))
	}
}

func TestCloudEventsOnNATSThatAreNotSoundAreParked(t *testing.T) {
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressSignalSubject("okta")
	one := string(jsonOf(t, attempt("a", "acme", "u")))
	for n, tt := range []struct {
		data, reason string
		headers      []string
	}{
		{one, "ce-id", []string{"ce-specversion", "1.0", "ce-source", "/okta", "ce-type", "x"}},
		{one, "not valid UTF-8", []string{"ce-specversion", "1.0", "ce-id", "a", "ce-source", "/okta", "ce-type", "x", "ce-subject", "%C0%A0"}},
		{one, "id", []string{"ce-specversion", "1.0", "ce-id", "b", "ce-source", "/okta", "ce-type", "x", "Content-Type", "application/json"}},
		{one, "may not be published", []string{"ce-specversion", "1.0", "ce-id", "a", "ce-source", "/x", "ce-type", "x", "Content-Type", "application/json"}},
		{"[]", "message of its own", []string{"Content-Type", "application/cloudevents-batch+json"}},
		{"x", "format", []string{"Content-Type", "application/cloudevents+avro"}},
	} {
		to := subject
		if tt.reason == "may not be published" {
			to = topology.IngressSignalSubject("other")
		}
		stated(t, conn, to, tt.data, tt.headers...)
		if d := parked(t, conn, n+1); !strings.Contains(d.Reason, tt.reason) {
			t.Errorf("parked for %q, want %q", d.Reason, tt.reason)
		}
	}
	if got := ids(t, conn); len(got) > 0 {
		t.Errorf("the stream has %v", got)
	}
}

func TestOfSignalsInACloudEventTheValidOnesAreStored(t *testing.T) {
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressSignalSubject("okta")
	bad := attempt("b", "acme", "")
	ce := []string{"ce-specversion", "1.0", "ce-id", "batch-1", "ce-source", "/okta", "ce-type", "tocsin.ingress.v1.SignalBatch"}
	many := &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{attempt("a", "acme", "u"), bad, attempt("c", "acme", "u")}}
	stated(t, conn, subject, string(protobufOf(t, many)), ce...)
	if d := parked(t, conn, 1); !strings.Contains(d.Reason, "signal 2") {
		t.Errorf("parked for %q", d.Reason)
	}
	stated(t, conn, subject, fmt.Sprintf(`[%s,{"colour":1},%s]`, jsonOf(t, attempt("d", "acme", "u")), jsonOf(t, attempt("e", "acme", "u"))),
		append(ce[:6:6], "ce-type", "x", "ce-datacontenttype", "application/json")...)
	if d := parked(t, conn, 2); !strings.Contains(d.Reason, "signal 2") {
		t.Errorf("parked for %q", d.Reason)
	}
	stated(t, conn, subject, `{"user":"u","method":"SSO","outcome":"FAILURE"}`, "ce-specversion", "1.0", "ce-id", "f", "ce-source", "/okta",
		"ce-type", "tocsin.ingress.v1.AuthAttempt", "ce-datacontenttype", "application/json", "ce-time", "2026-11-20T09:00:00Z")
	next(t, conn, topology.Signals, topology.AllSignals, 3)
	if got := fmt.Sprint(ids(t, conn)); got != "[a c d e f]" {
		t.Errorf("the stream has %s", got)
	}
}
