// Package circuit leaves a destination alone that does not answer, and one that
// asks for it.
//
//	closed ── several attempts fail on end ──→ open: no attempt until a time
//	   ▲                                        │
//	   └── an attempt succeeds ── tried ◀───────┘ that time is over
//	                                └── fails ──→ open for longer, up to a minute
//
// While it is open a message waits and costs nothing: no connection, no count of
// attempts, no row in the record. What a destination refuses for good is an
// answer, and keeps the circuit closed. A destination that asks to come again
// later is left alone by all its messages, not by the one that heard it.
//
// It keeps nothing over a restart: then one destination more is asked too early.
package circuit

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"tocsin/services/notification/internal/channel"
)

const (
	// patience is how many attempts in a row may fail.
	patience = 5
	// shortest and longest are how long it stays open.
	shortest, longest = time.Second, time.Minute
)

// A Circuit is one destination's. The zero value is closed and ready; it is safe
// for concurrent use.
type Circuit struct {
	mu     sync.Mutex
	failed int       // in a row
	opened time.Time // attempts that began before count for nothing any more
	until  time.Time
}

// A Turn is what an attempt did to the circuit.
type Turn int

// The turns.
const (
	Stays Turn = iota
	Opens
	Closes
)

// Wait returns when an attempt may be made, or with the context's error.
func (c *Circuit) Wait(ctx context.Context) error {
	for {
		left := c.left(time.Now())
		if left <= 0 {
			return ctx.Err()
		}
		t := time.NewTimer(left)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-t.C: // another attempt may have opened it for longer meanwhile
		}
	}
}

func (c *Circuit) left(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.until.Sub(now)
}

// Heard takes in what a channel said to an attempt.
func (c *Circuit) Heard(began, ended time.Time, err error) Turn {
	c.mu.Lock()
	defer c.mu.Unlock()
	var (
		refused *channel.Refused
		busy    *channel.Busy
	)
	if err == nil || errors.As(err, &refused) {
		was := c.failed
		c.failed, c.until = 0, time.Time{}
		if was >= patience {
			return Closes
		}
		return Stays
	}
	if errors.As(err, &busy) {
		if asked := ended.Add(busy.After); asked.After(c.until) {
			c.until = asked
		}
		return Stays
	}
	if began.Before(c.opened) {
		return Stays // it was under way beside others that failed
	}
	if c.failed++; c.failed < patience {
		return Stays
	}
	c.opened = ended
	if open := ended.Add(pause(c.failed - patience)); open.After(c.until) {
		c.until = open
	}
	if c.failed == patience {
		return Opens
	}
	return Stays
}

// pause doubles from one failure to the next, with jitter, so that destinations
// that fell together are not asked together.
func pause(times int) time.Duration {
	d := min(shortest<<min(times, 10), longest)
	return d/2 + rand.N(d/2+1)
}
