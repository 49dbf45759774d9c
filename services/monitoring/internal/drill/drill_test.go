//go:build unix

package drill

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// number is a setting of the drill.
func number(t testing.TB, name string, otherwise uint64) uint64 {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// A scene is the processes under test, and who of them owns.
type scene struct {
	server        *process
	owner, second *process
	load          *load
	r             *rand.Rand
}

const (
	owns    = `"msg":"owner of the shards"`
	gaveUp  = `"msg":"no longer owner of the shards"`
	running = `"msg":"ready"`
)

// handOver waits until the second owns, after a place in its journal, and swaps the two.
func (s *scene) handOver(t testing.TB, from int) {
	t.Helper()
	s.second.await(t, owns, from)
	s.owner, s.second = s.second, s.owner
}

// kill ends the owner at once; it comes back as the second.
func (s *scene) kill(t testing.TB) {
	from := s.second.log.length()
	s.owner.end(t, syscall.SIGKILL)
	s.handOver(t, from)
	s.second.start(t)
}

// retire lets the owner end in order.
func (s *scene) retire(t testing.TB) {
	from := s.second.log.length()
	s.owner.end(t, syscall.SIGTERM)
	s.handOver(t, from)
	s.second.start(t)
}

// halt stops the owner's time past its pin: another owns meanwhile, and finds
// and says things, when the stale one wakes up.
func (s *scene) halt(t testing.TB) {
	from := s.second.log.length()
	s.owner.signal(t, syscall.SIGSTOP)
	s.handOver(t, from)
	s.load.await(t, 20+s.r.IntN(100))
	from = s.second.log.length()
	s.second.signal(t, syscall.SIGCONT)
	s.second.await(t, gaveUp, from)
}

// crash kills the server under both, and starts it again.
func (s *scene) crash(t testing.TB) {
	from := s.server.log.length()
	s.server.end(t, syscall.SIGKILL)
	s.server.start(t)
	s.server.await(t, "Server is ready", from)
	s.load.await(t, 1)
}

func TestWhoeverIsKilledOrHaltedEachChangeIsSaidOnce(t *testing.T) {
	kills := int(number(t, "TOCSIN_DRILL_KILLS", 5))
	seed := number(t, "TOCSIN_DRILL_SEED", uint64(time.Now().UnixNano()))
	t.Logf("TOCSIN_DRILL_SEED=%d TOCSIN_DRILL_KILLS=%d", seed, kills)
	bin := build(t)
	p, path := smallPolicy(t)
	s := &scene{r: rand.New(rand.NewPCG(seed, 1))}
	var url string
	s.server, url = server(t, bin)
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: url, Name: "drill", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	s.owner = monitoring(t, bin, "a", url, path)
	s.owner.await(t, owns, 0)
	s.second = monitoring(t, bin, "b", url, path)
	s.second.await(t, running, 0)

	ctx, stop := context.WithCancel(t.Context())
	s.load = &load{conn: conn, r: rand.New(rand.NewPCG(seed, 2))}
	done := make(chan error, 1)
	go func() { done <- s.load.run(ctx) }()
	began := time.Now()
	for i := range kills {
		s.load.await(t, 1+s.r.IntN(150))
		s.kill(t)
		if i%5 == 1 {
			s.load.await(t, 1+s.r.IntN(150))
			s.halt(t)
		}
		if i%5 == 2 {
			s.load.await(t, 1+s.r.IntN(150))
			s.crash(t)
		}
		if i%5 == 3 {
			s.load.await(t, 1+s.r.IntN(150))
			s.retire(t)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	last, err := conn.LastSequence(t.Context(), topology.Signals)
	if err != nil {
		t.Fatal(err)
	}
	seen(t, conn, last)
	s.second.end(t, syscall.SIGTERM)
	s.owner.end(t, syscall.SIGTERM)
	until := seen(t, conn, last)
	n := same(t, said(t, conn), undisturbed(t, conn, p, until))
	t.Logf("%d kills and what lies between in %s: %d messages, %d changes", kills, time.Since(began).Round(time.Second), until, n)
	if n < 100 {
		t.Errorf("only %d changes: this proves little", n)
	}
	if t.Failed() {
		for _, p := range []*process{s.owner, s.second} {
			_ = os.WriteFile(filepath.Join(os.TempDir(), "drill-"+p.name+".log"), p.log.text, 0o600)
		}
	}
}
