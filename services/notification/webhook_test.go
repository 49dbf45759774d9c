package notification_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/pkg/natstest"
	"tocsin/services/notification"
)

// request is one that a receiver got.
type request struct {
	id, signed string
	data       struct{ ID, Kind, Case, Title, Body, Recipient, Acknowledge string }
}

// unwelcome is a case of which a receiver takes nothing, however often it is asked.
const unwelcome = "unwelcome"

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
		if got.data.Case == unwelcome {
			status = http.StatusServiceUnavailable
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
	conn := natstest.Connect(t)
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
	conn := natstest.Connect(t)
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
	conn := natstest.Connect(t)
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
