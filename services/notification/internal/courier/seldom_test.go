package courier_test

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

const (
	atOnce = "routes:\n  - {name: all, to: [ops], when: {audience: [leadership]}}\n"
	climbs = atOnce + "ladders:\n  - name: critical\n    steps: [{to: [ops], within: 10m}]\n"
)

// has says whether the server holds a consumer.
func (c *town) has(at topology.Consumer) bool {
	c.t.Helper()
	_, err := c.conn.JS().Consumer(c.t.Context(), at.Stream.Name, at.Name)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		c.t.Fatal(err)
	}
	return err == nil
}

func (c *town) put(subject, id string, call bool) {
	c.t.Helper()
	n := &notificationv1.Notification{
		Id: id, Audience: "leadership", Tenant: "acme", Case: id, CaseVersion: 1, Kind: "case_opened", Language: "en",
		Title: id, Body: "body", State: "pending_review", At: timestamppb.Now(),
	}
	e := bus.Event{Subject: subject, ID: id, Payload: n}
	if call {
		e.Payload = &notificationv1.Call{Notification: n}
	}
	if _, err := c.conn.Publish(c.t.Context(), e); err != nil {
		c.t.Fatal(err)
	}
}

// A process is killed between any two of: something is held, released, given a place.
func TestWhatWasReleasedBeforeThereWasAPlaceForItIsToldByTheNextProcess(t *testing.T) {
	t.Parallel()
	c := &town{t: t, conn: natstest.Connect(t), got: make(chan told, 100)}
	c.put(topology.DueSubject("ops"), "released", false)
	c.live("", atOnce)
	if r := c.next(); r.Case != "released" {
		t.Errorf("told %+v", r)
	}
}

func TestWhatWasCalledWhileNobodyServedTheDestinationIsToldByTheNextProcess(t *testing.T) {
	t.Parallel()
	c := &town{t: t, conn: natstest.Connect(t), got: make(chan told, 100)}
	if err := topology.CallsAtDestination("ops").Apply(t.Context(), c.conn.JS()); err != nil {
		t.Fatal(err)
	}
	c.put(topology.CallSubject("ops"), "called", true)
	c.live("", climbs)
	if r := c.next(); r.Case != "called" {
		t.Errorf("told %+v", r)
	}
	c.put(topology.CallSubject("ops"), "again", true)
	if r := c.next(); r.Case != "again" {
		t.Errorf("told %+v", r)
	}
}

func TestADestinationHasAPlaceOnlyWhereSomethingIsOrWas(t *testing.T) {
	t.Parallel()
	c := live(t, "", climbs)
	c.tell("1", plain)
	c.next()
	to, due, calls := topology.ToDestination("ops"), topology.DueAtDestination("ops"), topology.CallsAtDestination("ops")
	for _, at := range []topology.Consumer{due, calls, to.Retry(), due.Retry(), calls.Retry()} {
		if c.has(at) {
			t.Errorf("%s is there, and nothing was ever for it", at.Name)
		}
	}
	// What another process releases is found at the next look.
	c.put(topology.DueSubject("ops"), "released", false)
	if r := c.next(); r.Case != "released" || !c.has(due) {
		t.Errorf("told %+v; there is a place for it: %t", r, c.has(due))
	}
}
