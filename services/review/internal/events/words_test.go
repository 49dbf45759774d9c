package events_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/teach"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

func TestWordsAreReadWhereIntakeKeepsThem(t *testing.T) {
	conn := natstest.Connect(t)
	nine := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	note := func(id string, kind ingressv1.AuthorKind, minutes int, text string) *intakev1.TicketNote {
		at := timestamppb.New(nine.Add(time.Duration(minutes) * time.Minute))
		return &intakev1.TicketNote{Id: id, AuthorKind: kind, Author: "Kim Okafor", Text: text, At: at, Opening: id == "d/1"}
	}
	_, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.TicketSubject("acme", "T-1"), ID: "t1", Payload: &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
			Head: &intakev1.TicketHead{Tenant: "acme", Ticket: "T-1", Subject: "SSO", Requester: "kim.okafor", Agent: "support"},
			Notes: []*intakev1.TicketNote{
				note("d/1", ingressv1.AuthorKind_CUSTOMER, 0, "Nobody can log in. Okafor, for kim.okafor (Kim Okafor Kim)"),
				note("d/2", ingressv1.AuthorKind_AGENT, 1, "we look at it"),
				note("d/3", ingressv1.AuthorKind_CUSTOMER, 2, "Is support there?"),
				note("d/5", ingressv1.AuthorKind_CUSTOMER, 9, "it works again"),
			},
			Requests: []*intakev1.EscalationRequest{{
				Id: "d/4", AuthorKind: ingressv1.AuthorKind_CSM, At: timestamppb.New(nine.Add(3 * time.Minute)), Reason: "please escalate", Urgency: "launch at noon",
			}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	archive, e := events.Archive{Conn: conn}, teach.Example{Tenant: "acme", Ticket: "T-1", ReadUpTo: nine.Add(5 * time.Minute)}
	w, err := archive.Words(t.Context(), e, true)
	if want := "SSO\n\nNobody can log in. Okafor, for kim.okafor (Kim Okafor Kim)\n\nIs support there?\n\nplease escalate\n\nlaunch at noon"; err != nil || w.Text != want || !w.Form {
		t.Errorf("whole: %+v, want %q (%v)", w, want, err)
	}
	w, err = archive.Words(t.Context(), e, false)
	if err != nil || strings.Contains(strings.ToLower(w.Text), "okafor") || strings.Contains(w.Text, "Kim") || !strings.Contains(w.Text, "Is support there?") {
		t.Errorf("redacted: %q (%v)", w.Text, err)
	}
	e.Ticket = "T-2"
	if w, err := archive.Words(t.Context(), e, true); err != nil || w.Text != "" {
		t.Errorf("of a ticket that is not there: %+v (%v)", w, err)
	}
}
