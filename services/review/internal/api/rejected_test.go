package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

func TestWhatDoorsDidNotTakeIsListedAndTriedAgain(t *testing.T) {
	s := open(t)
	for _, d := range []rejected.Delivery{
		{Door: "jira", Vendor: "jira", ReceivedAt: morning, Reasons: []string{"ticket SUP-7: has no organization"}, Body: []byte(`{"key":"SUP-7"}`)},
		{Door: "signals", ReceivedAt: morning, Reasons: []string{"not a SignalBatch"}, Body: []byte("\xff\x00")},
	} {
		s.must(rejected.Keep(t.Context(), s.conn, d))
	}
	var page struct {
		Rejected []struct {
			ID      uint64
			Door    string
			Reasons []string
		}
		Next string
	}
	w := s.ask(http.MethodGet, "/v1/rejected?limit=1", "")
	s.must(json.Unmarshal(w.Body.Bytes(), &page))
	if len(page.Rejected) != 1 || page.Next == "" || page.Rejected[0].Door != "jira" || strings.Contains(w.Body.String(), `"body"`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	first := strconv.FormatUint(page.Rejected[0].ID, 10)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	asked := make(chan string, 1)
	go func() {
		done <- bus.Answering(s.conn, "intake", topology.RetryRejectedSubject(), func() *intakev1.RejectedRetryAsked { return &intakev1.RejectedRetryAsked{} },
			func(q *intakev1.RejectedRetryAsked) (proto.Message, error) {
				asked <- q.GetBy()
				return &intakev1.RejectedRetried{Ids: []string{"opened/SUP-7"}}, rejected.Drop(ctx, s.conn, q.GetId())
			})(ctx)
	}()
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/v1/rejected?after=" + page.Next, "", 200, `"door":"signals"`},
		{"GET", "/v1/rejected?text=sup-7", "", 200, `"door":"jira"`},
		{"GET", "/v1/rejected?door=zammad", "", 200, `"rejected":[]`},
		{"GET", "/v1/rejected/" + first, "", 200, `"body":"{\"key\":\"SUP-7\"}"`},
		{"GET", "/v1/rejected/2", "", 200, `"body_base64":"/wA="`},
		{"GET", "/v1/rejected/999", "", 404, "GET /v1/rejected"},
		{"GET", "/v1/rejected/x", "", 400, "no number of a rejected delivery"},
		{"GET", "/v1/rejected?limit=201", "", 400, "from 1 to 200"},
		{"POST", "/v1/rejected/" + first + "/retry", "{}", 200, `"ids":["opened/SUP-7"],"reasons":[]`},
		{"POST", "/v1/rejected/" + first + "/retry", "{}", 404, "no rejected delivery"},
		{"DELETE", "/v1/rejected/x", "", 400, "no number of a rejected delivery"},
		{"DELETE", "/v1/rejected/2", "", 200, `{"id":2,"done":"drop"}`},
		{"GET", "/v1/rejected/2", "", 404, "GET /v1/rejected"},
		{"DELETE", "/v1/rejected/2", "", 404, "no rejected delivery"},
	} {
		w := s.ask(c.method, c.path, c.body)
		for c.method == http.MethodPost && w.Code == http.StatusServiceUnavailable { // until it answers
			w = s.ask(c.method, c.path, c.body)
		}
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s: %d %s, want %d and %q", c.method, c.path, w.Code, w.Body, c.status, c.says)
		}
	}
	if by := <-asked; by != "lena" {
		t.Errorf("asked by %q", by)
	}
	stop()
	s.must(<-done)
}
