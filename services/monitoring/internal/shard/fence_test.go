package shard

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

func TestAStaleOwnerPublishesNothing(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(2, 60)
	want := undisturbed(t, p, input)
	w := newWorld(t, "")
	stale := begin(t, w.conn, p)
	read(t, stale, input, 20)
	fresh := begin(t, w.connect(t), p)
	read(t, fresh, input, 30)

	before := len(said(t, w.conn))
	var err error
	for _, raw := range input[20:] {
		if err = give(t.Context(), stale, raw); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrFenced) {
		t.Errorf("error = %v, want ErrFenced", err)
	}
	if got := len(said(t, w.conn)); got != before {
		t.Errorf("the stale owner said %d changes", got-before)
	}
	f, err := stale.freeze()
	if err != nil {
		t.Fatal(err)
	}
	if err := stale.keep(t.Context(), f); !errors.Is(err, ErrFenced) {
		t.Errorf("saving a checkpoint: %v, want ErrFenced", err)
	}
	read(t, fresh, input, -1)
	same(t, said(t, w.conn), want)
}

func TestOfTwoThatClaimFromTheSameStateOneIsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	p := smallPolicy()
	a, b := tenants(w.conn, p, 0, quiet), tenants(w.connect(t), p, 0, quiet)
	old, err := a.readState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.claimAfter(t.Context(), old, whole, loss{}); err != nil {
		t.Fatal(err)
	}
	if err := b.claimAfter(t.Context(), old, whole, loss{}); !errors.Is(err, ErrFenced) {
		t.Errorf("the second claim: %v, want ErrFenced", err)
	}
}

func TestALostAnswerIsNeitherFencingNorSaidTwice(t *testing.T) {
	t.Parallel()
	p, input := smallPolicy(), day(1, 40)
	want := undisturbed(t, p, input)
	w := newWorld(t, "127.0.0.1:0")
	line := newCutter(t, w.server.Addr().String())
	conn, err := bus.Connect(t.Context(), bus.Settings{URL: "nats://" + line.addr, Name: "test", Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	line.cutAt.Store(1)
	s := begin(t, conn, p) // its claim lands, and nobody tells it
	if line.cuts.Load() != 1 {
		t.Fatal("the claim's answer was not lost")
	}
	line.cutAt.Store(3)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, raw := range input {
		if err := give(ctx, s, raw); err != nil {
			t.Fatal(err)
		}
	}
	if line.cuts.Load() != 2 {
		t.Fatal("no batch's answer was lost")
	}
	if s.state.Epoch != 1 {
		t.Errorf("epoch = %d", s.state.Epoch)
	}
	same(t, said(t, w.conn), want)
}

// A cutter is a line to a server that drops the answer to a publish into
// CONDITIONS, and itself with it.
type cutter struct {
	addr string
	// cutAt counts down; at 1 the answer that comes is lost.
	cutAt, cuts atomic.Int64
}

func newCutter(t testing.TB, server string) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &cutter{addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go c.carry(client, server)
		}
	}()
	return c
}

func (c *cutter) carry(client net.Conn, addr string) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		pipe(server, client, func(string) bool { return false })
		_ = server.Close()
	}()
	pipe(client, server, func(data string) bool {
		lost := strings.Contains(data, `"stream":"`+topology.Conditions.Name+`"`) && c.cutAt.Add(-1) == 0
		if lost {
			c.cuts.Add(1)
		}
		return lost
	})
}

// pipe copies until one side ends or stop says so.
func pipe(to, from net.Conn, stop func(string) bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil || stop(string(buf[:n])) {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}
