package notification_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/notification"

	"tocsin/pkg/natstest"
)

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
	conn := natstest.Connect(t)
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
	conn := natstest.Connect(t)
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
	url, _ := start(t, natstest.Connect(t), notification.Config{})
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

func TestTheStreamAsksForTheToken(t *testing.T) {
	url, _ := start(t, natstest.Connect(t), notification.Config{LeadershipToken: "open-sesame"})
	for token, want := range map[string]int{"": http.StatusUnauthorized, "guess": http.StatusUnauthorized, "open-sesame": http.StatusOK} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/v1/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("token %q: %s, want %d", token, resp.Status, want)
		}
	}
}

func TestWatchRefusesAnUnknownAudience(t *testing.T) {
	err := notification.Watch(t.Context(), nil, notification.Watching{Audience: "everyone"}, nil)
	if err == nil || !strings.Contains(err.Error(), "leadership") {
		t.Errorf("error = %v, want one that names the audiences", err)
	}
}
