package events

import (
	"context"
	"runtime"
)

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
