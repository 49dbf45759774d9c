package events

import (
	"context"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Pulse is whom notification hears and reaches.
type Pulse struct {
	// At is when it looked last; zero: it never has.
	At                    time.Time
	Sources, Destinations []Voice
	// Wrong says what keeps the whole way from being well, a word for each, as
	// notification's schema has them, once.
	Wrong []string
}

// A Voice is a source that is heard, or a destination that takes messages.
type Voice struct {
	Name string
	// HeardAt is when it was heard, or took something, last; zero: never.
	HeardAt time.Time
	// Limit is how often it is expected to speak; zero: nobody asks.
	Limit   time.Duration
	Silent  bool
	Waiting uint64
}

// Pulses reads whom notification hears, from the stream itself.
type Pulses struct{ Conn *bus.Conn }

// Now is how things were found last. An error says that the bus is away.
func (p Pulses) Now(ctx context.Context) (Pulse, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	raw, err := p.Conn.Last(ctx, topology.Pulse, topology.PulseSubject())
	if err != nil {
		return Pulse{}, err
	}
	var m notificationv1.Pulse
	if err := bus.Decode(raw, &m); err != nil {
		return Pulse{}, err
	}
	return PulseOf(&m), nil
}

// PulseOf is a pulse as review shows it.
func PulseOf(m *notificationv1.Pulse) Pulse {
	p := Pulse{At: bus.Moment(m.GetAt()), Sources: voices(m.GetSources()), Destinations: voices(m.GetDestinations())}
	seen := map[string]bool{}
	for _, text := range m.GetWrong() {
		what, _, _ := strings.Cut(text, " ")
		if !seen[what] {
			seen[what], p.Wrong = true, append(p.Wrong, what)
		}
	}
	return p
}

func voices(list []*notificationv1.Voice) []Voice {
	out := make([]Voice, len(list))
	for i, v := range list {
		out[i] = Voice{
			Name: v.GetName(), HeardAt: bus.Moment(v.GetHeardAt()), Silent: v.GetSilent(), Waiting: v.GetWaiting(),
			Limit: time.Duration(v.GetLimitMs()) * time.Millisecond, //nolint:gosec // 90 days at most
		}
	}
	return out
}
