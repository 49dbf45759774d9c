// Package natsserver runs a NATS server with JetStream inside this process.
//
// What it acknowledges is on disk: it syncs every write, since anything less
// loses acknowledged messages at a power cut. The single-binary mode and the
// tests use it; in a cluster the servers are processes of their own.
package natsserver

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Options say where the server listens and keeps its streams.
type Options struct {
	// Addr is host:port; port 0 picks one. Empty does not listen at all.
	Addr string
	// Dir holds the streams.
	Dir string
	// MaxStore bounds the streams' bytes on disk; 0 is three quarters of what is free.
	MaxStore int64
}

// Start returns a server that is ready for connections.
func Start(o Options) (*server.Server, error) {
	opts := &server.Options{
		ServerName: "tocsin", JetStream: true, StoreDir: o.Dir, SyncAlways: true,
		JetStreamMaxStore: o.MaxStore, DontListen: o.Addr == "", NoSigs: true, NoLog: true,
	}
	if o.Addr != "" {
		host, port, err := net.SplitHostPort(o.Addr)
		if err != nil {
			return nil, fmt.Errorf("NATS address %q: %w; write host:port", o.Addr, err)
		}
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, fmt.Errorf("NATS address %q: the port is a number", o.Addr)
		}
		if n == 0 {
			n = server.RANDOM_PORT
		}
		opts.Host, opts.Port = host, n
		if l, err := net.Listen("tcp", o.Addr); err != nil {
			return nil, fmt.Errorf("NATS address %s: %w; choose another with --nats", o.Addr, err)
		} else if err := l.Close(); err != nil {
			return nil, fmt.Errorf("NATS address %s: %w", o.Addr, err)
		}
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("set up the NATS server in %s: %w", o.Dir, err)
	}
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		s.Shutdown()
		return nil, fmt.Errorf("the NATS server in %s is not ready after 20 s; is another process using the folder?", o.Dir)
	}
	return s, nil
}
