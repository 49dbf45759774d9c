package topology_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
)

// A server allows 1,000 durable consumers where a stream says nothing, and refuses
// the next for ever.
func TestMoreThanAThousandDestinationsHaveAPlaceEach(t *testing.T) {
	js := natstest.Connect(t).JS()
	s, err := js.Stream(t.Context(), topology.Notifications.Name)
	if err != nil {
		t.Fatal(err)
	}
	older := s.CachedInfo().Config
	older.MaxConsumers = -1 // as it was before it was said how many
	if _, err := js.UpdateStream(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	if err := topology.Apply(t.Context(), js, 1); err != nil {
		t.Fatal(err)
	}
	for i := range 1005 {
		c := jetstream.ConsumerConfig{Durable: fmt.Sprint("d", i), AckPolicy: jetstream.AckExplicitPolicy, MemoryStorage: true}
		if _, err := s.CreateConsumer(t.Context(), c); err != nil {
			t.Fatalf("destination %d: %v", i, err)
		}
	}
}
