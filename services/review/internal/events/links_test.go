package events_test

import (
	"bytes"
	"testing"
	"time"

	"tocsin/services/review/internal/events"

	"tocsin/pkg/natstest"
	"tocsin/pkg/onetime"
	"tocsin/pkg/topology"
)

func TestTheKeyOfLinksIsAtHandWhileTheBusIsAway(t *testing.T) {
	conn, now := natstest.Connect(t), time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	links := &events.Links{Conn: conn, Now: func() time.Time { return now }}
	key := func() []byte {
		t.Helper()
		k, err := links.Key(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first := key()
	if same, err := onetime.Key(t.Context(), conn.JS()); err != nil || !bytes.Equal(first, same) {
		t.Fatalf("two processes have two keys (%v)", err)
	}
	bucket, err := conn.JS().KeyValue(t.Context(), topology.LinkBucket)
	if err != nil {
		t.Fatal(err)
	}
	if err := bucket.Purge(t.Context(), "current"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(10 * time.Second)
	second := key()
	if bytes.Equal(first, second) {
		t.Error("ten seconds after the key was changed the old one is still good")
	}
	conn.Close()
	now = now.Add(time.Hour)
	if !bytes.Equal(key(), second) {
		t.Error("it is another key while the bus is away")
	}
	if k, err := (&events.Links{Conn: conn, Now: time.Now}).Key(t.Context()); err == nil {
		t.Errorf("without the bus there is a key %x", k)
	}
}
