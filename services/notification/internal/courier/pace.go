package courier

import (
	"context"
	"sync"
	"time"

	"tocsin/services/notification/internal/route"
)

// A pace keeps messages to a rate: as many at once as the rate allows in its
// time, then evenly. The zero value is ready.
type pace struct {
	mu sync.Mutex
	// full is when the rate's time would be used up to the last message.
	full time.Time
}

// wait returns when the next message may go, or the context's error.
func (p *pace) wait(ctx context.Context, r route.Rate) error {
	if r.N == 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(p.next(time.Now(), r)):
		return nil
	}
}

// next takes the next place and says how long it is until then.
func (p *pace) next(now time.Time, r route.Rate) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.full.Before(now) {
		p.full = now
	}
	p.full = p.full.Add(r.Per / time.Duration(r.N))
	return max(p.full.Add(-r.Per).Sub(now), 0)
}
