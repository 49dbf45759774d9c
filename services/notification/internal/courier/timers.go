package courier

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

const (
	// sweeping is how often HELD is looked through for what another process has held,
	// and the clock is looked at again however far the next time is.
	sweeping = 10 * time.Second
	// retrying is when a message that could not be made is made again.
	retrying = 2 * time.Second
	// late is how long after its time a message is made: what was held in that
	// very moment is stored by then.
	late = 100 * time.Millisecond
	// atOnce is how many subjects are released between two looks at the clock.
	atOnce = 100
)

// timers are when what is held becomes due, by subject. The zero value is ready.
type timers struct {
	mu    sync.Mutex
	of    map[string]*timer
	order soonest
	wake  chan struct{}
}

// A timer is when one subject becomes due.
type timer struct {
	subject string
	due     time.Time
	place   int // in order
}

// soonest is a heap of timers.
type soonest []*timer

func (s soonest) Len() int           { return len(s) }
func (s soonest) Less(i, j int) bool { return s[i].due.Before(s[j].due) }
func (s soonest) Swap(i, j int)      { s[i], s[j] = s[j], s[i]; s[i].place, s[j].place = i, j }
func (s *soonest) Push(x any)        { t := x.(*timer); t.place = len(*s); *s = append(*s, t) }
func (s *soonest) Pop() any {
	last := len(*s) - 1
	t := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return t
}

// set sets a subject's time; one that is set stays, unless over says otherwise.
func (t *timers) set(subject string, due time.Time, over bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]*timer{}
	}
	at, is := t.of[subject]
	switch {
	case !is:
		at = &timer{subject: subject, due: due}
		t.of[subject] = at
		heap.Push(&t.order, at)
	case over:
		at.due = due
		heap.Fix(&t.order, at.place)
	default:
		return
	}
	if t.order[0] != at { // who waits for the first waits on
		return
	}
	select {
	case t.woken() <- struct{}{}:
	default:
	}
}

// woken hears of a sooner time; callers hold the lock.
func (t *timers) woken() chan struct{} {
	if t.wake == nil {
		t.wake = make(chan struct{}, 1)
	}
	return t.wake
}

func (t *timers) drop(subject string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at, is := t.of[subject]; is {
		heap.Remove(&t.order, at.place)
		delete(t.of, subject)
	}
}

// next are some subjects that are due, and how long it is until the next one is, at
// most the time until HELD is to be looked through again. Who takes them sets them
// anew, or drops them.
func (t *timers) next(now time.Time) (due []string, wait time.Duration, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var taken []*timer
	for len(t.order) > 0 && len(due) < atOnce && t.order[0].due.Add(late).Compare(now) <= 0 {
		at := heap.Pop(&t.order).(*timer)
		due, taken = append(due, at.subject), append(taken, at)
	}
	wait = sweeping
	if len(t.order) > 0 {
		wait = min(wait, max(t.order[0].due.Add(late).Sub(now), 0))
	}
	for _, at := range taken {
		heap.Push(&t.order, at)
	}
	return due, wait, t.woken()
}

// keepTime releases what is due until the context ends.
func (c *Courier) keepTime(ctx context.Context) error {
	for ctx.Err() == nil {
		due, wait, changed := c.timers.next(c.now())
		for _, subject := range due {
			if err := c.release(ctx, subject); err != nil {
				c.Log.Warn("what is due is tried again", "destination", c.Name, "subject", subject, "error", err)
				c.timers.set(subject, c.now().Add(retrying), true)
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
