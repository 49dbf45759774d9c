package events_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/events"
	"tocsin/services/classification/internal/shadow"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// assessor gives an assessor whose view of conditions is kept up to date.
func assessor(t *testing.T, conn *bus.Conn) events.Assessor {
	t.Helper()
	conditions := events.NewConditions(conn)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- conditions.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return events.Assessor{Conn: conn, Method: classify.New(policy.Default(), nil), Conditions: conditions}
}

func changed(revision uint64, text string) *intakev1.TicketChanged {
	return &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
		Head: &intakev1.TicketHead{
			Tenant: "acme", Ticket: "T-1", Source: "helpdesk", Revision: revision, Subject: "SSO",
			OpenedAt: timestamppb.New(nine), LastEventAt: timestamppb.New(nine),
		},
		Notes: []*intakev1.TicketNote{{Id: "helpdesk/1", AuthorKind: ingressv1.AuthorKind_CUSTOMER, Text: text, At: timestamppb.New(nine), Public: true, Opening: true}},
	}}
}

// stored is what the stream holds of the ticket, and how many messages.
func stored(t *testing.T, conn *bus.Conn) (*classificationv1.TicketAssessed, uint64) {
	t.Helper()
	raw, err := conn.Last(t.Context(), topology.Assessments, topology.AssessmentSubject("acme", "T-1"))
	if err != nil {
		t.Fatal(err)
	}
	var ev classificationv1.TicketAssessed
	if err := bus.Decode(raw, &ev); err != nil {
		t.Fatal(err)
	}
	return &ev, raw.Sequence
}

const request = "SSO is down for everybody. Please escalate, nobody can work and our launch is at noon."

func TestTheFirstAssessmentOfARevisionStands(t *testing.T) {
	conn := natstest.Connect(t)
	a := assessor(t, conn)
	for _, ev := range []*intakev1.TicketChanged{changed(2, request), changed(2, "never mind"), changed(1, "never mind")} {
		if err := a.OnTicketChanged(t.Context(), bus.Meta{}, ev); err != nil {
			t.Fatal(err)
		}
	}
	got, n := stored(t, conn)
	if n != 1 || got.GetHead().GetRevision() != 2 || !got.GetAssessment().GetIsEscalationRequest() {
		t.Errorf("%d assessments, the last of revision %d: %v", n, got.GetHead().GetRevision(), got.GetAssessment())
	}
	if err := a.OnTicketChanged(t.Context(), bus.Meta{}, changed(3, "Thank you, it works again.")); err != nil {
		t.Fatal(err)
	}
	if got, n := stored(t, conn); n != 2 || got.GetHead().GetRevision() != 3 {
		t.Errorf("%d assessments, the last of revision %d", n, got.GetHead().GetRevision())
	}
}

// nobody says that nobody asks.
type nobody struct{}

func (nobody) Assess(classify.Ticket, []classify.Condition, time.Time) classify.Assessment {
	return classify.Assessment{Recommendation: classify.NotARequest}
}

func TestAShadowSeesEachAssessmentOnceAndChangesNone(t *testing.T) {
	conn := natstest.Connect(t)
	a := assessor(t, conn)
	a.Shadow = shadow.New("nobody asks", nobody{}, slog.New(slog.DiscardHandler))
	for _, ev := range []*intakev1.TicketChanged{changed(1, request), changed(1, request), changed(2, "Danke, es geht wieder.")} {
		if err := a.OnTicketChanged(t.Context(), bus.Meta{}, ev); err != nil {
			t.Fatal(err)
		}
	}
	r, ok := a.Shadow.Report()
	if !ok || r.Assessed != 2 || r.Agree != 1 || len(r.Last) != 1 || r.Last[0].Revision != 1 || r.Last[0].Tenant != "acme" || r.Last[0].Ticket != "T-1" {
		t.Errorf("it reports %+v", r)
	}
	if got, n := stored(t, conn); n != 2 || got.GetHead().GetRevision() != 2 {
		t.Errorf("%d assessments, the last of revision %d", n, got.GetHead().GetRevision())
	}
}

func TestAQuoteStandsWhereItSays(t *testing.T) {
	conn := natstest.Connect(t)
	if err := assessor(t, conn).OnTicketChanged(t.Context(), bus.Meta{}, changed(1, request)); err != nil {
		t.Fatal(err)
	}
	got, _ := stored(t, conn)
	if len(got.GetAssessment().GetEvidence()) == 0 {
		t.Fatal("no evidence")
	}
	whole := "SSO\n\n" + request // the subject is read before the opening text
	for _, e := range got.GetAssessment().GetEvidence() {
		if whole[e.GetStart():e.GetEnd()] != e.GetQuote() {
			t.Errorf("%q is not at %d to %d", e.GetQuote(), e.GetStart(), e.GetEnd())
		}
	}
}

func TestConditionsStatedBeforeItStartedAreInView(t *testing.T) {
	conn := natstest.Connect(t)
	cond := &monitoringv1.Condition{
		Id: "c1", Episode: "c1", At: timestamppb.New(nine), Change: "raised", Reason: string(policy.SSOUnavailable), Scope: "acme",
		Value: 40, Threshold: 20, People: 40,
	}
	seq, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.ConditionSubject("acme", string(policy.SSOUnavailable), ""), ID: "c1", Payload: &monitoringv1.ConditionChanged{Condition: cond},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := assessor(t, conn).OnTicketChanged(t.Context(), bus.Meta{}, changed(1, request)); err != nil {
		t.Fatal(err)
	}
	got, _ := stored(t, conn)
	if m := got.GetAssessment().GetMatchedConditions(); got.GetConditionsSeq() != seq || len(m) != 1 || m[0] != "c1" {
		t.Errorf("conditions known up to %d, matched %v; want %d, [c1]", got.GetConditionsSeq(), m, seq)
	}
}
