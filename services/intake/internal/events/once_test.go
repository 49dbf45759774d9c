package events_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// stands is how often each signal of the test stands in the stream.
func stands(t testing.TB, in events.Intake) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, id := range ids(t, in.Tickets.Conn) {
		n[id]++
	}
	return n
}

func TestASignalThatComesAgainIsStoredOnce(t *testing.T) {
	s := serve(t)
	in := intake(t, s)
	some := func(from, to int) (set []*ingressv1.Signal) {
		for i := from; i < to; i++ {
			set = append(set, attempt(fmt.Sprint(i), fmt.Sprint("tenant-", i%40), "u"))
		}
		return set
	}
	other := attempt("7", "tenant-7", "somebody else")
	for what, set := range map[string][]*ingressv1.Signal{
		"twice in one":                     append(some(0, 50), some(20, 60)...),
		"known ones among others":          some(30, 90),
		"known ones only":                  some(0, 30),
		"the same id with another content": {attempt("7", "tenant-7", "u"), other},
	} {
		if err := in.Signals.Put(t.Context(), set); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	again := intake(t, s) // a start
	if err := again.Signals.Put(t.Context(), some(0, 100)); err != nil {
		t.Fatal(err)
	}
	if err := in.Signals.Put(t.Context(), some(0, 110)); err != nil { // which finds that another has written
		t.Fatal(err)
	}
	got := stands(t, in)
	for id, n := range got {
		if n != 1 {
			t.Errorf("signal %s stands %d times", id, n)
		}
	}
	if len(got) != 110 {
		t.Errorf("the stream has %d signals, want 110", len(got))
	}
}

// What the next expects to find last may be gone: it was erased, or is too old.
func TestAMessageThatIsGoneStopsNobody(t *testing.T) {
	s := serve(t)
	in := intake(t, s)
	for i := range 3 {
		if err := in.Signals.Put(t.Context(), []*ingressv1.Signal{attempt(fmt.Sprint(i), "acme", "u")}); err != nil {
			t.Fatal(err)
		}
		raw, err := in.Tickets.Conn.Last(t.Context(), topology.Signals, topology.MixedSignals)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Tickets.Conn.Delete(t.Context(), topology.Signals, raw.Sequence); err != nil {
			t.Fatal(err)
		}
	}
	if err := intake(t, s).Signals.Put(t.Context(), []*ingressv1.Signal{attempt("3", "acme", "u")}); err != nil {
		t.Fatal(err)
	}
	if got := stands(t, in); len(got) != 1 || got["3"] != 1 {
		t.Errorf("the stream has %v", got)
	}
}

// The messages of one write go each by itself: some are stored and heard of, some are
// stored and not heard of, and the others have to be sent again.
func TestWhereOneAcknowledgementOfManyIsLostEachSignalStandsOnce(t *testing.T) {
	server, err := natsserver.Start(natsserver.Options{Addr: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Shutdown(); server.WaitForShutdown() })
	if err := topology.Apply(t.Context(), connect(t, server).JS(), 1); err != nil {
		t.Fatal(err)
	}
	line := natstest.NewLine(t, server.Addr().String())
	in := intakeOn(t, connectTo(t, bus.Settings{URL: "nats://" + line.Addr}))
	want := map[string]int{}
	put := func(run int) error {
		var set []*ingressv1.Signal
		for i := range 9000 {
			id := fmt.Sprint(run, "/", i)
			set, want[id] = append(set, attempt(id, fmt.Sprint("tenant-", i%30), "u")), 1
		}
		return in.Signals.Put(t.Context(), set)
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	for run := 1; run <= 3; run++ {
		was := line.Lost()
		line.Lose(topology.Signals, run)
		for put(run) != nil { // as a producer would
		}
		if line.Lost() == was {
			t.Errorf("run %d: nothing was lost", run)
		}
	}
	if got := stands(t, in); !maps.Equal(got, want) {
		t.Errorf("of %d signals, %d stand, or some twice", len(want), len(got))
	}
}

// An intake of before has put signals on the subjects of their shards.
func TestWhatStandsOnAShardsSubjectIsKnown(t *testing.T) {
	s := serve(t)
	conn := connect(t, s)
	old := &intakev1.SignalsReceived{Shard: uint32(topology.ShardOf("acme")), Signals: []*ingressv1.Signal{attempt("1", "acme", "u")}}
	data, err := proto.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	state(t, conn, topology.SignalsSubject(topology.ShardOf("acme")), "", data)
	in := intake(t, s)
	if err := in.Signals.Put(t.Context(), []*ingressv1.Signal{attempt("1", "acme", "u"), attempt("2", "acme", "u")}); err != nil {
		t.Fatal(err)
	}
	if got := stands(t, in); len(got) != 2 || got["1"] != 1 || got["2"] != 1 {
		t.Errorf("the stream has %v", got)
	}
}

// Two intakes are given the same signals in pieces, in an order and with repeats that
// chance gives, and at times one starts anew: in the end each signal stands there once.
func TestTwoIntakesStoreEachSignalOnce(t *testing.T) {
	s := serve(t)
	pair := []events.Intake{intake(t, s), intake(t, s)}
	want, run := map[string]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		n := rapid.IntRange(1, 200).Draw(rt, "signals")
		var wg sync.WaitGroup
		for who := range pair {
			for range 2 {
				order := rapid.SliceOfN(rapid.IntRange(0, n-1), 1, 150).Draw(rt, "order")
				piece := rapid.IntRange(1, 40).Draw(rt, "piece")
				for _, i := range order {
					want[fmt.Sprint(run, "/", i)] = 1
				}
				wg.Go(func() {
					for some := range slices.Chunk(order, piece) {
						var set []*ingressv1.Signal
						for _, i := range some {
							set = append(set, attempt(fmt.Sprint(run, "/", i), fmt.Sprint("tenant-", i%30), "u"))
						}
						if err := pair[who].Signals.Put(t.Context(), set); err != nil {
							t.Errorf("put: %v", err)
						}
					}
				})
			}
		}
		if rapid.IntRange(0, 9).Draw(rt, "start") == 0 {
			wg.Wait()
			pair[run%2] = intake(t, s)
		}
		wg.Wait()
	})
	if got := stands(t, pair[0]); !maps.Equal(got, want) {
		t.Errorf("the stream has %d signals, %d were sent", len(got), len(want))
		for id, n := range got {
			if n != 1 {
				t.Logf("%s stands %d times", id, n)
			}
		}
	}
}
