package bus

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// gathering is how long a request waits for more free hands.
	gathering = 5 * time.Millisecond
	// resting is how long a hand is kept for the next message.
	resting = time.Second
)

// wide hands messages to the handler beside each other: as many as the consumer
// says, and those of one line, or where none is told of one subject, one after another. It asks only for as many as it
// has hands free, so that no message's AckWait runs while it stands in line.
type wide struct {
	reader
	free chan struct{} // a token for each hand
	work chan func()   // for a hand that rests
	mu   sync.Mutex
	last map[string]chan struct{} // closed when the line's last message is done
	wg   sync.WaitGroup
}

func (r reader) runWide(ctx context.Context) error {
	w := &wide{reader: r, free: make(chan struct{}, r.consumer.Wide), work: make(chan func()), last: map[string]chan struct{}{}}
	for range r.consumer.Wide {
		w.free <- struct{}{}
	}
	defer w.wg.Wait()
	return r.loop(ctx, func(ctx context.Context) error {
		cons, err := r.conn.js.Consumer(ctx, r.consumer.Stream.Name, r.consumer.Name)
		if err != nil {
			return fmt.Errorf("look up consumer %s: %w", r.consumer.Name, err)
		}
		for err == nil {
			err = w.fetch(ctx, cons)
		}
		return err
	})
}

// fetch asks once for as many messages as there are free hands, at least one.
func (w *wide) fetch(ctx context.Context, cons jetstream.Consumer) error {
	hands := w.take(ctx)
	if hands == 0 {
		return ctx.Err()
	}
	defer func() {
		for range hands {
			w.free <- struct{}{}
		}
	}()
	// The request ends when the server says so. If it ended by a clock of ours, what
	// was on its way then would be nobody's until the server took it for lost.
	batch, err := cons.Fetch(hands, jetstream.FetchContext(ctx), jetstream.FetchHeartbeat(2*time.Second))
	if err != nil {
		return fmt.Errorf("read consumer %s: %w", w.consumer.Name, err)
	}
	for msg := range batch.Messages() {
		hands--
		w.begin(ctx, msg)
	}
	if err := batch.Error(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("read consumer %s: %w", w.consumer.Name, err)
	}
	return ctx.Err()
}

// take waits for a free hand and takes all that are free then. Where most are at
// work it waits a moment for more, so that a storm is not asked for one by one.
func (w *wide) take(ctx context.Context) (hands int) {
	select {
	case <-ctx.Done():
		return 0
	case <-w.free:
		hands++
	}
	var soon <-chan time.Time
	for {
		select {
		case <-w.free:
			hands++
			continue
		default:
		}
		if hands >= w.consumer.Wide/8 {
			return hands
		}
		if soon == nil {
			soon = time.After(gathering)
		}
		select {
		case <-w.free:
			hands++
		case <-soon:
			return hands
		case <-ctx.Done():
			return hands
		}
	}
}

// begin lets a hand take the message when the one before it in its line is done.
func (w *wide) begin(ctx context.Context, msg jetstream.Msg) {
	line := w.of(msg)
	if line == "" {
		w.give(ctx, func() {
			w.handle(ctx, msg)
			w.free <- struct{}{}
		})
		return
	}
	done := make(chan struct{})
	w.mu.Lock()
	before := w.last[line]
	w.last[line] = done
	w.mu.Unlock()
	w.give(ctx, func() {
		if before != nil {
			stop := w.sayAtWork(msg)
			<-before
			stop()
		}
		w.handle(ctx, msg)
		w.mu.Lock()
		if w.last[line] == done {
			delete(w.last, line)
		}
		w.mu.Unlock()
		close(done)
		w.free <- struct{}{}
	})
}

// of is the line that a message stands in; empty is none.
func (w *wide) of(msg jetstream.Msg) string {
	if w.line == nil {
		return msg.Subject()
	}
	raw, err := rawOf(msg)
	if err != nil {
		return ""
	}
	return w.line(raw)
}

// give lets a hand that rests do it, or one more.
func (w *wide) give(ctx context.Context, do func()) {
	select {
	case w.work <- do:
	default:
		w.wg.Go(func() { w.hand(ctx, do) })
	}
}

// hand does what it is given, and rests a moment before it ends: whoever goes on
// need not grow a stack anew.
func (w *wide) hand(ctx context.Context, do func()) {
	rest := time.NewTimer(resting)
	defer rest.Stop()
	for {
		do()
		rest.Reset(resting)
		select {
		case do = <-w.work:
		case <-rest.C:
			return
		case <-ctx.Done():
			return
		}
	}
}
