//go:build unix

package drill

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
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

// short is how much is sent where nobody says, and few how often somebody is killed.
const (
	short = 20_000
	few   = 5
)

func TestWhoeverIsKilledEachValidEventIsInTheHouseOnceAndNothingElseIs(t *testing.T) {
	n, kills := int(number(t, "TOCSIN_DRILL_EVENTS", short)), int(number(t, "TOCSIN_DRILL_KILLS", few))
	seed := number(t, "TOCSIN_DRILL_SEED", uint64(time.Now().UnixNano()))
	t.Logf("TOCSIN_DRILL_SEED=%d TOCSIN_DRILL_EVENTS=%d TOCSIN_DRILL_KILLS=%d", seed, n, kills)
	things := n * 10 / 13
	began := time.Now().UTC().Add(-time.Hour - time.Duration(things)*time.Millisecond).Truncate(time.Second)
	s := stage(t, world{seed: seed, things: things, began: began}, false)
	start := time.Now()
	done := make(chan error, 1)
	go func() { done <- s.run(t.Context()) }()
	killed := s.disturb(t, n/(kills+1), done)
	took := time.Since(start)
	t.Logf("%d sendings of %d things in %s (%.0f a second): %d answered, %d tried again, %d kills",
		s.done.Load(), things, took.Round(time.Second), float64(s.done.Load())/took.Seconds(), s.asked.Load(), s.repeat.Load(), killed)
	s.settled(t)
	b := s.books(t)
	b.tickets(t)
	b.signals(t)
	b.refusals(t)
}

// A scene is the processes under test and those that send to them.
type scene struct {
	*producers
	server *proctest.Process
	two    [2]*proctest.Process
	r      *rand.Rand
	// begun is where in its journal a process was last started.
	begun map[*proctest.Process]int
}

const ready = `"msg":"ready"`

// stage starts the server and both processes of intake, each with a spool or none.
func stage(t testing.TB, w world, spooling bool) *scene {
	t.Helper()
	bin := proctest.Build(t, "tocsin/services/intake/cmd/intake")
	s := &scene{r: w.random(0, 8), begun: map[*proctest.Process]int{}}
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
	file := filepath.Join(t.TempDir(), "doors.yaml")
	if err := os.WriteFile(file, []byte(doorsFile), 0o600); err != nil {
		t.Fatal(err)
	}
	var doors []string
	for i, name := range []string{"a", "b"} {
		addr := free(t)
		env := []string{"TOCSIN_NATS_URL=" + url, "TOCSIN_HTTP_ADDR=" + addr, "TOCSIN_DOORS_FILE=" + file, "DRILL_SECRET=" + secret}
		if spooling {
			env = append(env, "TOCSIN_SPOOL="+filepath.Join(t.TempDir(), name))
		}
		s.two[i] = proctest.Run(t, &proctest.Process{Name: name, Args: []string{filepath.Join(bin, "intake")}, Env: env})
		doors = append(doors, "http://"+addr)
	}
	for _, p := range s.two {
		p.Await(t, ready, 0)
	}
	s.producers = producing(w, conn, doors)
	return s
}

// free is an address that nobody listens on: a process that is started again has to
// be found where it was.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// disturb kills processes while things are sent, about as many as are given lying
// between, and returns when all were sent.
func (s *scene) disturb(t testing.TB, between int, done <-chan error) (kills int) {
	t.Helper()
	drawn := func() int64 { return int64(between)/2 + s.r.Int64N(int64(between)) }
	next := drawn()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return kills
		case <-tick.C:
		}
		if s.done.Load() < next {
			continue
		}
		next += drawn()
		victims := [][]*proctest.Process{{s.two[0]}, {s.server}, s.two[:], {s.two[1]}, {s.two[0], s.server}}[kills%5]
		for _, p := range victims {
			s.kill(t, p)
		}
		kills++
	}
}

// kill kills a process that is ready, and starts it again.
func (s *scene) kill(t testing.TB, p *proctest.Process) {
	t.Helper()
	said := ready
	if p == s.server {
		said = "Server is ready"
	}
	p.Await(t, said, s.begun[p])
	p.End(t, syscall.SIGKILL)
	s.begun[p] = p.Log.Len()
	p.Start(t)
}

// settled waits until intake has read all that producers have published.
func (s *scene) settled(t testing.TB) {
	t.Helper()
	began := time.Now()
	for _, p := range s.two {
		p.Await(t, ready, s.begun[p])
	}
	var left uint64
	until(t, "nothing waits", func(ctx context.Context) bool {
		stream, err := s.conn.JS().Stream(ctx, topology.Ingress.Name)
		if err != nil {
			return false
		}
		reader, err := stream.Consumer(ctx, topology.IntakeOnIngress.Name)
		if err != nil {
			return false
		}
		info := reader.CachedInfo()
		left = stream.CachedInfo().State.Msgs
		return info.NumPending == 0 && info.NumAckPending == 0
	})
	// A server that is killed may forget to delete what was acknowledged; that it was
	// stored, the books say.
	t.Logf("nothing waits after %s; %d messages that were read still lie in INGRESS", time.Since(began).Round(time.Millisecond), left)
}

// until asks again and again until a fact holds. A server that was just killed may
// leave a request without any answer: each asking has a time of its own.
func until(t testing.TB, what string, is func(ctx context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*proctest.Patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !within(ctx, is) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: not within %s", what, 3*proctest.Patience)
		}
	}
}

// within asks once, for some seconds at most.
func within(ctx context.Context, is func(ctx context.Context) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return is(ctx)
}
