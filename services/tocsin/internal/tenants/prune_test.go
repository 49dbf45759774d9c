package tenants_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/tocsin/internal/tenants"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

func TestOfTicketsThatHaveLongBeenClosedTheTextsAreRemoved(t *testing.T) {
	conn, now := natstest.Connect(t), time.Now()
	publish := func(subject, id string, m proto.Message) {
		t.Helper()
		if _, err := conn.Publish(t.Context(), bus.Event{Subject: subject, ID: id, Payload: m}); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range []struct {
		ticket string
		status ingressv1.Status
		at     time.Time
	}{
		{"old", ingressv1.Status_CLOSED, now.Add(-400 * 24 * time.Hour)},
		{"young", ingressv1.Status_CLOSED, now.Add(-300 * 24 * time.Hour)},
		{"open", ingressv1.Status_OPEN, now.Add(-400 * 24 * time.Hour)},
	} {
		head := &intakev1.TicketHead{Tenant: "acme", Ticket: one.ticket, Revision: 2, Subject: "Secret", Requester: "kim", Status: one.status, LastEventAt: timestamppb.New(one.at)}
		for range 2 {
			publish(topology.TicketSubject("acme", one.ticket), "", &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
				Head: head, Notes: []*intakev1.TicketNote{{Id: "desk/1", Text: "secret words"}}, Requests: []*intakev1.EscalationRequest{{Id: "desk/2", Reason: "secret"}},
				Applied: []*intakev1.AppliedEvent{{Event: "desk/1"}},
			}})
		}
		publish(topology.AssessmentSubject("acme", one.ticket), "", &classificationv1.TicketAssessed{Head: head})
	}
	w := &tenants.Work{Conn: conn, Now: func() time.Time { return now }}
	const year = 365 * 24 * time.Hour
	for _, tt := range []struct {
		doing bool
		want  int
	}{{false, 1}, {true, 1}, {true, 0}} {
		if n, err := w.Prune(t.Context(), year, tt.doing); err != nil || n != tt.want {
			t.Fatalf("%d tickets were pruned (%v), want %d", n, err, tt.want)
		}
	}
	for ticket, kept := range map[string]int{"old": 0, "young": 2, "open": 2} {
		all, err := conn.Among(t.Context(), topology.Tickets, topology.TicketSubject("acme", ticket), bus.Span{N: 10})
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, raw := range all {
			said += strings.Count(strings.ToLower(string(raw.Data)), "secret words")
		}
		if said != kept {
			t.Errorf("%s has its words %d times in %d messages, want %d", ticket, said, len(all), kept)
		}
	}
	last, err := conn.Last(t.Context(), topology.Tickets, topology.TicketSubject("acme", "old"))
	if err != nil {
		t.Fatal(err)
	}
	var changed intakev1.TicketChanged
	if err := bus.Decode(last, &changed); err != nil {
		t.Fatal(err)
	}
	got := changed.GetTicket()
	if strings.Contains(strings.ToLower(string(last.Data)), "secret") || got.GetHead().GetRevision() != 2 || !got.GetHead().GetTruncated() || len(got.GetApplied()) != 1 || !got.GetNotes()[0].GetTruncated() {
		t.Errorf("it is %v, want all but its texts", got)
	}
	if left, err := conn.Subjects(t.Context(), topology.Assessments, ">"); err != nil || len(left) != 2 {
		t.Errorf("assessments are left on %q (%v), want those of the other two", left, err)
	}
}
