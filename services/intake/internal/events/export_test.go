package events

import (
	"context"
	"runtime"
)

// WriteOnce waits until so many sets wait, does one write, and returns how many
// of them it took.
func (s *Signals) WriteOnce(ctx context.Context, sets int) int {
	for len(s.queue) < sets {
		runtime.Gosched()
	}
	taken := s.more(<-s.queue)
	err := s.write(ctx, taken)
	for _, p := range taken {
		p.done <- err
	}
	return len(taken)
}
