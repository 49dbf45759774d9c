package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/ledger"
)

// tell records what was told of a case of acme to leadership.
func (s *site) tell(id string, list ...ledger.Delivery) {
	s.T.Helper()
	for i, d := range list {
		d.ID, d.Case, d.Tenant, d.Audience, d.Channel = fmt.Sprint(d.Notification, d.Destination, i), id, "acme", "leadership", "slack"
		d.At = morning.Add(time.Duration(i-30) * time.Minute)
		if err := s.RecordDeliveries(s.T.Context(), d); err != nil {
			s.T.Fatal(err)
		}
	}
}

// tries are attempts at one destination; the last is sent.
func tries(notification, destination string, n int) []ledger.Delivery {
	var all []ledger.Delivery
	for i := range n {
		d := ledger.Delivery{Notification: notification, Destination: destination, Kind: "approved", Outcome: "failed", Attempt: uint32(i + 1), Duration: 10 * time.Second, Answer: "no answer within 10s"}
		if i == n-1 {
			d.Outcome, d.Duration, d.Answer = "sent", 81*time.Millisecond, "200 ok"
		}
		all = append(all, d)
	}
	return all
}

func TestACaseSaysOfEachMessageHowItWentWhere(t *testing.T) {
	s := open(t)
	c := s.Morning()
	s.tell(c.Login, append(tries("n-9", "ops: hooks.example.com", 6),
		ledger.Delivery{Notification: "n-9", Destination: "chief: chat.example.com", Kind: "approved", Outcome: "grouped", Answer: "told in message m-1"},
		ledger.Delivery{Notification: "n-9", Destination: "night: chat.example.com", Kind: "approved", Outcome: "silenced", Answer: `window "move" until 2026-11-20T21:00:00Z`},
	)...)
	w := s.get("/cases/" + c.Login)
	golden(t, "told", w)
	want(t, w, http.StatusOK, `scope="rowgroup"`, "approved", "leadership",
		"ops: hooks.example.com", `href="/deliveries?destination=ops%3A&#43;hooks.example.com&amp;notification=n-9">3 earlier attempts`,
		"attempt 4", "took 10.0\u00a0s", "no answer within 10s", "attempt 6", "took 81\u00a0ms", "200 ok",
		"chief: chat.example.com", "told with others", "told in message m-1", "night: chat.example.com", "silenced", "window &#34;move&#34;")
	if n := strings.Count(w.Body.String(), `scope="rowgroup"`); n != 2 {
		t.Errorf("%d messages are told of, want 2", n)
	}
	all := s.get("/deliveries?notification=n-9&destination=" + "ops%3A+hooks.example.com")
	if n := strings.Count(all.Body.String(), "<tr data-outcome"); n != 6 {
		t.Errorf("the link leads to %d attempts, want 6", n)
	}
}
