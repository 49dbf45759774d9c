//go:build unix

package drill

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/proctest"
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

// A scene is the processes under test; two of them stand by for each other.
type scene struct {
	server *proctest.Process
	two    [2]*process
	load   *load
	r      *rand.Rand
}

const (
	owns    = `"msg":"owner of the shards"`
	gaveUp  = `"msg":"no longer owner of the shards"`
	running = `"msg":"ready"`
)

// owner is the process that was elected last, and the other one.
func (s *scene) owner() (owner, other *process) {
	owner, other = s.two[0], s.two[1]
	if _, at := owner.elected(); at.Before(second(other.elected())) {
		return other, owner
	}
	return owner, other
}

func second[A, B any](_ A, b B) B { return b }

// handOver waits until the other was elected after the one that owned.
func handOver(t testing.TB, owned, other *process) {
	t.Helper()
	_, before := owned.elected()
	other.AwaitThat(t, "it is the owner", func() bool { return second(other.elected()).After(before) })
}

// end ends the owner, at once or in order; it comes back as the other one.
func (s *scene) end(t testing.TB, sig syscall.Signal) {
	owner, other := s.owner()
	owner.End(t, sig)
	handOver(t, owner, other)
	owner.Start(t)
}

// halt stops the owner's time past its pin: another owns meanwhile, and finds
// and says things, when the stale one wakes up. That gives up when the next batch is refused
// or it hears no tick for the lease, at most 4 s; what it found may take 5 s to be
// published, its last checkpoints 5 s, and where the bus does not answer just then the
// client's try to make its reader anew 20 s, which no context ends: within patience.
func (s *scene) halt(t testing.TB) {
	owner, other := s.owner()
	owner.Halt(t)
	from, _ := owner.elected() // as long as it says nothing: it may be elected again soon
	handOver(t, owner, other)
	s.load.await(t, 20+s.r.IntN(100))
	owner.Signal(t, syscall.SIGCONT)
	owner.Await(t, gaveUp, from)
}

// crash kills the server under both, and starts it again.
func (s *scene) crash(t testing.TB) {
	s.server.End(t, syscall.SIGKILL)
	s.server.Start(t)
	s.load.await(t, 1)
}

func TestWhoeverIsKilledOrHaltedEachChangeIsSaidOnce(t *testing.T) {
	kills := int(number(t, "TOCSIN_DRILL_KILLS", 5))
	seed := number(t, "TOCSIN_DRILL_SEED", uint64(time.Now().UnixNano()))
	t.Logf("TOCSIN_DRILL_SEED=%d TOCSIN_DRILL_KILLS=%d", seed, kills)
	bin := proctest.Build(t, "tocsin/services/monitoring/cmd/monitoring")
	p, path := smallPolicy(t)
	s := &scene{r: rand.New(rand.NewPCG(seed, 1))}
	var url string
	s.server, url = proctest.NATS(t, bin)
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: url, Name: "drill", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	for i, awaited := range []string{owns, running} {
		s.two[i] = monitoring(t, []string{"a", "b"}[i], bin, "TOCSIN_NATS_URL="+url, "TOCSIN_POLICY_FILE="+path)
		s.two[i].Await(t, awaited, 0)
	}

	ctx, stop := context.WithCancel(t.Context())
	s.load = &load{conn: conn, r: rand.New(rand.NewPCG(seed, 2))}
	done := make(chan error, 1)
	go func() { done <- s.load.run(ctx) }()
	began := time.Now()
	for i := range kills {
		s.load.await(t, 1+s.r.IntN(150))
		s.end(t, syscall.SIGKILL)
		if i%5 > 0 && i%5 < 4 {
			s.load.await(t, 1+s.r.IntN(150))
		}
		switch i % 5 {
		case 1:
			s.halt(t)
		case 2:
			s.crash(t)
		case 3:
			s.end(t, syscall.SIGTERM)
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
	owner, other := s.owner()
	measured(t, owner)
	other.End(t, syscall.SIGTERM)
	owner.End(t, syscall.SIGTERM)
	until := seen(t, conn, last)
	n := same(t, said(t, conn), undisturbed(t, conn, p, until))
	t.Logf("%d kills and what lies between in %s: %d messages, %d changes", kills, time.Since(began).Round(time.Second), until, n)
	if n < 100 {
		t.Errorf("only %d changes: this proves little", n)
	}
}

// measured fails the test unless the owner shows what it does.
func measured(t testing.TB, owner *process) {
	t.Helper()
	addr := regexp.MustCompile(`"http":"([^"]+)"`).FindAllStringSubmatch(owner.Log.Last(1<<30), -1)
	r, err := http.Get("http://" + addr[len(addr)-1][1] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		`tocsin_monitoring_signals_total{fate="counted",shard="platform"}`, `tocsin_monitoring_changes_total{change="raised",shard=`,
		`tocsin_monitoring_lag_seconds{shard="00"}`, `tocsin_monitoring_owned{shard="00"} 1`, `tocsin_monitoring_checkpoint_time_seconds{shard=`, `tocsin_monitoring_checkpoint_size_bytes{shard=`,
		`tocsin_monitoring_checkpoint_duration_seconds_count{shard=`, `tocsin_monitoring_checkpoint_stall_seconds_count{shard=`,
	} {
		if !strings.Contains(string(text), "\n"+name) {
			t.Errorf("/metrics has no %s", name)
		}
	}
}
