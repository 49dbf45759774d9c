// Package natstest gives tests a real NATS server of their own, in the test's
// process, with every stream and consumer of the topology.
//
//	conn := natstest.Connect(t)
//
// It promises that nothing is shared between tests, and that the server is gone
// when the test ends. Who wants a server without the topology, or to halt it,
// starts one with package natsserver.
package natstest

import (
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
)

// Connect returns a connection to a server of the test's own, on which the whole
// topology stands. Both are gone when the test ends.
func Connect(t testing.TB) *bus.Conn {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	return conn
}
