package events_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// state publishes what a producer says, and returns when the stream has it.
func state(t testing.TB, conn *bus.Conn, subject, contentType string, data []byte) {
	t.Helper()
	m := nats.NewMsg(subject)
	m.Data = data
	if contentType != "" {
		m.Header.Set("Content-Type", contentType)
	}
	if _, err := conn.JS().PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// next is the n-th message of a stream that matches, when it comes.
func next(t testing.TB, conn *bus.Conn, s topology.Stream, filter string, n int) bus.Raw {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	found := errors.New("found")
	var got bus.Raw
	err := conn.Follow(ctx, bus.Following{Stream: s, Filters: []string{filter}}, func(_ context.Context, raw bus.Raw) error {
		if n--; n > 0 {
			return nil
		}
		got = raw
		return found
	})
	if !errors.Is(err, found) {
		t.Fatalf("no message came on %s: %v", filter, err)
	}
	return got
}

// parked is the n-th dead letter, when it comes.
func parked(t testing.TB, conn *bus.Conn, n int) bus.DeadLetter {
	t.Helper()
	d, err := conn.DeadLetter(t.Context(), next(t, conn, topology.DeadLetter, topology.AllDeadLetters, n).Sequence)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func jsonOf(t testing.TB, m proto.Message) []byte {
	t.Helper()
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func protobufOf(t testing.TB, m proto.Message) []byte {
	t.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// reading is an intake that reads what producers say on NATS.
func reading(t testing.TB) events.Intake {
	t.Helper()
	in := intake(t, serve(t))
	during(t, bus.RawConsumer(in.Tickets.Conn, topology.IntakeOnIngress, in.OnIngress))
	return in
}

func TestTicketEventsOnNATSChangeTheirTicket(t *testing.T) {
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressTicketSubject("desk")
	state(t, conn, subject, "", protobufOf(t, note("1", "T-1", "first")))
	state(t, conn, subject, bus.JSONType, jsonOf(t, note("2", "T-1", "second")))
	state(t, conn, subject, "application/json; charset=utf-8", jsonOf(t, note("2", "T-1", "second")))
	state(t, conn, subject, bus.JSONType, jsonOf(t, note("3", "T-1", "third")))
	var got intakev1.TicketChanged
	if err := bus.Decode(next(t, conn, topology.Tickets, topology.TicketSubject("acme", "T-1"), 3), &got); err != nil {
		t.Fatal(err)
	}
	if notes := got.Ticket.Notes; got.Ticket.Head.Revision != 3 || notes[0].Text != "first" || notes[1].Text != "second" || notes[2].Text != "third" {
		t.Errorf("ticket = %v", got.Ticket)
	}
}

func TestSignalsOnNATSReachTheirShard(t *testing.T) {
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressSignalSubject("okta")
	state(t, conn, subject, "", protobufOf(t, &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{attempt("1", "acme", "u"), attempt("2", "acme", "u")}}))
	state(t, conn, subject, bus.JSONType, jsonOf(t, attempt("3", "acme", "u")))
	state(t, conn, subject, bus.JSONType, []byte(" ["+string(jsonOf(t, attempt("4", "acme", "u")))+","+string(jsonOf(t, attempt("5", "acme", "u")))+"]"))
	next(t, conn, topology.Signals, topology.AllSignals, 3)
	if got := fmt.Sprint(ids(t, conn)); got != "[1 2 3 4 5]" {
		t.Errorf("the stream has %s", got)
	}
}

func TestOfAMixedBatchTheValidAreTakenAndTheOthersNamed(t *testing.T) {
	in := reading(t)
	conn, subject := in.Tickets.Conn, topology.IngressSignalSubject("okta")
	nobody, stranger := attempt("2", "acme", ""), attempt("3", "acme", "u")
	stranger.Source = "other"
	state(t, conn, subject, "", protobufOf(t, &ingressv1.SignalBatch{Signals: []*ingressv1.Signal{attempt("1", "acme", "u"), nobody, stranger, attempt("4", "acme", "u")}}))
	d := parked(t, conn, 1)
	for _, word := range []string{"signal 2 (okta/2): auth_attempt.user", "signal 3 (other/3): source"} {
		if !strings.Contains(d.Reason, word) {
			t.Errorf("the reason does not say %q: %s", word, d.Reason)
		}
	}
	if d.Subject != subject {
		t.Errorf("it came from %s", d.Subject)
	}
	parts := []string{string(jsonOf(t, attempt("5", "acme", "u"))), `{"colour":"red"}`, string(jsonOf(t, nobody)), "7", string(jsonOf(t, attempt("6", "acme", "u")))}
	state(t, conn, subject, bus.JSONType, []byte("["+strings.Join(parts, ",")+"]"))
	d = parked(t, conn, 2)
	for _, word := range []string{"signal 2 ", "colour", "signal 3 (okta/2): auth_attempt.user", "signal 4 "} {
		if !strings.Contains(d.Reason, word) {
			t.Errorf("the reason does not say %q: %s", word, d.Reason)
		}
	}
	if got := fmt.Sprint(ids(t, conn)); got != "[1 4 5 6]" {
		t.Errorf("the stream has %s", got)
	}
}

func TestWhatIsInvalidOnNATSIsParkedByTheNameOfItsField(t *testing.T) {
	in := reading(t)
	conn := in.Tickets.Conn
	tickets, signals := topology.IngressTicketSubject("desk"), topology.IngressSignalSubject("okta")
	stranger := note("1", "T-1", "x")
	stranger.Source = "other"
	late := note("1", "T-1", "x")
	late.OccurredAt.Seconds += 3600
	for i, tt := range []struct {
		subject, contentType string
		data                 []byte
		word                 string
	}{
		{tickets, "", protobufOf(t, stranger), "source"},
		{tickets, "", protobufOf(t, late), "occurred_at"},
		{tickets, "", []byte("\xff\xff"), "protobuf"},
		{tickets, bus.JSONType, []byte(`{"id":"1","colour":"red"}`), "colour"},
		{tickets, bus.JSONType, []byte(`{"id":"1","source":"desk"}`), "ticket"},
		{signals, "", []byte("\xff\xff"), "decode"},
		{signals, bus.JSONType, []byte(`[{]`), "not a JSON array"},
		{signals, bus.JSONType, []byte(``), "signal 1"},
	} {
		state(t, conn, tt.subject, tt.contentType, tt.data)
		if d := parked(t, conn, i+1); !strings.Contains(d.Reason, tt.word) || d.Subject != tt.subject {
			t.Errorf("%q on %s: parked with %q, want %q named", tt.data, tt.subject, d.Reason, tt.word)
		}
	}
	if last(t, conn, "T-1") != nil || len(ids(t, conn)) > 0 {
		t.Error("something of it was taken")
	}
}

func TestABatchInWhichAllIsWrongIsParkedWithSomeOfIt(t *testing.T) {
	in := reading(t)
	conn := in.Tickets.Conn
	batch := &ingressv1.SignalBatch{}
	for i := range 10000 {
		batch.Signals = append(batch.Signals, &ingressv1.Signal{Id: fmt.Sprint("long enough to weigh something, and refused, number ", i)})
	}
	state(t, conn, topology.IngressSignalSubject("okta"), "", protobufOf(t, batch))
	if d := parked(t, conn, 1); !strings.Contains(d.Reason, "signal 1 ") || !strings.Contains(d.Reason, "and 9980 more") {
		t.Errorf("reason = %.400s", d.Reason)
	}
}

func TestEventsOfATicketStandInOneLineHoweverTheyAreWrittenAndSignalsInNone(t *testing.T) {
	ev := &ingressv1.TicketEvent{
		Id: "e", Source: "desk", Tenant: "acme", Ticket: "T-1", OccurredAt: timestamppb.New(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)),
		Event: &ingressv1.TicketEvent_Status{Status: &ingressv1.StatusChanged{Status: ingressv1.Status_OPEN}},
	}
	inProtobuf, err := proto.Marshal(ev)
	if err != nil {
		t.Fatal(err)
	}
	inJSON, err := protojson.Marshal(ev)
	if err != nil {
		t.Fatal(err)
	}
	want := topology.TicketSubject("acme", "T-1")
	about := bus.Meta{Subject: topology.IngressTicketSubject("desk")}
	for _, tt := range []struct {
		raw  bus.Raw
		want string
	}{
		{bus.Raw{Meta: about, ContentType: bus.ProtobufType, Data: inProtobuf}, want},
		{bus.Raw{Meta: about, ContentType: bus.JSONType, Data: inJSON}, want},
		{bus.Raw{Meta: about, ContentType: bus.JSONType, Data: []byte("{}")}, ""},
		{bus.Raw{Meta: bus.Meta{Subject: topology.IngressSignalSubject("desk")}, ContentType: bus.JSONType, Data: inJSON}, ""},
	} {
		if got := events.Line(tt.raw); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.raw.Data, got, tt.want)
		}
	}
}
