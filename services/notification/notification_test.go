package notification_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	classificationv1 "tocsin/proto/gen/classification/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"

// start runs the service until the test ends, or stop is called, and serves its routes.
func start(t testing.TB, conn *bus.Conn, cfg notification.Config) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	up := make(chan struct{})
	at := run.Place{
		Conn: conn, Policy: policy.Default(), Mux: http.NewServeMux(), Health: &run.Health{},
		Log: slog.New(slog.DiscardHandler), OnUp: func() { close(up) },
	}
	done := make(chan error, 1)
	go func() { done <- notification.Run(ctx, cfg, at) }()
	<-up
	ended := false
	stop = func() {
		cancel()
		if !ended {
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
		}
		ended = true
	}
	server := httptest.NewServer(at.Mux)
	t.Cleanup(server.Close)
	t.Cleanup(stop)
	return server.URL, stop
}

// changed is a case of one German ticket, at a version.
func changed(version uint64, name, state string) *reviewv1.CaseChanged {
	return &reviewv1.CaseChanged{
		Case: &reviewv1.Case{
			Id: "c-1", Tenant: "acme", State: state, Version: version, Recommendation: "eligible", Reasons: []string{"sso_unavailable"},
			Tickets: []*reviewv1.CaseTicket{{
				Tenant: "acme", Ticket: "T-1", Source: "zendesk", Requester: "rita", Status: "OPEN", Asked: true,
				Assessment: &classificationv1.Assessment{Language: "de", Recommendation: "eligible"},
			}},
		},
		Transition: &reviewv1.Transition{
			Name: name, FromState: "pending_review", ToState: state, Actor: "lena", At: timestamppb.New(time.Date(2026, 11, 20, 9, 41, 7, 0, time.UTC)),
		},
	}
}

// publish says c under a message id of its own.
func publish(t testing.TB, conn *bus.Conn, id string, c *reviewv1.CaseChanged) {
	t.Helper()
	e := bus.Event{Subject: topology.CaseSubject(c.GetCase().GetTenant(), c.GetCase().GetId()), ID: id, Payload: c}
	if _, err := conn.Publish(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// told follows what an audience is told until the given kind.
func told(t *testing.T, conn *bus.Conn, audience, until string) (list []*notificationv1.Notification) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := notification.Watch(ctx, conn, notification.Watching{Audience: audience}, func(n *notificationv1.Notification) error {
		if list = append(list, n); n.GetKind() == until {
			cancel()
		}
		return nil
	})
	if err != nil || len(list) == 0 || list[len(list)-1].GetKind() != until {
		t.Fatalf("%s was told %v, %v; want %s in the end", audience, list, err, until)
	}
	return list
}

// recorded reads so many records of a channel.
func recorded(t *testing.T, conn *bus.Conn, channel string, n int) (list []*notificationv1.DeliveryRecorded) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f := bus.Following{Stream: topology.Deliveries, Filters: []string{topology.DeliverySubject(channel)}}
	err := conn.Follow(ctx, f, func(_ context.Context, raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		if err != nil {
			return err
		}
		if list = append(list, records...); len(list) == n {
			cancel()
		}
		return nil
	})
	if err != nil || len(list) != n {
		t.Fatalf("%d records, %v; want %d", len(list), err, n)
	}
	return list
}

func TestAChangeSaidTwiceIsToldOnce(t *testing.T) {
	conn := natstest.Connect(t)
	start(t, conn, notification.Config{ConsoleURL: "https://tocsin.example"})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	publish(t, conn, "one, under another id", changed(1, "opened", "pending_review"))
	publish(t, conn, "two", changed(2, "approved", "approved"))
	leadership, requester := told(t, conn, "leadership", "approved"), told(t, conn, "requester", "approved")
	if len(leadership) != 2 || len(requester) != 2 {
		t.Errorf("leadership was told %d times, the requester %d times; want 2 and 2", len(leadership), len(requester))
	}
	r := requester[1]
	if r.GetLanguage() != "de" || r.GetRecipient() != "rita" || r.GetTicket() != "T-1" || r.GetRecommendation() != "" || r.GetLink() != "" {
		t.Errorf("requester's notification = %v", r)
	}
	if leadership[1].GetLink() != "https://tocsin.example/cases/c-1" {
		t.Errorf("leadership's link = %q", leadership[1].GetLink())
	}
}

func TestWrongSettingsStopTheService(t *testing.T) {
	at := run.Place{Policy: policy.Default(), Mux: http.NewServeMux(), Log: slog.New(slog.DiscardHandler)}
	for _, cfg := range []notification.Config{{WebhookURL: "https://hooks.example"}, {LeadershipLanguage: "fr"}} {
		if err := notification.Run(t.Context(), cfg, at); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}
