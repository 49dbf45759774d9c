package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// recording is how long records may take to be stored.
const recording = 5 * time.Second

// A Recorder stores the records of deliveries, of all destinations of a process.
// Those that come while it is storing others are stored together, so that a storm
// costs the disk few writes and a single delivery waits for nothing.
type Recorder struct {
	Conn *bus.Conn

	mu      sync.Mutex
	waiting []entry
	busy    bool
}

// An entry is records that were put together, and where their writer hears what
// became of them.
type entry struct {
	events []bus.Event
	said   chan error
}

// Put returns when all the records are stored, or some could not be.
func (r *Recorder) Put(ctx context.Context, list ...*notificationv1.DeliveryRecorded) error {
	if len(list) == 0 {
		return nil
	}
	e := entry{make([]bus.Event, len(list)), make(chan error, 1)}
	for i, d := range list {
		e.events[i] = recordEvent(d)
	}
	r.mu.Lock()
	r.waiting = append(r.waiting, e)
	first := !r.busy
	r.busy = true
	r.mu.Unlock()
	if first {
		// A program that stops still records what it has done.
		go r.store(context.WithoutCancel(ctx))
	}
	if err := <-e.said; err != nil {
		return fmt.Errorf("record %d deliveries, the first of %s: %w; trying again helps", len(list), list[0].GetNotification(), err)
	}
	return nil
}

// store stores what waits until nothing does.
func (r *Recorder) store(ctx context.Context) {
	for {
		list := r.next()
		if len(list) == 0 {
			return
		}
		var events []bus.Event
		for _, e := range list {
			events = append(events, e.events...)
		}
		errs := r.all(ctx, events)
		for _, e := range list {
			e.said <- errors.Join(errs[:len(e.events)]...)
			errs = errs[len(e.events):]
		}
	}
}

// next takes what waits, as much as one batch has room for; where nothing does, the
// recorder is no longer busy.
func (r *Recorder) next() []entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, events := 0, 0
	for n < len(r.waiting) && (n == 0 || events+len(r.waiting[n].events) <= maxBatch) {
		events += len(r.waiting[n].events)
		n++
	}
	list := r.waiting[:n]
	r.waiting = r.waiting[n:]
	r.busy = n > 0
	return list
}

// all stores records, as one batch where they are more than a few, and gives an
// error, or nil, for each. A batch is refused whole where one of it is stored
// already: then each goes by itself.
func (r *Recorder) all(ctx context.Context, records []bus.Event) (errs []error) {
	for some := range slices.Chunk(records, maxBatch) {
		ctx, cancel := context.WithTimeout(ctx, recording)
		stored := false
		if len(some) > few {
			_, err := r.Conn.PublishBatch(ctx, some)
			stored = err == nil
		}
		if stored {
			errs = append(errs, make([]error, len(some))...)
		} else {
			errs = append(errs, r.Conn.PublishAll(ctx, some)...)
		}
		cancel()
	}
	return errs
}

func recordEvent(r *notificationv1.DeliveryRecorded) bus.Event {
	return bus.Event{Subject: topology.DeliverySubject(r.GetChannel()), ID: r.GetId(), Time: r.GetAt().AsTime(), Payload: r}
}
