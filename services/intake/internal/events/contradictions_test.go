package events_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/telemetry"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// counted are the lines of /metrics that count contradictions.
func counted(t *testing.T, metrics http.Handler) (lines []string) {
	t.Helper()
	w := httptest.NewRecorder()
	metrics.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "tocsin_intake_contradictions") {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestATicketEventThatSaysOtherwiseUnderAKnownIdIsNamedAndCounted(t *testing.T) {
	of, err := telemetry.Setup(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	in, another := intake(t, s), intake(t, s)
	some := func(from, to int, text string) (evs []*ingressv1.TicketEvent) {
		for i := from; i < to; i++ {
			evs = append(evs, note(fmt.Sprint(i), fmt.Sprint("T-", i%3), text))
		}
		return evs
	}
	for _, tt := range []struct {
		name string
		in   events.Intake
		lot  events.Lot
		want []string
	}{
		{"new ones", in, events.Lot{Named: true, Tickets: some(0, 20, "first")}, nil},
		{"the same again", in, events.Lot{Named: true, Tickets: some(0, 20, "first")}, nil},
		{"one among few", another, events.Lot{Named: true, Tickets: append(some(0, 2, "first"), some(7, 8, "other")...)}, []string{"7"}},
		{"many", another, events.Lot{Named: true, Tickets: some(18, 30, "other")}, []string{"18", "19"}},
		{"both in one", in, events.Lot{Named: true, Tickets: append(some(40, 41, "first"), some(40, 41, "other")...)}, []string{"40"}},
		{"under ids that a door gave", in, events.Lot{Tickets: some(0, 20, "other")}, nil},
	} {
		if err := tt.in.Store(t.Context(), &tt.lot); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if !slices.Equal(tt.lot.Contradicted, tt.want) {
			t.Errorf("%s: %v contradict, want %v", tt.name, tt.lot.Contradicted, tt.want)
		}
	}
	for i := range 3 {
		for _, n := range last(t, in.Tickets.Conn, fmt.Sprint("T-", i)).GetTicket().GetNotes() {
			if id := strings.TrimPrefix(n.GetId(), "desk/"); n.GetText() != "first" && len(id) == 1 {
				t.Errorf("note %s says %q", id, n.GetText())
			}
		}
	}
	if got := counted(t, of.Metrics); len(got) != 1 || !strings.Contains(got[0], `what="ticket_event"`) || !strings.HasSuffix(got[0], "} 4\n") {
		t.Errorf("/metrics says %q", got)
	}
}

// What waits in a spool is held against the others when it is stored.
func TestALotIsReadAsItWasWritten(t *testing.T) {
	for _, named := range []bool{true, false} {
		data, err := (&events.Lot{Received: nine, Tickets: []*ingressv1.TicketEvent{note("1", "T-1", "x")}, Named: named}).Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := events.DecodeLot(data); err != nil || got.Named != named || len(got.Tickets) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestADeliveryThatSaysOtherwiseUnderAKnownIdIsCounted(t *testing.T) {
	of, err := telemetry.Setup(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	known := events.NewDeliveries(connect(t, serve(t)))
	one := events.Delivery{Door: "zendesk", ID: "i-1", Body: []byte("first")}
	known.Note(one.Receipt(nine))
	for body, is := range map[string]bool{"first": false, "other": true} {
		one.Body = []byte(body)
		if taken, other := known.Known(t.Context(), one); taken == is || other != is {
			t.Errorf("%s: taken %v, other %v", body, taken, other)
		}
	}
	if got := counted(t, of.Metrics); len(got) != 1 || !strings.Contains(got[0], `what="delivery"`) {
		t.Errorf("/metrics says %q", got)
	}
}
