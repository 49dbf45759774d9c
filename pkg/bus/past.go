package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// pastAhead is how many messages Past fetches before they are needed: few, since
	// many may read the past at once, each as slowly as it likes.
	pastAhead = 32
	// pastKept is how long the server keeps a reader of the past that does not ask.
	pastKept = time.Minute
)

// Past hands to on what a stream holds when it is asked, in order, and returns
// when there is no more, or on's error. What comes meanwhile may be among it.
func (c *Conn) Past(ctx context.Context, f Following, on func(context.Context, Raw) error) error {
	cfg := f.config()
	cfg.InactiveThreshold = pastKept
	cons, err := c.js.OrderedConsumer(ctx, f.Stream.Name, cfg)
	if err != nil {
		return fmt.Errorf("read stream %s: %w", f.Stream.Name, err)
	}
	info := cons.CachedInfo()
	if info.NumPending == 0 {
		_ = c.js.DeleteConsumer(ctx, f.Stream.Name, info.Name) // else the server does, soon
		return nil
	}
	it, err := cons.Messages(jetstream.PullMaxMessages(pastAhead), jetstream.PullExpiry(5*time.Second),
		jetstream.PullHeartbeat(2*time.Second), jetstream.WithMessagesErrOnMissingHeartbeat(false))
	if err != nil {
		return fmt.Errorf("read stream %s: %w", f.Stream.Name, err)
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	for {
		msg, err := it.Next(jetstream.NextContext(ctx))
		if errors.Is(err, jetstream.ErrNoHeartbeat) {
			continue
		}
		if err != nil {
			return errors.Join(ctx.Err(), fmt.Errorf("read stream %s: %w", f.Stream.Name, err))
		}
		raw, err := rawOf(msg)
		if err != nil {
			return err
		}
		if err := on(ctx, raw); err != nil || raw.Pending == 0 {
			return err
		}
	}
}
