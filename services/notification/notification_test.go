package notification_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	classificationv1 "tocsin/proto/gen/classification/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"

// connect returns a connection to a server of its own with the whole topology.
func connect(t testing.TB) *bus.Conn {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	return conn
}

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
		r := &notificationv1.DeliveryRecorded{}
		if err := bus.Decode(raw, r); err != nil {
			return err
		}
		if list = append(list, r); len(list) == n {
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
	conn := connect(t)
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

// request is one that a receiver got.
type request struct {
	id, signed string
	data       struct{ ID, Kind string }
}

// receiver answers with the statuses in turn, then with 204, and hands on what it got.
func receiver(t testing.TB, statuses ...int) (url string, got <-chan request) {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	requests := make(chan request, 10_000)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := request{id: r.Header.Get("webhook-id"), signed: "valid"}
		if err := verifier.Verify(body, r.Header); err != nil {
			got.signed = err.Error()
		}
		var envelope struct{ Data json.RawMessage }
		_ = json.Unmarshal(body, &envelope)
		_ = json.Unmarshal(envelope.Data, &got.data)
		status := http.StatusNoContent
		if len(statuses) > 0 {
			status, statuses = statuses[0], statuses[1:]
		}
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "1")
		}
		w.WriteHeader(status)
		requests <- got
	}))
	t.Cleanup(s.Close)
	return s.URL, requests
}

func next(t testing.TB, got <-chan request) request {
	t.Helper()
	select {
	case r := <-got:
		return r
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was received")
		return request{}
	}
}

