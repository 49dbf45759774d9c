package monitoring_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
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

// fail lets three people of a tenant fail to log in.
func fail(t testing.TB, conn *bus.Conn, tenant string) {
	t.Helper()
	batch := &intakev1.SignalsReceived{Shard: topology.Shards}
	for u := range 3 {
		batch.Signals = append(batch.Signals, &ingressv1.Signal{
			Id: fmt.Sprint(tenant, u), Source: "okta", Tenant: tenant, OccurredAt: timestamppb.Now(),
			Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{
				User: fmt.Sprint("u", u), Method: ingressv1.AuthAttempt_PASSWORD,
				Outcome: ingressv1.AuthAttempt_FAILURE, Failure: ingressv1.AuthAttempt_TIMEOUT,
			}},
		})
	}
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.MixedSignals, ID: bus.ID("test", tenant), Payload: batch}); err != nil {
		t.Fatal(err)
	}
}

func TestEveryShardAndThePlatformStateWhatTheyFindAndGoOnAfterARestart(t *testing.T) {
	conn := natstest.Connect(t)
	for _, round := range [][]int{{0, 7}, {7, 15}} {
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		at := run.Place{Conn: conn, Policy: small(), Mux: http.NewServeMux(), Health: &run.Health{}, Log: slog.New(slog.DiscardHandler)}
		go func() { done <- monitoring.Run(ctx, monitoring.Config{}, at) }()
		for _, shard := range round {
			fail(t, conn, fmt.Sprint("tenant-", shard))
		}
		want := []string{"platform", "tenant-0", "tenant-7"}
		if round[1] == 15 {
			want = append(want, "tenant-15")
		}
		raised(t, conn, want)
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

// raised waits until conditions have been raised for these scopes, once each.
func raised(t testing.TB, conn *bus.Conn, scopes []string) {
	t.Helper()
	slices.Sort(scopes)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var got []string
	err := conn.Follow(ctx, bus.Following{Stream: topology.Conditions, Filters: []string{topology.AllConditions}}, func(_ context.Context, raw bus.Raw) error {
		var ev monitoringv1.ConditionChanged
		if err := bus.Decode(raw, &ev); err != nil {
			return err
		}
		if ev.Condition.Change == "raised" {
			got = append(got, ev.Condition.Scope)
		}
		if len(got) >= len(scopes) {
			cancel()
		}
		return nil
	})
	slices.Sort(got)
	if err != nil || !slices.Equal(got, scopes) {
		t.Fatalf("raised for %v, want %v: %v", got, scopes, err)
	}
}
