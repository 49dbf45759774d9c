package bus

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// few is up to how many events are stored each by itself: a batch costs the server
// as much as a dozen single messages, however small it is.
const few = 8

// filling is how long a storm is given to fill the next batch.
const filling = 10 * time.Millisecond

// A Gatherer stores the events of many writers in one stream, which allows batches.
// Those that come while it is storing others, or in the moment after it stored many,
// are stored together, so that a storm costs the disk few writes, and a single event
// waits for nothing.
type Gatherer struct {
	Conn *Conn
	// Pack, if not nil, makes fewer events of those that are stored together. What
	// becomes of one of them is said to be of all.
	Pack func([]Event) []Event

	mu      sync.Mutex
	waiting []gathered
	busy    bool
}

// gathered are events that were put together, and where their writer hears what
// became of them.
type gathered struct {
	events []Event
	said   chan error
}

// Put returns when all the events are stored, or some could not be; those of one
// call are not stored all or none. It does not end with its context: what was begun
// is finished, within seconds.
func (g *Gatherer) Put(ctx context.Context, events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	e := gathered{events, make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, e)
	first := !g.busy
	g.busy = true
	g.mu.Unlock()
	if first {
		go g.store(context.WithoutCancel(ctx))
	}
	return <-e.said
}

// store stores what waits until nothing does.
func (g *Gatherer) store(ctx context.Context) {
	for list := g.next(); len(list) > 0; list = g.next() {
		var events []Event
		for _, e := range list {
			events = append(events, e.events...)
		}
		errs := g.publish(ctx, events)
		for _, e := range list {
			e.said <- errors.Join(errs[:len(e.events)]...)
			errs = errs[len(e.events):]
		}
		if len(events) > few {
			time.Sleep(filling)
		}
	}
}

// publish stores events together, and says what became of each.
func (g *Gatherer) publish(ctx context.Context, events []Event) []error {
	if g.Pack == nil {
		return g.Conn.PublishTogether(ctx, events)
	}
	return slices.Repeat([]error{errors.Join(g.Conn.PublishTogether(ctx, g.Pack(events))...)}, len(events))
}

// next takes what waits, as much as one batch has room for; where nothing does, the
// gatherer is no longer busy.
func (g *Gatherer) next() []gathered {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, events := 0, 0
	for n < len(g.waiting) && (n == 0 || events+len(g.waiting[n].events) <= maxBatch) {
		events += len(g.waiting[n].events)
		n++
	}
	list := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.busy = n > 0
	return list
}

// PublishTogether publishes events to one stream, in batches where they are more
// than a few, and returns what Publish would of each: an error, or nil. A batch is
// refused whole, for one that is stored already or one that is not as expected:
// then each goes by itself.
func (c *Conn) PublishTogether(ctx context.Context, events []Event) (errs []error) {
	for some := range slices.Chunk(events, maxBatch) {
		stored := false
		if len(some) > few {
			_, err := c.PublishBatch(ctx, some)
			stored = err == nil
		}
		if stored {
			errs = append(errs, make([]error, len(some))...)
			continue
		}
		errs = append(errs, c.PublishAll(ctx, some)...)
	}
	return errs
}
