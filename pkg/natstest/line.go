package natstest

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"

	"tocsin/pkg/topology"
)

// A Line stands between a client and a server. Told to, it loses the acknowledgement
// of a publish: the message is stored, the connection ends, and the client never hears so.
// Or it lets something happen before a publish is handed on.
type Line struct {
	// Addr is where the client reaches the server.
	Addr string

	holding atomic.Pointer[holding]
	losing  atomic.Pointer[losing]
	lost    atomic.Int64
}

// holding is what is held until something has happened.
type holding struct {
	mark []byte // it has this
	do   func()
}

// losing is which acknowledgement is lost.
type losing struct {
	mark []byte // it has this
	left atomic.Int64
}

// NewLine returns a line to a server's address that loses nothing yet.
func NewLine(t testing.TB, server string) *Line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	line := &Line{Addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go line.carry(client, server)
		}
	}()
	return line
}

// Before has the line do something, once, before it hands on the next that the client
// publishes on a subject that begins so. Until that is done nothing of the client's
// comes through.
func (l *Line) Before(subject string, do func()) {
	l.holding.Store(&holding{[]byte("PUB " + subject), do})
}

// Lose has the line lose the nth acknowledgement of the stream, counting from 1.
func (l *Line) Lose(of topology.Stream, nth int) {
	next := &losing{mark: []byte(`"stream":"` + of.Name + `"`)}
	next.left.Store(int64(nth))
	l.losing.Store(next)
}

// Lost is how many acknowledgements were lost.
func (l *Line) Lost() int { return int(l.lost.Load()) }

func (l *Line) carry(client net.Conn, addr string) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		pipe(server, client, func(said []byte) bool {
			if now := l.holding.Load(); now != nil && bytes.Contains(said, now.mark) && l.holding.CompareAndSwap(now, nil) {
				now.do()
			}
			return false
		})
		_ = server.Close()
	}()
	pipe(client, server, func(said []byte) bool {
		now := l.losing.Load()
		is := now != nil && bytes.Contains(said, now.mark) && now.left.Add(-1) == 0
		if is {
			l.lost.Add(1)
		}
		return is
	})
}

// pipe copies until one side ends or stop says so.
func pipe(to, from net.Conn, stop func([]byte) bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil || stop(buf[:n]) {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}
