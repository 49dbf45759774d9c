package stream

import (
	"bufio"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"tocsin/pkg/natstest"
)

func TestAQuietStreamShowsThatItLives(t *testing.T) {
	conn := natstest.Connect(t)
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
