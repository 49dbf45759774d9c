package events

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tocsin/pkg/bus"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// recording is how long records may take to be stored.
const recording = 5 * time.Second

// A recorder stores records of one destination's deliveries. Those that come while
// it is storing others are stored together, so that a storm costs the disk few
// writes and a single delivery waits for nothing. The zero value is ready.
type recorder struct {
	mu      sync.Mutex
	waiting []entry
	busy    bool
}

// An entry is a record, and where its writer hears what became of it.
type entry struct {
	event bus.Event
	said  chan error
}

// put returns when the record is stored, or could not be.
func (r *recorder) put(ctx context.Context, conn *bus.Conn, d *notificationv1.DeliveryRecorded) error {
	e := entry{recordEvent(d), make(chan error, 1)}
	r.mu.Lock()
	r.waiting = append(r.waiting, e)
	first := !r.busy
	r.busy = true
	r.mu.Unlock()
	if first {
		// A program that stops still records what it has done.
		go r.store(context.WithoutCancel(ctx), conn)
	}
	if err := <-e.said; err != nil {
		return fmt.Errorf("record the delivery of %s: %w; trying again helps", d.GetNotification(), err)
	}
	return nil
}

// store stores what waits until nothing does.
func (r *recorder) store(ctx context.Context, conn *bus.Conn) {
	for {
		r.mu.Lock()
		list := r.waiting[:min(len(r.waiting), maxBatch)]
		r.waiting = r.waiting[len(list):]
		r.busy = len(list) > 0
		r.mu.Unlock()
		if len(list) == 0 {
			return
		}
		together(ctx, conn, list)
	}
}

// together stores entries, and says to each what became of it.
func together(ctx context.Context, conn *bus.Conn, list []entry) {
	ctx, cancel := context.WithTimeout(ctx, recording)
	defer cancel()
	events := make([]bus.Event, len(list))
	for i, e := range list {
		events[i] = e.event
	}
	for i, err := range recordAll(ctx, conn, events) {
		list[i].said <- err
	}
}

// recordAll stores records, as one batch where they are more than a few, and gives an
// error, or nil, for each. A batch is refused whole where one of it is stored
// already: then each goes by itself.
func recordAll(ctx context.Context, conn *bus.Conn, records []bus.Event) []error {
	if len(records) > few {
		if _, err := conn.PublishBatch(ctx, records); err == nil {
			return make([]error, len(records))
		}
	}
	return conn.PublishAll(ctx, records)
}
