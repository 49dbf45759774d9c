package shard

import (
	"context"
	"errors"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
)

func TestWhatIsFoundWhileTheBusIsAwayIsSaidWhenItIsBack(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 40)
	want := undisturbed(t, p, input)
	dir := t.TempDir()
	server, err := natsserver.Start(natsserver.Options{Dir: dir, Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	addr := server.Addr().String()
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: "nats://" + addr, Name: "test", Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	s := begin(t, conn, p)
	read(t, s, input, 20)

	server.Shutdown()
	server.WaitForShutdown()
	done := make(chan error, 1)
	go func() {
		for _, raw := range input[20:] {
			if err := give(t.Context(), s, raw); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	server, err = natsserver.Start(natsserver.Options{Dir: dir, Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Shutdown(); server.WaitForShutdown() })
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("the shard does not go on")
	}
	same(t, said(t, conn), want)
}

func TestAShardThatIsStoppedWhileTheBusIsAwayEnds(t *testing.T) {
	w := newWorld(t, "")
	input := day(1, 40)
	s := begin(t, w.conn, smallPolicy())
	w.conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var err error
	for _, raw := range input {
		if err = give(ctx, s, raw); err != nil {
			break
		}
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v, want the context's", err)
	}
	if err := s.keepLast(ctx); err != nil || s.frozen != 0 {
		t.Errorf("saved at %d, %v", s.frozen, err)
	}
}

func TestARepeatedIDHoldsABatchBackAndLosesNothing(t *testing.T) {
	w, p := newWorld(t, ""), smallPolicy()
	input := day(1, 40)
	s := begin(t, w.conn, p)
	changes := future(t, p, input, 0)
	foreign := bus.Event{Subject: topology.ConditionSubject("else", "where", ""), ID: changes[0].change.ID, Payload: s.state.ShardState}
	if _, err := w.conn.Publish(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	before := s.state.seq
	err := s.say(ctx, changes[:1])
	if err == nil || errors.Is(err, ErrFenced) || s.state.seq != before {
		t.Errorf("error = %v, state at %d; want to try again until the server forgets the id", err, s.state.seq)
	}
	if err := s.say(t.Context(), changes[1:2]); err != nil {
		t.Errorf("the next batch: %v", err)
	}
}
