package calling

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/courier"
	"tocsin/services/notification/internal/deliver"
	"tocsin/services/notification/internal/events"
	"tocsin/services/notification/internal/ladder"
	"tocsin/services/notification/internal/oncall"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

var name = key{"acme", "c-1"}

// caller goes by a ladder of one level that calls ops, and knows the case c-1,
// which was updated a while ago.
func caller(t *testing.T, conn *bus.Conn, ago time.Duration) *Caller {
	t.Helper()
	k := &reviewv1.Case{
		Id: "c-1", Tenant: "acme", State: "pending_review", Version: 1, Round: 1, Reasons: []string{"sso_unavailable"},
		UpdatedAt: timestamppb.New(time.Now().Add(-ago)),
	}
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.CaseSubject("acme", "c-1"), ID: "one", Payload: &reviewv1.CaseChanged{Case: k}}); err != nil {
		t.Fatal(err)
	}
	c := &Caller{
		Conn: conn, Policy: policy.Default(), Words: events.Composing{Teller: deliver.Teller{Policy: policy.Default()}}, Log: slog.New(slog.DiscardHandler),
	}
	file := &route.File{
		Destinations: map[string]route.Destination{"ops": {Channel: "slack"}},
		Ladders:      []route.Ladder{{Name: "all", Steps: []route.Step{{To: []string{"ops"}, Within: time.Minute}}}},
	}
	c.Follow(&courier.Plan{File: file, Schedules: map[string]oncall.Schedule{}}, func() route.World { return route.World{} })
	return c
}

// stored is how many messages CALLS holds.
func stored(t *testing.T, conn *bus.Conn) (n int) {
	t.Helper()
	if err := conn.Retained(t.Context(), topology.Calls, func(bus.Raw) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhoIsSecondCallsNobody(t *testing.T) {
	conn := natstest.Connect(t)
	c := caller(t, conn, 0)
	now := time.Now()
	s, err := c.at(t.Context(), name, now)
	if err != nil {
		t.Fatal(err)
	}
	due, _ := ladder.Climb{Ladder: s.ladder, Schedules: s.plan.Schedules}.Due(nil, now)
	other := &notificationv1.LadderClimbed{Tenant: "acme", Case: "c-1", Round: 1, Ladder: "all", Steps: []*notificationv1.LadderStep{stepOf(due[0])}}
	if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.ClimbedSubject("acme", "c-1"), ID: "another process", Payload: other}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.call(t.Context(), s, due, &waiting{}); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("the second one got %v", err)
	}
	if n := stored(t, conn); n != 1 {
		t.Errorf("%d messages are stored; want that of the other process", n)
	}
	again, err := c.climb(t.Context(), name, &waiting{})
	if err != nil || again.Sub(due[0].Until).Abs() > time.Millisecond {
		t.Errorf("it looks again at %s, %v; want %s", again, err, due[0].Until)
	}
}

func TestALevelAndItsCallsAreStoredTogether(t *testing.T) {
	conn := natstest.Connect(t)
	c := caller(t, conn, 0)
	for range 3 { // asked again it calls nobody again
		if _, err := c.climb(t.Context(), name, &waiting{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := stored(t, conn); n != 2 {
		t.Errorf("%d messages are stored; want how far it was climbed, and one call", n)
	}
}

func TestACaseThatNothingHappensToForDaysBeginsNoLadder(t *testing.T) {
	conn := natstest.Connect(t)
	c := caller(t, conn, oldest+time.Minute)
	if again, err := c.climb(t.Context(), name, &waiting{}); err != nil || !again.IsZero() || stored(t, conn) != 0 {
		t.Errorf("it looks again at %s, %v; %d messages are stored", again, err, stored(t, conn))
	}
}
