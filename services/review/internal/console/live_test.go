package console_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/events"
)

// told is a Live whose changes the test tells.
type told chan events.Glance

func (t told) Changes(context.Context) <-chan events.Glance { return t }

func TestAChangeReachesThePageAtOnce(t *testing.T) {
	news := make(told)
	s := open(t, func(cfg *console.Config) { cfg.Live = news })
	server := httptest.NewServer(s.mux)
	defer server.Close()
	ctx, done := context.WithTimeout(t.Context(), 20*time.Second)
	defer done()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("answered %d with %s", answer.StatusCode, kind)
	}
	lines := bufio.NewScanner(answer.Body)
	next := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", want, lines.Err())
	}
	next("event: ready")
	news <- events.Glance{Seq: 7, Case: "c-\"1\n", Version: 3}
	next("event: changed")
	next(`data: {"case":"c-\"1\n","version":3}`)
	close(news) // the viewer did not keep up
	if lines.Scan() && lines.Text() != "" {
		t.Errorf("the stream goes on with %q", lines.Text())
	}
}

func TestWithoutNewsThereIsNoStream(t *testing.T) {
	want(t, open(t).get("/live"), http.StatusNotFound)
}
