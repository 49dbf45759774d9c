package shard

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// send puts signals on the stream as intake does.
func send(t testing.TB, conn *bus.Conn, shard int, signals ...*ingressv1.Signal) uint64 {
	t.Helper()
	seq, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.SignalsSubject(shard), ID: bus.ID("test", fmt.Sprint(shard), signals[0].Id),
		Payload: &intakev1.SignalsReceived{Shard: uint32(shard), Signals: signals},
	})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// running is a shard in a process of its own.
type running struct {
	conn *bus.Conn
	stop context.CancelFunc
	done chan error
}

func run(t testing.TB, w world, of func(*bus.Conn) *Shard) running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := running{conn: w.connect(t), stop: stop, done: make(chan error, 1)}
	s := of(r.conn)
	go func() { r.done <- s.Run(ctx) }()
	t.Cleanup(stop)
	return r
}

// changes waits until n condition changes have been said and returns them.
func changes(t testing.TB, w world, n int) []*monitoringv1.Condition {
	t.Helper()
	var list []*monitoringv1.Condition
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := w.conn.Follow(ctx, bus.Following{Stream: topology.Conditions, Filters: []string{topology.AllConditions}}, func(_ context.Context, raw bus.Raw) error {
		ev := &monitoringv1.ConditionChanged{}
		if err := bus.Decode(raw, ev); err != nil {
			return err
		}
		if raw.ID != ev.Condition.Id {
			t.Errorf("the event has id %s, its condition %s", raw.ID, ev.Condition.Id)
		}
		if list = append(list, ev.Condition); len(list) >= n {
			cancel()
		}
		return nil
	})
	if err != nil || len(list) < n {
		t.Fatalf("%d changes, want %d: %v", len(list), n, err)
	}
	return list
}

// outage is an outage of two tenants and its end, in the order of event time.
func outage(base time.Time) []*ingressv1.Signal {
	var list []*ingressv1.Signal
	n := 0
	add := func(ok bool, users int) {
		for u := range users {
			for tenant := range 2 {
				list = append(list, attempt(n, fmt.Sprint("t", tenant), fmt.Sprint("u", u), base.Add(time.Duration(n)*time.Millisecond), ok))
				n++
			}
		}
	}
	add(false, 5)
	add(true, 5)
	add(false, 4)
	return list
}

func TestAShardSaysWhatAReplaySays(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	for name, of := range map[string]func(*bus.Conn) *Shard{
		"tenants":  func(conn *bus.Conn) *Shard { return Tenants(conn, p, 3, quiet) },
		"platform": func(conn *bus.Conn) *Shard { return Platform(conn, p, quiet) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			signals := outage(time.Now().Add(-time.Minute).Truncate(time.Second))
			var read []detect.Signal
			for _, s := range signals {
				read = append(read, events.Signal(s))
			}
			var want []*monitoringv1.Condition
			detect.Replay(p.Rules, detect.ReplayOptions{Policy: p.Version, Scopes: of(w.conn).opts.Scopes}, read, func(c detect.Change) {
				want = append(want, events.Condition(c, p.Version))
			})
			if len(want) == 0 {
				t.Fatal("the replay says nothing")
			}
			draw := rand.New(rand.NewPCG(1, 1))
			r := run(t, w, of)
			for part := range slices.Chunk(signals, 3) {
				shard := 3
				if name == "platform" {
					shard = draw.IntN(topology.Shards)
				} else { // what another shard reads is nothing to this one
					send(t, w.conn, 4, failure(1000, "t0", "u9", time.Now()))
				}
				send(t, w.conn, shard, part...)
			}
			got := changes(t, w, len(want))
			for i := range want {
				// When it was seen is the stream's time here, the event's there.
				got[i].DetectedAt, want[i].DetectedAt = nil, nil
				if !proto.Equal(got[i], want[i]) {
					t.Errorf("change %d:\n got %v\nwant %v", i, got[i], want[i])
				}
			}
			r.stop()
			if err := <-r.done; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTimePassesWithTheTicks(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	p.Rules.AuthFailures.Window = 2 * time.Second
	w := newWorld(t, "")
	run(t, w, func(conn *bus.Conn) *Shard { return Tenants(conn, p, 0, quiet) })
	send(t, w.conn, 0, attempt(0, "acme", "u9", time.Now(), true))
	now := time.Now()
	send(t, w.conn, 0, failure(1, "acme", "u1", now), failure(2, "acme", "u2", now), failure(3, "acme", "u3", now))
	got := changes(t, w, 2) // the window runs empty, and nobody sends a thing
	if got[0].Change != "raised" || got[1].Change == "raised" {
		t.Errorf("said %v", got)
	}
}

func TestCrashesAndStopsOfARunningShardChangeNothing(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	w := newWorld(t, "")
	signals := outage(time.Now().Add(-time.Minute).Truncate(time.Second))
	tenants := func(conn *bus.Conn) *Shard { return Tenants(conn, p, 0, quiet) }
	var stale []running
	for i, part := range slices.Collect(slices.Chunk(signals, 2)) {
		r := run(t, w, tenants)
		send(t, w.conn, 0, part...)
		switch i % 3 {
		case 0: // the connection is gone at once, whatever was on its way
			r.conn.Close()
			r.stop()
			<-r.done
		case 1:
			r.stop()
			if err := <-r.done; err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, ErrFenced) {
				t.Fatal(err)
			}
		default: // a stale owner stays
			stale = append(stale, r)
		}
	}
	for _, r := range stale {
		r.stop()
		<-r.done
	}
	last, err := w.conn.LastSequence(t.Context(), topology.Signals)
	if err != nil {
		t.Fatal(err)
	}
	s := begin(t, w.conn, p)
	input := inputOf(t, w, s.filters, last)
	read(t, s, input, -1)
	var want []string
	for _, c := range future(t, p, input, 0) {
		want = append(want, c.ID)
	}
	var got []string
	for _, line := range said(t, w.conn) {
		got = append(got, strings.Fields(line)[1])
	}
	same(t, got, want)
}

// inputOf is what the stream holds for a shard, up to a sequence.
func inputOf(t testing.TB, w world, filters []string, last uint64) []bus.Raw {
	t.Helper()
	var list []bus.Raw
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := w.conn.Follow(ctx, bus.Following{Stream: topology.Signals, Filters: filters}, func(_ context.Context, raw bus.Raw) error {
		list = append(list, raw)
		if raw.Sequence >= last {
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
