package bus

import (
	"context"
	"errors"

	"tocsin/pkg/topology"
)

// Retained hands every message that the stream holds now to on, in order, and
// returns; what comes meanwhile is left out.
func (c *Conn) Retained(ctx context.Context, s topology.Stream, on func(Raw) error) error {
	last, err := c.LastSequence(ctx, s)
	if err != nil || last == 0 {
		return err
	}
	subjects, err := c.Subjects(ctx, s, ">")
	if err != nil || len(subjects) == 0 {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	err = c.Follow(reading, Following{Stream: s}, func(_ context.Context, raw Raw) error {
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
