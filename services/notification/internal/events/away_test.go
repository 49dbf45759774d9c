package events

import (
	"context"
	"errors"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// away is a destination that does not answer.
type away struct{ attempts int }

func (*away) Name() string        { return "webhook" }
func (*away) Destination() string { return "https://hooks.example" }
func (*away) Once() bool          { return true }
func (a *away) Deliver(context.Context, *notificationv1.Notification) (channel.Answer, error) {
	a.attempts++
	return channel.Answer{}, errors.New("connection refused")
}

func TestADestinationThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	conn, to := natstest.Connect(t), &away{}
	d := &Delivering{Records: Recording(conn), Channel: to}
	n := &notificationv1.Notification{Id: "n-1", Audience: "leadership", Tenant: "acme", Case: "c-1"}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second/4)
	defer cancel()
	for attempt := uint64(1); ctx.Err() == nil; attempt++ {
		if err := d.OnNotification(ctx, bus.Meta{Sequence: 1, Attempt: attempt, StoredAt: time.Now()}, n); err == nil || bus.IsPermanent(err) {
			t.Errorf("attempt %d: %v", attempt, err)
		}
	}
	info, err := conn.JS().Stream(t.Context(), topology.Deliveries.Name)
	if err != nil {
		t.Fatal(err)
	}
	if records := info.CachedInfo().State.Msgs; to.attempts != 5 || records != 5 {
		t.Errorf("%d attempts, %d records; want five, and then none", to.attempts, records)
	}
}

func TestWhatFailsForAWeekIsGivenUp(t *testing.T) {
	d := &Delivering{Records: Recording(natstest.Connect(t)), Channel: &away{}}
	n := &notificationv1.Notification{Id: "n-1", Audience: "leadership", Tenant: "acme", Case: "c-1"}
	for age, final := range map[time.Duration]bool{time.Hour: false, deadline - time.Minute: false, deadline + time.Minute: true} {
		err := d.OnNotification(t.Context(), bus.Meta{Sequence: 1, Attempt: 9, StoredAt: time.Now().Add(-age)}, n)
		if bus.IsPermanent(err) != final {
			t.Errorf("%s old: %v", age, err)
		}
	}
}
