//go:build unix

package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// A posting is a body and what became of it.
type posting struct{ path, kind, body string }

// postings are ticket events and signals, alone and several; all have ids of the round.
func postings(round string) []posting {
	at := time.Now().UTC().Format(time.RFC3339Nano)
	note := func(id, ticket string) string {
		return fmt.Sprintf(`{"id":"%s-%s","source":"desk","tenant":"acme","ticket":%q,"occurred_at":%q,"note":{"author_kind":"CUSTOMER","text":"Es geht nicht."}}`, round, id, ticket, at)
	}
	attempt := func(id string) string {
		return fmt.Sprintf(`{"id":"%s-%s","source":"okta","tenant":"acme","occurred_at":%q,"auth_attempt":{"user":"u","method":"SSO","outcome":"FAILURE","failure":"TIMEOUT"}}`, round, id, at)
	}
	var notes, attempts []string
	for i := range 20 {
		notes, attempts = append(notes, note(fmt.Sprint("n", i), fmt.Sprint("T-", i%4))), append(attempts, attempt(fmt.Sprint("a", i)))
	}
	const plain, lines = "application/json", "application/x-ndjson"
	return []posting{
		{"/v1/tickets", plain, note("one", "T-1")},
		{"/v1/tickets", plain, "[" + strings.Join(notes, ",") + "]"},
		{"/v1/signals", plain, attempt("one")},
		{"/v1/signals", lines, strings.Join(attempts, "\n")},
	}
}

// perRound are the ticket events, and the signals, of a round.
const perRound = 21

// post is how a door answers, and how much of it lies on its disk.
func (s *scene) post(ctx context.Context, door string, p posting) (status, spooled int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, door+p.path, strings.NewReader(p.body))
	if err != nil {
		return 0, 0, err
	}
	req.Header.Set("Content-Type", p.kind)
	resp, err := s.http.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	var said struct{ Spooled int }
	if err == nil {
		err = json.Unmarshal(data, &said)
	}
	if resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") == "" {
		err = errors.Join(err, errors.New("503 without Retry-After"))
	}
	return resp.StatusCode, said.Spooled, err
}

// all posts each by itself, all at once, and returns when each is answered.
func (s *scene) all(t testing.TB, door string, list []posting, want func(status, spooled int) bool) {
	t.Helper()
	type is struct {
		of              posting
		status, spooled int
		err             error
	}
	answers := make(chan is, len(list))
	for _, p := range list {
		go func() {
			status, spooled, err := s.post(t.Context(), door, p)
			answers <- is{p, status, spooled, err}
		}()
	}
	for range list {
		if a := <-answers; a.err != nil || !want(a.status, a.spooled) {
			t.Errorf("%s %.40s: %d, %d spooled: %v", a.of.path, a.of.body, a.status, a.spooled, a.err)
		}
	}
}

// A server that is halted holds its connections and answers nothing. Who sends meanwhile
// hears within seconds that it is not stored, or that it lies on a disk; and when the
// server goes on, what it had been handed and what is sent again stands there once.
func TestWhileTheServerIsHaltedEachIsAnsweredAndInTheEndStoredOnce(t *testing.T) {
	taken := func(status, _ int) bool { return status == http.StatusAccepted }
	for name, tt := range map[string]struct {
		spool bool
		want  func(status, spooled int) bool
	}{
		"without a spool": {false, func(status, _ int) bool { return status == http.StatusServiceUnavailable }},
		"with a spool":    {true, func(status, spooled int) bool { return status == http.StatusAccepted && spooled > 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits for answers that do not come
			s := stage(t, world{began: time.Now()}, tt.spool)
			if tt.spool {
				s.emptied(t)
			}
			s.all(t, s.doors[0], postings("before"), taken)
			s.server.Halt(t)
			during, later := postings("during"), postings("later")
			s.all(t, s.doors[0], during, tt.want)
			handed := make(chan struct{})
			go func() { // some are under way when it goes on, and may be answered either way
				defer close(handed)
				s.all(t, s.doors[1], later, func(int, int) bool { return true })
			}()
			s.server.Signal(t, syscall.SIGCONT)
			<-handed
			for _, p := range append(during, later...) {
				until(t, "it is taken", func(ctx context.Context) bool {
					status, _, err := s.post(ctx, s.doors[1], p)
					return err == nil && status == http.StatusAccepted
				})
			}
			if tt.spool {
				s.emptied(t)
			}
			s.once(t, 3*perRound)
		})
	}
}

// once fails unless so many ticket events and signals stand on the bus, each once.
func (s *scene) once(t testing.TB, want int) {
	t.Helper()
	seen := map[string]int{}
	err := s.conn.Past(t.Context(), bus.Following{Stream: topology.Signals, Filters: []string{topology.AllSignals}}, func(_ context.Context, raw bus.Raw) error {
		var m intakev1.SignalsReceived
		err := proto.Unmarshal(raw.Data, &m)
		for _, sig := range m.GetSignals() {
			seen[sig.GetId()]++
		}
		return err
	})
	if err != nil || len(seen) != want {
		t.Errorf("%d signals stand there, want %d: %v", len(seen), want, err)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("signal %s stands %d times", id, n)
		}
	}
	if n, err := s.conn.LastSequence(t.Context(), topology.Tickets); err != nil || n != uint64(want) { //nolint:gosec // a small number
		t.Errorf("%d changes of tickets were stored, want %d: %v", n, want, err)
	}
}
