package shard

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// A world is a server of its own with the whole topology.
type world struct {
	server *server.Server
	conn   *bus.Conn
}

func newWorld(t testing.TB, addr string) world {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir(), Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	w := world{server: s}
	w.conn = w.connect(t)
	if err := topology.Apply(t.Context(), w.conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	return w
}

// connect is one more process.
func (w world) connect(t testing.TB) *bus.Conn {
	t.Helper()
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: w.server, Name: "test", Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

var quiet = slog.New(slog.DiscardHandler)

// smallPolicy is the policy with numbers that a few signals cross.
func smallPolicy() *policy.Policy {
	p := *policy.Default()
	p.Version = "sha256:small"
	p.Rules.AuthFailures.Over, p.Rules.AuthFailures.Clear = 2, 1
	p.Rules.AuthFailures.Window = 10 * time.Minute
	return &p
}

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// failure is a log-in that failed through no fault of the person.
func failure(n int, tenant, user string, at time.Time) *ingressv1.Signal {
	return attempt(n, tenant, user, at, false)
}

func attempt(n int, tenant, user string, at time.Time, ok bool) *ingressv1.Signal {
	a := &ingressv1.AuthAttempt{User: user, Method: ingressv1.AuthAttempt_PASSWORD, Outcome: ingressv1.AuthAttempt_SUCCESS}
	if !ok {
		a.Outcome, a.Failure = ingressv1.AuthAttempt_FAILURE, ingressv1.AuthAttempt_TIMEOUT
	}
	return &ingressv1.Signal{
		Id: fmt.Sprint("a", n), Source: "okta", Tenant: tenant, OccurredAt: timestamppb.New(at),
		Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: a},
	}
}

// received is a message of the input, as the stream would give it.
func received(seq uint64, at time.Time, signals ...*ingressv1.Signal) bus.Raw {
	data, err := proto.Marshal(&intakev1.SignalsReceived{Signals: signals})
	if err != nil {
		panic(err)
	}
	return bus.Raw{
		Meta: bus.Meta{Subject: topology.SignalsSubject(0), Sequence: seq, StoredAt: at},
		Data: data, ContentType: bus.ProtobufType,
	}
}

func tickAt(seq uint64, at time.Time) bus.Raw {
	return bus.Raw{Meta: bus.Meta{Subject: topology.TickSubject(), Sequence: seq, StoredAt: at}, ContentType: bus.ProtobufType}
}

// day draws an input in which conditions come and go, all day.
func day(seed uint64, messages int) []bus.Raw {
	r := rand.New(rand.NewPCG(seed, 1))
	now, n := nine, 0
	var list []bus.Raw
	for seq := uint64(3); len(list) < messages; seq += 1 + r.Uint64N(3) {
		now = now.Add(time.Duration(1+r.IntN(20)) * time.Second)
		if r.IntN(4) == 0 {
			list = append(list, tickAt(seq, now))
			continue
		}
		var signals []*ingressv1.Signal
		for range 1 + r.IntN(4) {
			n++
			at := now.Add(-time.Duration(r.IntN(90)) * time.Second)
			signals = append(signals, attempt(n, home(r.IntN(2)), fmt.Sprint("u", r.IntN(5)), at, r.IntN(3) == 0))
		}
		list = append(list, received(seq, now, signals...))
	}
	return list
}

// begin is a process taking the shard over.
func begin(t testing.TB, conn *bus.Conn, p *policy.Policy) *Shard {
	t.Helper()
	s := newShard(conn, p, 0, quiet)
	if _, err := s.takeOver(t.Context(), whole.now); err != nil {
		t.Fatal(err)
	}
	if err := s.adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// whole is an input of which nothing is lost.
var whole = input{created: nine, last: math.MaxUint64, holds: func(context.Context, uint64) (bool, error) { return true, nil }}

func (in input) now(context.Context) (input, error) { return in, nil }

// home is the n-th tenant whose signals are in shard 0.
func home(n int) string {
	for i := 0; ; i++ {
		if tenant := fmt.Sprint("t", i); topology.ShardOf(tenant) == 0 {
			if n == 0 {
				return tenant
			}
			n--
		}
	}
}

// find lets the shard read one message and gives what it finds.
func find(ctx context.Context, s *Shard, raw bus.Raw) ([]found, error) {
	m, _, err := newDecoder().decode(raw)
	if err != nil {
		return nil, err
	}
	if err := s.take(ctx, &m); err != nil {
		return nil, err
	}
	var list []found
	for len(s.out) > 0 {
		list = append(list, <-s.out)
	}
	return list, nil
}

// give lets the shard read one message and publish what it finds.
func give(ctx context.Context, s *Shard, raw bus.Raw) error {
	list, err := find(ctx, s, raw)
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.turn != nil {
			if err := s.sayTurn(ctx, f.turn); err != nil {
				return err
			}
		}
	}
	list = slices.DeleteFunc(list, func(f found) bool { return f.turn != nil })
	for part := range slices.Chunk(list, maxChanges) {
		if err := s.say(ctx, part); err != nil {
			s.unsaid = true
			return err
		}
	}
	return nil
}

// read gives the shard what it has not read yet, until it stops after `stop`
// messages (-1: never).
func read(t testing.TB, s *Shard, input []bus.Raw, stop int) {
	t.Helper()
	for _, raw := range input {
		if raw.Sequence <= s.position {
			continue
		}
		if stop == 0 {
			return
		}
		stop--
		if err := give(t.Context(), s, raw); err != nil {
			t.Fatal(err)
		}
	}
}

// said is every condition change on the stream, in order: subject, id and content.
func said(t testing.TB, conn *bus.Conn) []string {
	t.Helper()
	last, err := conn.LastSequence(t.Context(), topology.Conditions)
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]bool{topology.ShardStateSubject(topology.PlatformShard): true}
	for n := range topology.Shards {
		states[topology.ShardStateSubject(topology.ShardName(n))] = true
	}
	var list []string
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = conn.Follow(ctx, bus.Following{Stream: topology.Conditions}, func(_ context.Context, raw bus.Raw) error {
		var c monitoringv1.ConditionChanged
		if !states[raw.Subject] {
			if err := bus.Decode(raw, &c); err != nil {
				return err
			}
			list = append(list, raw.Subject+" "+raw.ID+" "+protojson.Format(&c))
		}
		if raw.Sequence == last {
			cancel()
		}
		return nil
	})
	if err != nil || ctx.Err() == context.DeadlineExceeded {
		t.Fatal("read what was said:", err, ctx.Err())
	}
	return list
}

// undisturbed is what one shard says that is never stopped.
func undisturbed(t testing.TB, p *policy.Policy, input []bus.Raw) []string {
	t.Helper()
	w := newWorld(t, "")
	read(t, begin(t, w.conn, p), input, -1)
	return said(t, w.conn)
}

// same fails the test unless both said the same, in the same order.
func same(t testing.TB, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("said %d changes, want %d; the first that differs is number %d:\n got %s\nwant %s", len(got), len(want), i, at(got, i), at(want, i))
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}
