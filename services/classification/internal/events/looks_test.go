package events_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/classification/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// look says that both shards of acme looked at that moment, with so much unshown.
func look(t *testing.T, conn *bus.Conn, at time.Time, unshown uint32) {
	t.Helper()
	for _, shard := range []string{topology.PlatformShard, topology.ShardName(topology.ShardOf("acme"))} {
		say(t, conn, topology.LookedSubject(shard), at, &monitoringv1.Looked{Shard: shard, At: timestamppb.New(at), Unshown: unshown})
	}
}

func say(t *testing.T, conn *bus.Conn, subject string, at time.Time, m proto.Message) {
	t.Helper()
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: subject, ID: bus.ID(subject, at.String()), Time: at, Payload: m}); err != nil {
		t.Fatal(err)
	}
}

// heard waits until the view says so.
func heard(t *testing.T, looks *events.Looks, what string, says func(counts int, lookedAt time.Time) bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		counts, at := looks.For("acme")
		if says(len(counts), at) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%s: %d counts, looked at %v", what, len(counts), at)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestWhatIsCountedIsInViewUntilALookPassesItOver(t *testing.T) {
	conn := natstest.Connect(t)
	var looks events.Looks
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- looks.Follow(ctx, conn) }()
	t.Cleanup(func() { cancel(); <-done })
	shard, reason := topology.ShardName(topology.ShardOf("acme")), string(policy.AuthFailuresOver100)
	say(t, conn, topology.StandingSubject("acme", reason, ""), nine, &monitoringv1.Standing{
		Scope: "acme", Reason: reason, State: "near", Value: 60, People: 60, Threshold: 100, At: timestamppb.New(nine), Shard: shard,
	})
	heard(t, &looks, "a standing alone", func(n int, at time.Time) bool { return n == 1 && at.IsZero() })
	look(t, conn, nine, 0)
	heard(t, &looks, "with a look", func(n int, at time.Time) bool { return n == 1 && at.Equal(nine) })
	later := nine.Add(10 * time.Minute)
	look(t, conn, later, 0)
	heard(t, &looks, "passed over", func(n int, at time.Time) bool { return n == 0 && at.Equal(later) })
	look(t, conn, later.Add(time.Minute), 3)
	heard(t, &looks, "not all was said", func(_ int, at time.Time) bool { return at.IsZero() })
	if counts, at := (*events.Looks)(nil).For("acme"); counts != nil || !at.IsZero() {
		t.Error("no view has seen something")
	}
}
