package board

import (
	"context"
	"log/slog"
	"time"

	"tocsin/pkg/bus"
)

// waiting is how many rounds may wait for the bus: one of each shard, twice.
const waiting = 40

// taken is how long the bus may take for one round.
const taken = 10 * time.Second

// A Sayer publishes rounds beside the reading, which never waits for it.
type Sayer struct {
	publish func(context.Context, []bus.Event) (uint64, error)
	rounds  chan []bus.Event
	log     *slog.Logger
}

// NewSayer is one that publishes in batches, as bus.Conn's PublishBatch does.
func NewSayer(publish func(context.Context, []bus.Event) (uint64, error), log *slog.Logger) *Sayer {
	return &Sayer{publish: publish, rounds: make(chan []bus.Event, waiting), log: log}
}

// Say hands over what a Board gave; nothing where there was nothing. It never
// waits: where too many rounds do, this one is dropped, and the next tells more.
func (s *Sayer) Say(round []bus.Event) {
	if len(round) == 0 {
		return
	}
	select {
	case s.rounds <- round:
	default:
		s.log.Warn("a look is dropped: the bus takes too long", "standings", len(round))
	}
}

// Run publishes until the context ends. What fails is not tried again: the next
// round says how things stand then.
func (s *Sayer) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case round := <-s.rounds:
			within, cancel := context.WithTimeout(ctx, taken)
			_, err := s.publish(within, round)
			cancel()
			if err != nil && ctx.Err() == nil {
				s.log.Warn("a look is lost: the board shows it a minute later", "error", err)
			}
		}
	}
}
