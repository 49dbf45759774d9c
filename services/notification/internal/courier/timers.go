package courier

import (
	"context"
	"sync"
	"time"

	"tocsin/pkg/topology"
)

const (
	// sweeping is how often HELD is looked through for what another process has held.
	sweeping = 10 * time.Second
	// retrying is when a message that could not be made is made again.
	retrying = 2 * time.Second
	// late is how long after its time a message is made: what was held in that
	// very moment is stored by then.
	late = 100 * time.Millisecond
)

// timers are when what is held becomes due, by subject. The zero value is ready.
type timers struct {
	mu   sync.Mutex
	due  map[string]time.Time
	wake chan struct{}
}

// set sets a subject's time; one that is set stays, unless over says otherwise.
func (t *timers) set(subject string, due time.Time, over bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.due == nil {
		t.due = map[string]time.Time{}
	}
	if _, is := t.due[subject]; is && !over {
		return
	}
	t.due[subject] = due
	select {
	case t.woken() <- struct{}{}:
	default:
	}
}

// woken hears of every change; callers hold the lock.
func (t *timers) woken() chan struct{} {
	if t.wake == nil {
		t.wake = make(chan struct{}, 1)
	}
	return t.wake
}

func (t *timers) drop(subject string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.due, subject)
}

// next are the subjects that are due, and how long it is until the next one is,
// at most the time until HELD is to be looked through again.
func (t *timers) next(now time.Time) (due []string, wait time.Duration, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait = sweeping
	for subject, at := range t.due {
		left := at.Add(late).Sub(now)
		if left <= 0 {
			due = append(due, subject)
			continue
		}
		wait = min(wait, left)
	}
	return due, wait, t.woken()
}

// keepTime releases what is due until the context ends.
func (c *Courier) keepTime(ctx context.Context) error {
	var swept time.Time
	for ctx.Err() == nil {
		if time.Since(swept) >= sweeping {
			c.sweep(ctx)
			swept = time.Now()
		}
		due, wait, changed := c.timers.next(time.Now())
		for _, subject := range due {
			if err := c.release(ctx, subject); err != nil {
				c.Log.Warn("what is due is tried again", "destination", c.Name, "subject", subject, "error", err)
				c.timers.set(subject, time.Now().Add(retrying), true)
			}
		}
		if len(due) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(wait):
		}
	}
	return nil
}

// sweep takes up what is held and nobody here has a time for: what another
// process held, or this one before it started.
func (c *Courier) sweep(ctx context.Context) {
	subjects, err := c.Conn.Subjects(ctx, topology.Held, topology.AllHeld(c.Name))
	if err != nil {
		c.Log.Warn("what is held is looked for again", "destination", c.Name, "error", err)
		return
	}
	for _, subject := range subjects {
		c.timers.set(subject, time.Now(), false) // the first look finds its time
	}
}