func TestAWebhookThatFailsTwiceGetsTheSameNotificationAgain(t *testing.T) {
	conn := connect(t)
	url, got := receiver(t, http.StatusInternalServerError, http.StatusBadGateway)
	start(t, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	first := next(t, got)
	for _, r := range []request{first, next(t, got), next(t, got)} {
		if r.signed != "valid" || r.id != first.id || r.data.ID != r.id || r.data.Kind != "case_opened" {
			t.Errorf("received %+v", r)
		}
	}
	for i, r := range recorded(t, conn, "webhook", 3) {
		want := []string{"failed", "failed", "sent"}[i]
		if r.GetOutcome() != want || r.GetAttempt() != uint32(i+1) || r.GetNotification() != first.id || r.GetDestination() != url || r.GetAnswer() == "" {
			t.Errorf("record %d = %v, want %s", i+1, r, want)
		}
	}
}

func TestAWebhookThatAsksToWaitIsGivenTheTime(t *testing.T) {
	conn := connect(t)
	url, got := receiver(t, http.StatusTooManyRequests)
	start(t, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	next(t, got)
	began := time.Now()
	if next(t, got); time.Since(began) < 900*time.Millisecond {
		t.Errorf("came again after %s, asked for 1s", time.Since(began))
	}
}

func TestWhatAWebhookRefusesIsParkedAndTheNextFlows(t *testing.T) {
	conn := connect(t)
	url, got := receiver(t, http.StatusBadRequest)
	start(t, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	publish(t, conn, "two", changed(2, "approved", "approved"))
	refused := next(t, got)
	if r := next(t, got); r.data.Kind != "approved" {
		t.Errorf("received %+v after the refusal", r)
	}
	records := recorded(t, conn, "webhook", 2)
	if records[0].GetOutcome() != "parked" || records[1].GetOutcome() != "sent" {
		t.Errorf("records = %v", records)
	}
	list, err := conn.DeadLetters(t.Context())
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Reason, "400 Bad Request") {
		t.Fatalf("dead letters = %+v, %v", list, err)
	}
	if err := conn.Retry(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	if r := next(t, got); r.id != refused.id || r.signed != "valid" {
		t.Errorf("sent back, it received %+v, want %s", r, refused.id)
	}
	records = recorded(t, conn, "webhook", 3)
	if records[2].GetId() == records[0].GetId() || records[2].GetOutcome() != "sent" {
		t.Errorf("the attempt after the dead letter was sent back is recorded as %v", records[2])
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

// shown are the events of one connection to the stream.
type shown struct {
	resp  *http.Response
	lines *bufio.Scanner
}

func show(t *testing.T, url, lastID string) shown {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	return shown{resp, bufio.NewScanner(resp.Body)}
}

// next is the next notification, with its id on the stream.
func (s shown) next(t *testing.T) (id, kind string) {
	t.Helper()
	event := ""
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "event":
			event = value
		case "data":
			var n struct {
				Kind        string
				CaseVersion json.Number `json:"case_version"`
			}
			if err := json.Unmarshal([]byte(value), &n); err != nil || n.CaseVersion == "" || event != "notification" {
				t.Errorf("event %q with data %s: %v", event, value, err)
			}
			return id, n.Kind
		}
	}
	t.Fatal("the stream ended: ", s.lines.Err())
	return "", ""
}

func TestTheStreamGoesOnWhereAClientLeftIt(t *testing.T) {
	conn := connect(t)
	url, stop := start(t, conn, notification.Config{})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	told(t, conn, "leadership", "case_opened")
	early := show(t, url, "") // sees only what comes from now on
	publish(t, conn, "two", changed(2, "approved", "approved"))
	id, kind := early.next(t)
	if kind != "approved" {
		t.Errorf("the first event is %s", kind)
	}
	early.resp.Body.Close()
	publish(t, conn, "three", changed(3, "eta_given", "in_progress"))
	publish(t, conn, "four", changed(4, "resolved", "resolved"))
	told(t, conn, "leadership", "resolved")
	late := show(t, url, id)
	for _, want := range []string{"eta_given", "resolved"} {
		if _, kind := late.next(t); kind != want {
			t.Errorf("the stream goes on with %s, want %s", kind, want)
		}
	}
	stop()
	for late.lines.Scan() {
		if strings.HasPrefix(late.lines.Text(), "data") {
			t.Errorf("the stream goes on after the program's end: %s", late.lines.Text())
		}
	}
	if err := late.lines.Err(); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
}

func TestAClientThatSawNothingMissesNothing(t *testing.T) {
	conn := connect(t)
	url, _ := start(t, conn, notification.Config{})
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	told(t, conn, "requester", "under_review")
	s := show(t, url, "")
	if !s.lines.Scan() {
		t.Fatal(s.lines.Err())
	}
	position := strings.TrimPrefix(s.lines.Text(), "id: ")
	s.resp.Body.Close()
	publish(t, conn, "two", changed(2, "approved", "approved"))
	told(t, conn, "leadership", "approved")
	if _, kind := show(t, url, position).next(t); kind != "approved" {
		t.Errorf("the stream goes on with %s", kind)
	}
	// A position of a stream that is no more begins anew instead of waiting for ever.
	if _, kind := show(t, url, "1000000").next(t); kind != "case_opened" {
		t.Errorf("the stream begins with %s", kind)
	}
}

func TestAWrongQuestionToTheStreamIsAnswered(t *testing.T) {
	url, _ := start(t, connect(t), notification.Config{})
	for query, header := range map[string]string{"?audience=everyone": "", "": "yesterday"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/v1/stream"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Last-Event-ID", header)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%q, %q: %s", query, header, resp.Status)
		}
	}
}

func TestWatchRefusesAnUnknownAudience(t *testing.T) {
	err := notification.Watch(t.Context(), nil, notification.Watching{Audience: "everyone"}, nil)
	if err == nil || !strings.Contains(err.Error(), "leadership") {
		t.Errorf("error = %v, want one that names the audiences", err)
	}
}

// BenchmarkCaseChangedToWebhook is from a change on the stream to the webhook's
// receiver, one at a time, every hop on disk.
func BenchmarkCaseChangedToWebhook(b *testing.B) {
	conn := connect(b)
	url, got := receiver(b)
	start(b, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
	c := changed(1, "eta_given", "in_progress")
	subject := topology.CaseSubject("acme", "c-1")
	for i := 0; b.Loop(); i++ {
		c.Case.Version = uint64(i + 1)
		if _, err := conn.Publish(b.Context(), bus.Event{Subject: subject, ID: nats.NewInbox(), Payload: c}); err != nil {
			b.Fatal(err)
		}
		next(b, got)
	}
}

// BenchmarkStormToWebhook is many changes at once, until the last is received.
func BenchmarkStormToWebhook(b *testing.B) {
	const storm = 1000
	for b.Loop() {
		b.StopTimer()
		conn := connect(b)
		url, got := receiver(b)
		for i := range storm {
			c := changed(1, "opened", "pending_review")
			c.Case.Id = fmt.Sprintf("c-%d", i)
			publish(b, conn, c.Case.Id, c)
		}
		b.StartTimer()
		_, stop := start(b, conn, notification.Config{WebhookURL: url, WebhookSecret: secret})
		for range storm {
			next(b, got)
		}
		b.StopTimer()
		stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(storm)*float64(b.N)/b.Elapsed().Seconds(), "changes/s")
}
