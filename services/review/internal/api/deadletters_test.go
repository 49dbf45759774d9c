package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// refuse has the webhook's reader give up n messages.
func (s *school) refuse(n int) {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	for i := range n {
		id := "n-" + strconv.Itoa(i)
		_, err := s.conn.Publish(ctx, bus.Event{
			Subject: topology.NotificationSubject("leadership", "acme", id), ID: id,
			Payload: &notificationv1.Notification{Id: id, Audience: "leadership", Kind: "approved", Tenant: "acme", Case: s.Login, Body: "hush"},
		})
		s.must(err)
	}
	done, seen := make(chan error, 1), make(chan bool, n)
	go func() {
		done <- bus.Consumer(s.conn, topology.NotificationToWebhook, func(context.Context, bus.Meta, *notificationv1.Notification) error {
			seen <- true
			return bus.Permanent(errors.New("hooks.example.com answered 410 Gone"))
		})(ctx)
	}()
	for range n {
		<-seen
	}
	stop()
	s.must(<-done)
}

func TestDeadLettersAreListedSentBackAndDropped(t *testing.T) {
	s := open(t)
	s.refuse(2)
	var page struct {
		Deadletters []struct {
			ID           uint64
			Destination  string
			Reason       string
			Notification struct{ Case string }
		}
		Next string
	}
	w := s.ask(http.MethodGet, "/v1/deadletters?limit=1", "")
	s.must(json.Unmarshal(w.Body.Bytes(), &page))
	if len(page.Deadletters) != 1 || page.Next == "" || page.Deadletters[0].Destination != "webhook" || page.Deadletters[0].Notification.Case != s.Login {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "hush") {
		t.Errorf("it says what was to be told: %s", w.Body)
	}
	first := strconv.FormatUint(page.Deadletters[0].ID, 10)
	w = s.ask(http.MethodGet, "/v1/deadletters?after="+page.Next, "")
	s.must(json.Unmarshal(w.Body.Bytes(), &page))
	second := strconv.FormatUint(page.Deadletters[0].ID, 10)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/v1/deadletters/" + first, "", 200, `"heard":true`},
		{"POST", "/v1/deadletters/" + first + "/drop", `{}`, 422, "note"},
		{"POST", "/v1/deadletters/" + first + "/drop", `{"why":"x"}`, 400, "there is no field"},
		{"POST", "/v1/deadletters/" + first + "/drop", `{"note":"old news"}`, 200, `"done":"drop"`},
		{"POST", "/v1/deadletters/" + first + "/drop", `{"note":"old news"}`, 200, `"done":"drop"`},
		{"POST", "/v1/deadletters/" + first + "/retry", `{}`, 409, "drop: lena"},
		{"POST", "/v1/deadletters/" + second + "/retry", `{}`, 200, `"done":"retry"`},
		{"GET", "/v1/deadletters/" + second, "", 409, "retry: lena"},
		{"GET", "/v1/deadletters/999", "", 404, "GET /v1/deadletters"},
		{"GET", "/v1/deadletters/x", "", 400, "no number of a dead letter"},
		{"GET", "/v1/deadletters/done", "", 200, `"note":"old news"`},
		{"GET", "/v1/deadletters?limit=201", "", 400, "from 1 to 200"},
	} {
		if w := s.ask(c.method, c.path, c.body); w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s: %d %s, want %d and %q", c.method, c.path, w.Code, w.Body, c.status, c.says)
		}
	}
}
