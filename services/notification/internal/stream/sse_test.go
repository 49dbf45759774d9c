package stream

import (
	"bufio"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/topology"
)

func TestAQuietStreamShowsThatItLives(t *testing.T) {
	nats, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer nats.Shutdown()
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: nats, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(&Handler{Conn: conn, Log: slog.Default(), Heartbeat: 10 * time.Millisecond})
	defer s.Close()
	resp, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for beats := 0; beats < 3; {
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
		if lines.Text() == ": alive" {
			beats++
		}
	}
}
