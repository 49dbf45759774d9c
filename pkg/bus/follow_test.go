package bus_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
)

// A process that was halted wakes to two things at once: its reader has been forgotten
// by the server, and its lease has run out.
func TestFollowingEndsWithItsContextThoughItBeginsAnewAtThatMoment(t *testing.T) {
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir(), Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	line := natstest.NewLine(t, s.Addr().String())
	connect := func(url string) *bus.Conn {
		conn, err := bus.Connect(t.Context(), bus.Settings{URL: url, Name: "test"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		return conn
	}
	conn, beside := connect("nats://"+line.Addr), connect(s.ClientURL())
	if err := topology.Apply(t.Context(), beside.JS(), 1); err != nil {
		t.Fatal(err)
	}
	changes(t, beside, 1)
	for range 150 { // which of the two is first is the scheduler's to say
		ctx, stop := context.WithCancel(t.Context())
		reads, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			ended <- conn.Follow(ctx, bus.Following{Stream: topology.Cases}, func(context.Context, bus.Raw) error {
				close(reads)
				return nil
			})
		}()
		<-reads
		line.Before("$JS.API.CONSUMER.CREATE", func() {
			stop()
			for range 1000 {
				runtime.Gosched()
			}
		})
		forget(t, beside)
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("it goes on following, though its context has ended")
		}
	}
}

// forget deletes whoever follows CASES on the server.
func forget(t *testing.T, conn *bus.Conn) {
	t.Helper()
	stream, err := conn.JS().Stream(t.Context(), topology.Cases.Name)
	if err != nil {
		t.Fatal(err)
	}
	for c := range stream.ListConsumers(t.Context()).Info() {
		if c.Config.Durable == "" {
			if err := stream.DeleteConsumer(t.Context(), c.Name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
				t.Fatal(err)
			}
		}
	}
}
