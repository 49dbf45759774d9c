package notification_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// waiting stores notifications of so many cases, as telling them would.
func waiting(t testing.TB, conn *bus.Conn, cases int) {
	t.Helper()
	var events []bus.Event
	for i := range cases {
		n := &notificationv1.Notification{
			Id: bus.ID("storm", fmt.Sprint(i)), Audience: "leadership", Tenant: "acme", Case: fmt.Sprint("c-", i), CaseVersion: 1,
			Kind: "case_opened", Language: "en", Title: "acme: to decide: nobody gets in over SSO", Body: "137 people since 09:41.",
			State: "pending_review", Reasons: []string{"sso_unavailable"}, At: timestamppb.Now(),
		}
		events = append(events, bus.Event{Subject: topology.NotificationSubject(n.Audience, n.Tenant, n.Case), ID: n.Id, Time: n.At.AsTime(), Payload: n})
		if len(events) == 1000 || i == cases-1 {
			if _, err := conn.PublishBatch(t.Context(), events); err != nil {
				t.Fatal(err)
			}
			events = events[:0]
		}
	}
}

func TestAStormArrivesWholeAndOnceAndIsRecorded(t *testing.T) {
	const storm = 500
	conn := natstest.Connect(t)
	url, got := receiver(t)
	waiting(t, conn, storm)
	start(t, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
	times := map[string]int{}
	for range storm {
		r := next(t, got)
		if times[r.id]++; r.signed != "valid" || times[r.id] > 1 {
			t.Errorf("received %+v for the %d. time", r, times[r.id])
		}
	}
	for _, r := range recorded(t, conn, "webhook", storm) {
		if r.GetOutcome() != "sent" || times[r.GetNotification()] != 1 {
			t.Errorf("recorded %v", r)
		}
	}
}

// BenchmarkWaitingToWebhook is notifications that wait on the stream, until the
// last is received, every hop on disk.
func BenchmarkWaitingToWebhook(b *testing.B) {
	storm := many(b, 10_000)
	for b.Loop() {
		b.StopTimer()
		conn := natstest.Connect(b)
		url, got := receiver(b)
		waiting(b, conn, storm)
		b.StartTimer()
		_, stop := start(b, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
		for range storm {
			next(b, got)
		}
		b.StopTimer()
		stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(storm)*float64(b.N)/b.Elapsed().Seconds(), "notifications/s")
}
