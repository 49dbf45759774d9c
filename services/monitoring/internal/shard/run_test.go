package shard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
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

// running is an owner in a process of its own.
type running struct {
	conn *bus.Conn
	stop context.CancelFunc
	done chan error
}

func run(t testing.TB, w world, p *policy.Policy) running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := running{conn: w.connect(t), stop: stop, done: make(chan error, 1)}
	o := NewOwner(r.conn, p, quiet)
	go func() { r.done <- o.Run(ctx) }()
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

func TestAnOwnerSaysWhatAReplaySays(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	w := newWorld(t, "")
	signals := outage(time.Now().Add(-time.Minute).Truncate(time.Second))
	var read []detect.Signal
	for _, s := range signals {
		read = append(read, events.Signal(s))
	}
	want := map[string][]*monitoringv1.Condition{}
	all := 0
	detect.Replay(p.Rules, detect.ReplayOptions{Policy: p.Version}, read, func(c detect.Change) {
		want[c.Scope] = append(want[c.Scope], events.Condition(c, p.Version))
		all++
	})
	if len(want) != 3 {
		t.Fatalf("the replay speaks of %d scopes", len(want))
	}
	r := run(t, w, p)
	for _, s := range signals { // a tenant of each shard
		send(t, w.conn, int(s.Tenant[1]-'0')*7, s)
	}
	got := map[string][]*monitoringv1.Condition{}
	for _, c := range changes(t, w, all) {
		got[c.Scope] = append(got[c.Scope], c)
	}
	for scope := range want {
		if len(got[scope]) != len(want[scope]) {
			t.Fatalf("%s: %d changes, want %d", scope, len(got[scope]), len(want[scope]))
		}
		for i := range want[scope] {
			got, want := got[scope][i], want[scope][i]
			// When it was seen is the stream's time here, the event's there.
			got.DetectedAt, want.DetectedAt = nil, nil
			if !proto.Equal(got, want) {
				t.Errorf("change %d:\n got %v\nwant %v", i, got, want)
			}
		}
	}
	r.stop()
	if err := <-r.done; err != nil {
		t.Error(err)
	}
}

func TestTimePassesWithTheTicks(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	p.Rules.AuthFailures.Window = 2 * time.Second
	w := newWorld(t, "")
	run(t, w, p)
	send(t, w.conn, 0, attempt(0, "acme", "u9", time.Now(), true))
	now := time.Now()
	send(t, w.conn, 0, failure(1, "acme", "u1", now), failure(2, "acme", "u2", now), failure(3, "acme", "u3", now))
	ends := map[string]bool{}
	for _, c := range changes(t, w, 4) { // the windows run empty, and nobody sends a thing
		ends[c.Scope] = c.Change != "raised"
	}
	if len(ends) != 2 || !ends["acme"] || !ends["platform"] {
		t.Errorf("ended: %v", ends)
	}
}

func TestCrashesAndStopsOfARunningOwnerChangeNothing(t *testing.T) {
	t.Parallel()
	p := smallPolicy()
	w := newWorld(t, "")
	signals := outage(time.Now().Add(-time.Minute).Truncate(time.Second))
	var stale []running
	for i, part := range slices.Collect(slices.Chunk(signals, 2)) {
		r := run(t, w, p)
		send(t, w.conn, 0, part...)
		switch i % 3 {
		case 0: // the connection is gone at once, whatever was on its way
			r.conn.Close()
			r.stop()
			t.Log("cut off:", <-r.done)
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
		t.Log("stale:", <-r.done)
	}
	input := stored(t, w)
	got := map[bool][]string{}
	want := map[bool][]string{}
	o := NewOwner(w.conn, p, quiet)
	if _, err := o.takeOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Shard{o.shards[0], o.shards[topology.Shards]} {
		wide := s.name == topology.PlatformShard
		read(t, s, input, -1)
		for _, f := range futureOf(t, s, input, 0) {
			want[wide] = append(want[wide], f.change.ID)
		}
	}
	for _, line := range said(t, w.conn) {
		fields := strings.Fields(line)
		wide := strings.Contains(fields[0], "."+topology.PlatformShard+".")
		got[wide] = append(got[wide], fields[1])
	}
	same(t, got[false], want[false])
	same(t, got[true], want[true])
}

// stored is what the stream holds now.
func stored(t testing.TB, w world) []bus.Raw {
	t.Helper()
	last, err := w.conn.LastSequence(t.Context(), topology.Signals)
	if err != nil {
		t.Fatal(err)
	}
	var list []bus.Raw
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err = w.conn.Follow(ctx, bus.Following{Stream: topology.Signals}, func(_ context.Context, raw bus.Raw) error {
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
