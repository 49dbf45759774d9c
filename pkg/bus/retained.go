package bus

import (
	"context"
	"errors"
	"time"

	"tocsin/pkg/topology"
)

// Retained hands every message that the stream holds now to on, in order, and
// returns; what comes meanwhile is left out.
func (c *Conn) Retained(ctx context.Context, s topology.Stream, on func(Raw) error) error {
	return c.RetainedSince(ctx, s, time.Time{}, on)
}

// RetainedSince hands over what Retained does, from the first message on that was
// stored at or after a time.
func (c *Conn) RetainedSince(ctx context.Context, s topology.Stream, since time.Time, on func(Raw) error) error {
	last, err := c.LastSequence(ctx, s)
	if err != nil || last == 0 {
		return err
	}
	subjects, err := c.Subjects(ctx, s, ">")
	if err != nil || len(subjects) == 0 {
		return err
	}
	if end, err := c.At(ctx, s, last); err != nil || end.Sequence > 0 && end.StoredAt.Before(since) {
		return err // nothing is as young as that
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	err = c.Follow(reading, Following{Stream: s, Since: since}, func(_ context.Context, raw Raw) error {
		if raw.Sequence >= last || raw.Pending == 0 {
			stop()
		}
		if raw.Sequence > last {
			return nil
		}
		return on(raw)
	})
	return errors.Join(err, ctx.Err())
}
