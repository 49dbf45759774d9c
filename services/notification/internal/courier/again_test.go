package courier_test

import (
	"fmt"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Of two notifications that a process had in its hands when it was killed in quiet
// hours, it had held one, and that was told when they ended.
func TestWhatComesAgainAfterQuietHoursIsToldOnce(t *testing.T) {
	t.Parallel()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	connect := func() *bus.Conn {
		conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "test"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		return conn
	}
	c := &town{t: t, conn: connect(), got: make(chan told, 100)}
	if err := topology.Apply(t.Context(), c.conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	if err := topology.ToDestination("ops", topology.AudienceFilter("leadership")).Apply(t.Context(), c.conn.JS()); err != nil {
		t.Fatal(err)
	}
	c.tell("1", plain)
	c.tell("2", plain)
	told := &notificationv1.DeliveryRecorded{Id: "d-1", Notification: "n-1", Channel: "webhook", Destination: "ops: http://ops", Outcome: "grouped"}
	if _, err := c.conn.Publish(t.Context(), bus.Event{Subject: topology.DeliverySubject("webhook"), ID: "d-1", Payload: told}); err != nil {
		t.Fatal(err)
	}
	c.conn = connect()
	c.pass(3 * time.Hour)
	at := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	c.live(fmt.Sprintf(", quiet: {from: %q, to: %q, zone: Etc/UTC}", at(-time.Hour), at(2*time.Hour)), "routes:\n  - {name: all, to: [ops], when: {audience: [leadership]}}\n")
	if r := c.next(); r.Case != "c-2" {
		t.Errorf("told %+v", r)
	}
	if f := c.fates(2); len(f["sent"]) != 1 || len(c.got) > 0 {
		t.Errorf("recorded %v, and %d more were told", f, len(c.got))
	}
}
