package notification_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

func TestWhatACrashOfTheBusBringsBackIsNotToldAgain(t *testing.T) {
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
	before := connect()
	if err := topology.Apply(t.Context(), before.JS(), 1); err != nil {
		t.Fatal(err)
	}
	due := time.Now().UTC().Add(time.Second)    // the message's first was due before
	for _, id := range []string{"n-1", "n-2"} { // n-1 was told in a message with others
		n := &notificationv1.Notification{Id: id, Audience: "leadership", Tenant: "acme", Case: "c-1", CaseVersion: 1, Kind: "approved", Language: "en", Title: id, Body: id}
		data, err := proto.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		m := nats.NewMsg(topology.HeldSubject("ops", "leadership/en/g"))
		m.Data = data
		m.Header.Set("Tocsin-Due", due.Format(time.RFC3339Nano))
		m.Header.Set("Tocsin-Told", due.Format(time.RFC3339Nano))
		if _, err := before.JS().PublishMsg(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	told := &notificationv1.DeliveryRecorded{Id: "d-1", Notification: "n-1", Channel: "webhook", Destination: "ops: http://ops", Outcome: "grouped"}
	if _, err := before.Publish(t.Context(), bus.Event{Subject: topology.DeliverySubject("webhook"), ID: "d-1", Payload: told}); err != nil {
		t.Fatal(err)
	}
	url, got := receiver(t)
	conn := connect()
	start(t, conn, notification.Config{RoutesFile: routes(t, url, toOps)})
	if r := next(t, got); r.id != "n-2" {
		t.Errorf("received %+v, want n-2", r)
	}
	await(t, "the record of n-2", func() bool { return fates(t, conn, "ops")["sent"] == 1 })
	if n := len(got); n > 0 {
		t.Errorf("received %d more", n)
	}
}
