package events

import (
	"context"
	"runtime"
	"time"

	"google.golang.org/protobuf/proto"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Remember has a signal known as if it had been stored then; before Run.
func (s *Signals) Remember(sig *ingressv1.Signal, at time.Time) {
	data, err := proto.Marshal(sig)
	if err != nil {
		panic(err)
	}
	s.stored.set.Add(s.stored.nameOf(data), 1, at)
}

// WriteOnce waits until so many sets wait, does one write, and returns how many
// of them it took.
func (s *Signals) WriteOnce(ctx context.Context, sets int) int {
	for s.queue.waiting() < sets {
		runtime.Gosched()
	}
	return s.once(ctx)
}

// Waiting is how many events wait to be stored.
func (t *Tickets) Waiting() int { return t.queue.waiting() }

// AwaitWaiting waits until so many wait.
func (t *Tickets) AwaitWaiting(n int) {
	for t.queue.waiting() < n {
		runtime.Gosched()
	}
}
