package intake_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/intake"

	"tocsin/pkg/bus"
	"tocsin/pkg/config"
	"tocsin/pkg/erasure"
	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// history are the ids of the events that were applied to a ticket, in order.
func history(t *testing.T, conn *bus.Conn, ticket string) (ids []string) {
	t.Helper()
	past := bus.Following{Stream: topology.Tickets, Filters: []string{topology.TicketSubject("acme", ticket)}}
	err := conn.Past(t.Context(), past, func(_ context.Context, raw bus.Raw) error {
		var m intakev1.TicketChanged
		if err := bus.Decode(raw, &m); err != nil {
			return err
		}
		ids = append(ids, m.GetChange().GetId())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// signalsOf are all signals on the stream, by id; those that stand twice are named.
func signalsOf(t *testing.T, conn *bus.Conn) map[string]*ingressv1.Signal {
	t.Helper()
	all := map[string]*ingressv1.Signal{}
	err := conn.Past(t.Context(), bus.Following{Stream: topology.Signals, Filters: []string{topology.AllSignals}}, func(_ context.Context, raw bus.Raw) error {
		var m intakev1.SignalsReceived
		if err := proto.Unmarshal(raw.Data, &m); err != nil {
			return err
		}
		for _, sig := range m.Signals {
			if all[sig.GetId()] != nil {
				t.Errorf("signal %s stands twice", sig.GetId())
			}
			all[sig.GetId()] = sig
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func zendesk(body string) []string {
	stamp := time.Now().UTC().Format(time.RFC3339)
	mac := hmac.New(sha256.New, []byte("z"))
	mac.Write([]byte(stamp + body))
	return []string{
		"X-Zendesk-Webhook-Signature-Timestamp", stamp, "X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		"X-Zendesk-Webhook-Invocation-Id", "i-1",
	}
}

const commented = `{"account_id":5,"id":"z-1","subject":"zen:ticket:42","time":"2026-11-20T09:20:00Z",
 "type":"zen:event-type:ticket.comment_added","zendesk_event_version":"2022-11-06",
 "event":{"comment":{"id":"8001","body":"Bitte eskalieren.","is_public":true,"author":{"id":"301","is_staff":false,"name":"Mia"}}},
 "detail":{"id":"42","actor_id":"301","created_at":"2026-11-20T09:00:00Z","description":"Kein Bericht.","organization_id":"77",
  "priority":"HIGH","requester_id":"301","status":"OPEN","subject":"Berichte","tags":[],"updated_at":"2026-11-20T09:20:00Z"}}`

func TestWhatComesWhileTheBusIsAwayIsStoredInOrderWhenItIsBack(t *testing.T) {
	s := newSite(t)
	s.begin()
	s.direct()
	want := map[string][]string{} // TICKETS has the last eight of each
	of := func(n int) string { return fmt.Sprint("T-", n%10) }
	is := func(n int, what ...int) {
		for _, e := range what {
			want[of(n)] = append(want[of(n)], fmt.Sprint("e", e))
		}
	}
	s.takes("/v1/tickets", ticketEvent(1, of(1)), 0)
	is(1, 1)
	s.takes("/v1/signals", attempt("s1", "acme", "mia"), 0)
	s.away()
	for n := 2; n < 50; n++ {
		switch {
		case n%5 == 0:
			s.takes("/v1/tickets", "["+ticketEvent(n, of(n))+","+ticketEvent(n+100, of(n))+"]", 2)
			is(n, n, n+100)
		case n%7 == 0:
			s.takes("/v1/tickets", ticketEvent(n, of(n))+"\n"+ticketEvent(1, of(1))+"\n", 2, "Content-Type", "application/x-ndjson")
			is(n, n)
		default:
			s.takes("/v1/tickets", ticketEvent(n, of(n)), 1)
			is(n, n)
		}
	}
	s.takes("/v1/signals", attempt("s1", "acme", "mia"), 1) // which stands on the bus
	s.takes("/v1/signals", "["+attempt("s2", "acme", "mia")+","+attempt("s3", "acme", "rosalinde")+"]", 2)
	s.takes("/v1/signals", attempt("s4", "unheard", "friedhelm"), 1)
	s.takes("/v1/hooks/zendesk", commented, 2, zendesk(commented)...)
	s.takes("/v1/hooks/zendesk", commented, 0, zendesk(commented)...) // the vendor's retry
	if got := s.post("/v1/tickets", strings.Replace(ticketEvent(50, "T-1"), "acme", "platform", 1)); got.status != http.StatusBadRequest {
		t.Errorf("what is not valid: %+v", got)
	}
	if status, parts := s.ready(); status != http.StatusOK || !strings.Contains(parts["bus"], "kept on disk") || !strings.Contains(parts["spool"], " events (") {
		t.Errorf("it says of itself: %d %v", status, parts)
	}
	if s.lies("rosalinde") || !s.lies("friedhelm") {
		t.Error("who could not log in lies in the clear where the tenant's key is known, or does not where it is not")
	}
	s.back()
	s.drained()
	s.takes("/v1/tickets", ticketEvent(201, of(1)), 0)
	is(1, 201)
	conn := s.conn()
	for ticket, want := range want {
		if got := history(t, conn, ticket); !slices.Equal(got, want[max(0, len(want)-8):]) {
			t.Errorf("events of %s are\n%v, want\n%v", ticket, got, want)
		}
	}
	if got := history(t, conn, "42"); len(got) != 2 {
		t.Errorf("the vendor's ticket has the events %v", got)
	}
	all := signalsOf(t, conn)
	if len(all) != 5 || all["s1"].GetAuthAttempt().GetUser() != all["s2"].GetAuthAttempt().GetUser() || strings.Contains(all["s4"].String(), "friedhelm") {
		t.Errorf("signals are %v", all)
	}
	if last, err := conn.LastSequence(t.Context(), topology.Delivered); err != nil || last != 1 {
		t.Errorf("%d deliveries are known: %v", last, err)
	}
	if last, err := conn.LastSequence(t.Context(), topology.Rejected); err != nil || last != 1 {
		t.Errorf("%d deliveries are kept that were refused: %v", last, err)
	}
}

func TestIntakeThatStartsWithoutABusTakesInAndKeepsWhatItHad(t *testing.T) {
	s := newSite(t)
	s.conn()
	s.away()
	for life := range 3 { // each finds what the one before had
		s.begin()
		s.takes("/v1/tickets", ticketEvent(life, "T-1"), 1)
		s.takes("/v1/signals", attempt("s", "acme", "mia"), 1)
		s.takes("/v1/hooks/zendesk", commented, map[bool]int{true: 2}[life == 0], zendesk(commented)...)
		if _, parts := s.ready(); !strings.Contains(parts["spool"], fmt.Sprint(2*life+4, " events (")) {
			t.Errorf("in life %d it says %v", life, parts)
		}
		s.end()
	}
	s.back()
	s.begin()
	s.drained()
	conn := s.conn()
	if got := history(t, conn, "T-1"); !slices.Equal(got, []string{"e0", "e1", "e2"}) {
		t.Errorf("the ticket's events are %v", got)
	}
	if got := signalsOf(t, conn); len(got) != 1 {
		t.Errorf("signals are %v", got)
	}
}

func TestAFullSpoolRefusesAndSaysWhy(t *testing.T) {
	s := newSite(t, "TOCSIN_SPOOL_MAX", "64KiB")
	s.conn()
	s.away()
	s.begin()
	long := strings.Replace(ticketEvent(1, "T-1"), "Es geht", strings.Repeat("x", 40<<10), 1)
	s.takes("/v1/tickets", long, 1)
	got := s.post("/v1/tickets", long)
	if got.status != http.StatusServiceUnavailable || got.Type != "urn:tocsin:problem:spool-full" || got.again != "30" {
		t.Errorf("what has no room: %+v", got)
	}
	if status, parts := s.ready(); status != http.StatusServiceUnavailable || !strings.Contains(parts["spool"], "no room") {
		t.Errorf("it says of itself: %d %v", status, parts)
	}
	s.back()
	s.drained()
	s.takes("/v1/tickets", long, 0)
}

func TestWithoutASpoolItIsRefusedWhileTheBusIsAway(t *testing.T) {
	s := newSite(t, "TOCSIN_SPOOL", "")
	s.conn()
	s.begin()
	s.away()
	s.awaitParts(func(parts map[string]string) bool { return parts["bus"] != "ok" })
	if got := s.post("/v1/tickets", ticketEvent(1, "T-1")); got.status != http.StatusServiceUnavailable || got.again != "1" || got.Type != "urn:tocsin:problem:unavailable" {
		t.Errorf("%+v", got)
	}
	if status, _ := s.ready(); status != http.StatusServiceUnavailable {
		t.Errorf("it is ready: %d", status)
	}
}

// Who is erased while intake is cut off stays erased, whatever lies there of it.
func TestWhatLiesInTheSpoolOfATenantThatIsErasedMeanwhileIsPassedOver(t *testing.T) {
	s := newSite(t)
	s.conn()
	s.away()
	s.begin()
	s.takes("/v1/tickets", ticketEvent(1, "T-1"), 1)
	s.takes("/v1/signals", "["+attempt("s1", "acme", "mia")+","+attempt("s2", "nordwind", "mia")+"]", 2)
	for _, body := range []string{`{"no":"event, says acme"}`, `{"no":"event, says nordwind"}`, strings.Replace(ticketEvent(2, "T-1"), `"T-1"`, `""`, 1)} {
		if got := s.post("/v1/tickets", body); got.status != http.StatusBadRequest {
			t.Fatalf("%s: %+v", body, got)
		}
	}
	s.end()
	until := time.Now().UTC()
	s.back()
	conn := s.conn()
	book, err := erasure.Open(t.Context(), conn.JS())
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if _, err := book.Begin(t.Context(), erasure.Record{Tenant: "acme", By: "lena", At: until, Until: until}); err != nil {
		t.Fatal(err)
	}
	s.begin()
	s.drained()
	if got := history(t, conn, "T-1"); len(got) != 0 {
		t.Errorf("the erased tenant's ticket has the events %v", got)
	}
	if got := signalsOf(t, conn); len(got) != 1 || got["s2"] == nil {
		t.Errorf("signals are %v", got)
	}
	var kept []string
	err = conn.Past(t.Context(), bus.Following{Stream: topology.Rejected}, func(_ context.Context, raw bus.Raw) error {
		d, err := rejected.Read(raw)
		kept = append(kept, string(d.Body))
		return err
	})
	if err != nil || len(kept) != 1 || !strings.Contains(kept[0], "nordwind") {
		t.Errorf("kept of what was refused are %q, want what the other tenant says alone: %v", kept, err)
	}
}

func TestASpoolThatCanNotBeUsedSaysWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := intake.Run(t.Context(), intake.Config{Spool: file, SpoolMax: 1 << 20}, place(t))
	if err == nil || !strings.Contains(err.Error(), "the folder of the spool") || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("%v", err)
	}
	if _, err := config.From[intake.Config](map[string]string{"TOCSIN_SPOOL_MAX": "much"}); err == nil || !strings.Contains(err.Error(), "write it as 1073741824 or 1GiB") {
		t.Errorf("%v", err)
	}
}
