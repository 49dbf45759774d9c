package bus_test

import (
	"slices"
	"testing"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
)

func TestAMessageOlderThanTheConnectionMayHaveBeenHandedOutBefore(t *testing.T) {
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
	first := connect()
	if err := topology.Apply(t.Context(), first.JS(), 1); err != nil {
		t.Fatal(err)
	}
	publish(t, first, changed("T-1"))
	second := connect()
	publish(t, second, changed("T-2"))
	var uncounted []bool
	handled(t, second, 2, func(_ string, m bus.Meta) error {
		uncounted = append(uncounted, m.Uncounted)
		return nil
	})
	if !slices.Equal(uncounted, []bool{true, false}) {
		t.Errorf("uncounted: %v; want the first alone", uncounted)
	}
}
