package monitoring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/monitoring"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// fails and gets let people fail to log in, or get in.
func fails(t testing.TB, conn *bus.Conn, tenant string, people ...string) {
	t.Helper()
	tries(t, conn, attempts{tenant, people, false})
}

func gets(t testing.TB, conn *bus.Conn, tenant string, people ...string) {
	t.Helper()
	tries(t, conn, attempts{tenant, people, true})
}

// attempts are one of each of some people.
type attempts struct {
	tenant string
	people []string
	ok     bool
}

// tries puts attempts on the stream, as intake does.
func tries(t testing.TB, conn *bus.Conn, all attempts) {
	t.Helper()
	tenant, ok, people := all.tenant, all.ok, all.people
	b := &intakev1.SignalsReceived{Shard: topology.Shards}
	at := time.Now()
	for _, u := range people {
		a := &ingressv1.AuthAttempt{User: u, Method: ingressv1.AuthAttempt_PASSWORD, Outcome: ingressv1.AuthAttempt_SUCCESS}
		if !ok {
			a.Outcome, a.Failure = ingressv1.AuthAttempt_FAILURE, ingressv1.AuthAttempt_TIMEOUT
		}
		b.Signals = append(b.Signals, &ingressv1.Signal{
			Id: fmt.Sprint(tenant, u, ok), Source: "okta", Tenant: tenant, OccurredAt: timestamppb.New(at),
			Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: a},
		})
	}
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.MixedSignals, ID: bus.ID("test", tenant, fmt.Sprint(ok, people)), Payload: b}); err != nil {
		t.Fatal(err)
	}
}

// monitor runs monitoring until what it has said is enough.
func monitor(t testing.TB, conn *bus.Conn, enough func([]*monitoringv1.Condition) bool) []*monitoringv1.Condition {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	at := run.Place{Conn: conn, Policy: small(), Mux: http.NewServeMux(), Health: &run.Health{}, Log: slog.New(slog.DiscardHandler)}
	go func() { done <- monitoring.Run(ctx, monitoring.Config{}, at) }()
	reading, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var said []*monitoringv1.Condition
	err := conn.Follow(reading, bus.Following{Stream: topology.Conditions, Filters: []string{topology.AllConditions}}, func(_ context.Context, raw bus.Raw) error {
		ev := &monitoringv1.ConditionChanged{}
		if err := bus.Decode(raw, ev); err != nil {
			return err
		}
		if said = append(said, ev.Condition); enough(said) {
			cancel()
		}
		return nil
	})
	if err != nil || !enough(said) {
		t.Fatal("not said:", said, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return said
}

func many(n int) func([]*monitoringv1.Condition) bool {
	return func(said []*monitoringv1.Condition) bool { return len(said) >= n }
}

// replayStream is what a replay of the bus prints.
func replayStream(t testing.TB, conn *bus.Conn, opts monitoring.ReplayOptions) ([]string, monitoring.ReplaySummary) {
	t.Helper()
	opts.Policy = small()
	var out bytes.Buffer
	sum, err := monitoring.ReplayStream(t.Context(), conn, &out, opts)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), sum
}

func TestAReplayOfTheBusAsLiveSaysWhatWasPublished(t *testing.T) {
	conn := natstest.Connect(t)
	fails(t, conn, "acme", "a", "b", "c")
	fails(t, conn, "beta", "a", "b", "c")
	monitor(t, conn, many(3))
	gets(t, conn, "acme", "a", "b")
	gets(t, conn, "beta", "b", "c")
	var want []string
	for _, c := range monitor(t, conn, many(5)) { // acme, beta, platform; two have ended, platform goes on
		if c.Change != "updated" {
			want = append(want, c.Id+" "+c.Change+" "+c.Scope)
		}
	}
	lines, sum := replayStream(t, conn, monitoring.ReplayOptions{AsLive: true})
	var got []string
	for _, line := range lines {
		var c struct{ ID, Change, Scope string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		got = append(got, c.ID+" "+c.Change+" "+c.Scope)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if sum.Read != 10 || sum.Counted != 10 || sum.Changes != len(lines) || sum.First.IsZero() {
		t.Errorf("summary = %+v", sum)
	}
	sorted, sum := replayStream(t, conn, monitoring.ReplayOptions{})
	if len(brief(t, sorted)) < 5 || sum.Read != 10 || sum.Counted != 10 {
		t.Errorf("sorted: %v, %+v", brief(t, sorted), sum)
	}
}

func TestAReplayOfTheBusLetsTimePass(t *testing.T) {
	conn := natstest.Connect(t)
	fails(t, conn, "acme", "a", "b", "c")
	for _, asLive := range []bool{false, true} {
		lines, _ := replayStream(t, conn, monitoring.ReplayOptions{AsLive: asLive, Until: time.Now().Add(48 * time.Hour)})
		if got := brief(t, lines); len(got) != 4 || !strings.HasPrefix(got[2], "expired") {
			t.Errorf("as live %v: %v", asLive, got)
		}
	}
}

func TestWhatCannotBeDecodedIsCountedAndSkipped(t *testing.T) {
	conn := natstest.Connect(t)
	if _, err := conn.JS().Publish(t.Context(), topology.SignalsSubject(3), []byte("\xff\xff")); err != nil {
		t.Fatal(err)
	}
	fails(t, conn, "acme", "a", "b", "c")
	for _, asLive := range []bool{false, true} {
		if lines, sum := replayStream(t, conn, monitoring.ReplayOptions{AsLive: asLive}); sum.Unreadable != 1 || len(lines) != 2 || sum.Read != 3 {
			t.Errorf("as live %v: %v, %+v", asLive, lines, sum)
		}
	}
}

func TestNothingComesOfABusWithoutSignals(t *testing.T) {
	conn := natstest.Connect(t)
	for _, asLive := range []bool{false, true} {
		if lines, sum := replayStream(t, conn, monitoring.ReplayOptions{AsLive: asLive}); lines[0] != "" || sum.Read != 0 {
			t.Errorf("as live %v: %v, %+v", asLive, lines, sum)
		}
	}
}
