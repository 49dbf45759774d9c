package courier

import (
	"fmt"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A process that reads a group in the moment when it becomes due would tell the
// beginning by itself, and another the whole.
func TestAGroupThatBecomesDueWhileItIsReadIsReadAgain(t *testing.T) {
	t.Parallel()
	due, looks := time.Now().Add(time.Hour), 0
	conn := natstest.Connect(t)
	c := &Courier{Name: "ops", Conn: conn, Holds: &bus.Gatherer{Conn: conn}, Clock: func() time.Time {
		looks++
		return due.Add(time.Duration(looks-2) * time.Millisecond)
	}}
	v := route.Verdict{Until: due, Group: "all"}
	for i := range 2 {
		n := &notificationv1.Notification{Id: fmt.Sprint("n-", i), Audience: "leadership"}
		if err := c.hold(t.Context(), waiting{Notification: n}, v); err != nil {
			t.Fatal(err)
		}
	}
	subject := topology.HeldSubject("ops", groupOf(&notificationv1.Notification{Audience: "leadership"}, v))
	if err := c.release(t.Context(), subject); err != nil {
		t.Fatal(err)
	}
	for stream, want := range map[string]uint64{topology.Held.Name: 2, topology.Due.Name: 0} {
		s, err := conn.JS().Stream(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		if n := s.CachedInfo().State.Msgs; n != want {
			t.Errorf("%s holds %d messages, want %d", stream, n, want)
		}
	}
	if at, is := c.timers.of[subject]; !is || !at.due.Equal(due) {
		t.Errorf("it is looked at again at %v", at)
	}
}
