//go:build unix

package drill

import (
	"context"
	"encoding/json"
	"net/http"
	"syscall"
	"testing"
	"time"

	"tocsin/pkg/proctest"
)

// outages is how often the server is away, each time for long.
const outages = 3

func TestWhileTheServerIsAwayWhatIsTakenIsKeptWhoeverIsKilled(t *testing.T) {
	n := int(number(t, "TOCSIN_DRILL_EVENTS", short)) / 4
	seed := number(t, "TOCSIN_DRILL_SEED", uint64(time.Now().UnixNano()))
	t.Logf("TOCSIN_DRILL_SEED=%d, %d sendings", seed, n)
	things := n * 10 / 13
	began := time.Now().UTC().Add(-time.Hour - time.Duration(things)*time.Millisecond).Truncate(time.Second)
	s := stage(t, world{seed: seed, things: things, began: began}, true)
	s.away = true
	start := time.Now()
	done := make(chan error, 1)
	go func() { done <- s.run(t.Context()) }()
	piece := int64(n / (2*outages + 1))
	for range outages {
		if s.reach(t, s.done.Load()+piece, done) {
			s.outage(t, piece, done)
		}
	}
	s.reach(t, int64(n)*2, done)
	t.Logf("%d sendings in %s: %d answered, %d of them with something spooled, %d tried again",
		s.done.Load(), time.Since(start).Round(time.Second), s.asked.Load(), s.spooled.Load(), s.repeat.Load())
	if s.spooled.Load() == 0 {
		t.Error("nothing was spooled")
	}
	s.settled(t)
	s.emptied(t)
	b := s.books(t)
	b.tickets(t)
	b.signals(t)
	b.refusals(t)
}

// outage kills the server while things are sent, and both processes of intake while it is
// away, at one time; then all are there again.
func (s *scene) outage(t testing.TB, piece int64, done chan error) {
	t.Helper()
	s.server.End(t, syscall.SIGKILL)
	s.reach(t, s.done.Load()+piece/2, done)
	for _, p := range s.two {
		p.Await(t, ready, s.begun[p])
		p.End(t, syscall.SIGKILL)
		s.begun[p] = p.Log.Len()
		p.Start(t)
	}
	s.reach(t, s.done.Load()+piece/2, done)
	s.begun[s.server] = s.server.Log.Len()
	s.server.Start(t)
}

// reach waits until so much was sent; false where all was sent before.
func (s *scene) reach(t testing.TB, sent int64, done chan error) bool {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(3 * proctest.Patience)
	for s.done.Load() < sent {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			done <- nil
			return false
		case <-tick.C:
		case <-patience:
			t.Fatalf("%d of %d sendings were answered", s.done.Load(), sent)
		}
	}
	return true
}

// emptied waits until nothing lies in a spool.
func (s *scene) emptied(t testing.TB) {
	t.Helper()
	for _, door := range s.doors {
		until(t, "the spool is empty", func(ctx context.Context) bool {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, door+"/readyz", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := s.http.Do(req)
			if err != nil {
				return false
			}
			defer func() { _ = resp.Body.Close() }()
			var parts map[string]string
			return json.NewDecoder(resp.Body).Decode(&parts) == nil && parts["spool"] == "ok" && parts["signals"] == "ok"
		})
	}
}
