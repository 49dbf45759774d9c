package events

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// between is how long it is not said again that one destination took something.
const between = 10 * time.Second

// Took says on the bus which destinations take messages, and when.
type Took struct {
	conn *bus.Conn
	log  *slog.Logger

	mu     sync.Mutex
	by     map[string]*taker
	nudged chan struct{}
}

// taker is one destination.
type taker struct {
	last, saidAt time.Time
	count        uint64
	fresh        bool // it took something since that was said
}

// NewTook returns who takes note; Run says it.
func NewTook(conn *bus.Conn, log *slog.Logger) *Took {
	return &Took{conn: conn, log: log, by: map[string]*taker{}, nudged: make(chan struct{}, 1)}
}

// Of takes note of what one destination takes.
func (t *Took) Of(destination string) func(at time.Time) {
	return func(at time.Time) { t.note(destination, at) }
}

func (t *Took) note(destination string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.by[destination]
	if d == nil {
		d = &taker{}
		t.by[destination] = d
	}
	d.last = at
	d.count++
	if d.fresh {
		return
	}
	d.fresh = true
	select {
	case t.nudged <- struct{}{}:
	default:
	}
}

// Run says what was taken until the context ends. What the bus does not take now
// is said with the next.
func (t *Took) Run(ctx context.Context) error {
	for {
		due, wait := t.due(time.Now())
		if err := errors.Join(t.conn.PublishAll(ctx, due)...); err != nil && ctx.Err() == nil {
			t.log.Warn("what destinations take is said later", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.nudged:
		case <-time.After(wait):
		}
	}
}

// due is what is to be said, and how long it is until something else may be.
func (t *Took) due(now time.Time) (due []bus.Event, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait = between
	for name, d := range t.by {
		if !d.fresh {
			continue
		}
		if left := d.saidAt.Add(between).Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		d.fresh, d.saidAt = false, now
		due = append(due, bus.Event{
			Subject: topology.TookSubject(name), ID: bus.ID("took", name, d.last.String(), strconv.FormatUint(d.count, 10)), Time: d.last,
			Payload: &notificationv1.DestinationTook{Destination: name, At: timestamppb.New(d.last), Count: d.count},
		})
	}
	return due, wait
}
