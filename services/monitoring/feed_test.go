package monitoring_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/monitoring"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// start runs monitoring under the small policy until the test ends.
func start(t *testing.T, conn *bus.Conn) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	at := run.Place{Conn: conn, Policy: small(), Mux: http.NewServeMux(), Health: &run.Health{}, Log: slog.New(slog.DiscardHandler)}
	go func() { done <- monitoring.Run(ctx, monitoring.Config{}, at) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// await reads changes of one reason until there are as many as wanted, and
// compares "change scope subject".
func await(t *testing.T, conn *bus.Conn, reason string, want ...string) []*monitoringv1.Condition {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var got []string
	var list []*monitoringv1.Condition
	err := conn.Follow(ctx, bus.Following{Stream: topology.Conditions, Filters: []string{topology.AllConditions}}, func(_ context.Context, raw bus.Raw) error {
		var ev monitoringv1.ConditionChanged
		if err := bus.Decode(raw, &ev); err != nil {
			return err
		}
		if c := ev.Condition; c.Reason == reason && c.Change != "updated" {
			got, list = append(got, fmt.Sprint(c.Change, " ", c.Scope, " ", c.Subject)), append(list, c)
		}
		if len(got) >= len(want) {
			cancel()
		}
		return nil
	})
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%s: got %v, want %v: %v", reason, got, want, err)
	}
	return list
}

// assessed says how a ticket stands, as classification does.
func assessed(t *testing.T, conn *bus.Conn, h *intakev1.TicketHead, large bool) {
	t.Helper()
	h.Tenant, h.Ticket, h.Source = "acme", "T-1", "zendesk"
	_, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.AssessmentSubject(h.Tenant, h.Ticket), ID: bus.ID("test", fmt.Sprint(h.Revision)),
		Payload: &classificationv1.TicketAssessed{
			Head: h, Assessment: &classificationv1.Assessment{LargePopulation: large},
			EventSource: "zendesk", EventId: fmt.Sprint("e", h.Revision),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestATicketThatNobodyMovesIsFoundLive(t *testing.T) {
	conn := natstest.Connect(t)
	opened := time.Now().Add(-8 * 24 * time.Hour).UTC().Truncate(time.Millisecond)
	assessed(t, conn, &intakev1.TicketHead{
		Revision: 1, Status: ingressv1.Status_OPEN, OpenedAt: timestamppb.New(opened), LastEventAt: timestamppb.New(opened),
	}, true)
	start(t, conn)
	raised := await(t, conn, "stale_ticket_1w", "raised acme T-1")[0]
	if !raised.At.AsTime().Equal(opened.Add(168*time.Hour)) || !slices.Equal(raised.Evidence, []string{"zendesk/e1"}) || raised.Value != 168 {
		t.Errorf("raised: %v", raised)
	}
	now := time.Now().UTC()
	assessed(t, conn, &intakev1.TicketHead{
		Revision: 2, Status: ingressv1.Status_IN_PROGRESS, OpenedAt: timestamppb.New(opened),
		SupportActedAt: timestamppb.New(now), LastEventAt: timestamppb.New(now),
	}, true)
	await(t, conn, "stale_ticket_1w", "raised acme T-1", "cleared acme T-1")
}

// signal completes a signal that happens now.
func signal(tenant, id string, s *ingressv1.Signal) *ingressv1.Signal {
	s.Id, s.Source, s.Tenant, s.OccurredAt = id, "okta", tenant, timestamppb.Now()
	return s
}

// attempt is a log-in attempt.
func attempt(user string, outcome ingressv1.AuthAttempt_Outcome) *ingressv1.Signal {
	a := &ingressv1.AuthAttempt{User: user, Method: ingressv1.AuthAttempt_PASSWORD, Outcome: outcome}
	if outcome == ingressv1.AuthAttempt_FAILURE {
		a.Failure = ingressv1.AuthAttempt_TIMEOUT
	}
	return &ingressv1.Signal{Kind: &ingressv1.Signal_AuthAttempt{AuthAttempt: a}}
}

// received puts signals on the stream, as intake does.
func received(t *testing.T, conn *bus.Conn, tenant string, signals ...*ingressv1.Signal) {
	t.Helper()
	_, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.MixedSignals, ID: bus.ID("test", tenant, signals[0].GetId()),
		Payload: &intakev1.SignalsReceived{Shard: topology.Shards, Signals: signals},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAConditionOfThePlatformReachesTheLaunchesOfEveryShard(t *testing.T) {
	conn := natstest.Connect(t)
	start(t, conn)
	var want []string
	for _, tenant := range []string{"acme", "beta", "gamma", "delta"} {
		received(t, conn, tenant, signal(tenant, "launch", &ingressv1.Signal{Kind: &ingressv1.Signal_Launch{
			Launch: &ingressv1.Launch{Program: "onboarding", StartsAt: timestamppb.New(time.Now().Add(24 * time.Hour))},
		}}))
		want = append(want, "raised "+tenant+" onboarding")
	}
	// Two people of each of two tenants: too few for a tenant, enough for the platform.
	for _, tenant := range []string{"zeta", "eta"} {
		received(t, conn, tenant, signal(tenant, "1"+tenant, attempt("u1", ingressv1.AuthAttempt_FAILURE)),
			signal(tenant, "2"+tenant, attempt("u2", ingressv1.AuthAttempt_FAILURE)))
	}
	await(t, conn, "program_launch_blocked", want...)
	for _, tenant := range []string{"zeta", "eta"} {
		received(t, conn, tenant, signal(tenant, "3"+tenant, attempt("u1", ingressv1.AuthAttempt_SUCCESS)),
			signal(tenant, "4"+tenant, attempt("u2", ingressv1.AuthAttempt_SUCCESS)))
	}
	for _, tenant := range []string{"acme", "beta", "gamma", "delta"} {
		want = append(want, "cleared "+tenant+" onboarding")
	}
	await(t, conn, "program_launch_blocked", want...)
}

func TestALaunchIsToldAgainSoThatNoShardForgetsIt(t *testing.T) {
	conn := natstest.Connect(t)
	said := signal("acme", "launch", &ingressv1.Signal{Kind: &ingressv1.Signal_Launch{
		Launch: &ingressv1.Launch{Program: "onboarding", StartsAt: timestamppb.New(time.Now().Add(24 * time.Hour))},
	}})
	received(t, conn, "acme", said)
	start(t, conn)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	again := topology.ToldSubject(topology.ShardName(topology.ShardOf("acme")))
	var got *ingressv1.Signal
	err := conn.Follow(ctx, bus.Following{Stream: topology.Signals, Filters: []string{again}}, func(_ context.Context, raw bus.Raw) error {
		var m monitoringv1.Told
		if err := bus.Decode(raw, &m); err != nil {
			return err
		}
		got = m.GetLaunch()
		cancel()
		return nil
	})
	if err != nil || !proto.Equal(got, said) {
		t.Errorf("told %v, want %v: %v", got, said, err)
	}
}
