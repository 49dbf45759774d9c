package events_test

import (
	"context"
	"fmt"
	"testing"

	"tocsin/services/review/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func TestAMessageThatMakesNoSenseEndsNoLiveView(t *testing.T) {
	conn := natstest.Connect(t)
	live := &events.Live{Conn: conn}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- live.Run(ctx) }()
	seen := live.Changes(ctx)
	publish := func(version uint64) {
		c := &reviewv1.CaseChanged{Case: &reviewv1.Case{Id: "c-1", Version: version}}
		if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.CaseSubject("acme", "c-1"), ID: bus.ID("c-1", fmt.Sprint(version)), Payload: c}); err != nil {
			t.Fatal(err)
		}
	}
	version := uint64(0)
	for follows := false; !follows; {
		version++
		publish(version)
		select {
		case <-seen:
			follows = true
		default:
		}
	}
	if _, err := conn.JS().Publish(t.Context(), topology.CaseSubject("acme", "c-1"), []byte("\xff\xff no message")); err != nil {
		t.Fatal(err)
	}
	publish(version + 1)
	for told := uint64(0); told <= version; {
		select {
		case g := <-seen:
			told = g.Version
		case err := <-ended:
			t.Fatalf("it ended: %v", err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("at the end: %v", err)
	}
}
