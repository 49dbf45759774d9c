package shard

import (
	"context"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// Undisturbed reads the stored input from its beginning up to a sequence, as an
// owner does that is never stopped, and hands on each change as it would be
// published. It owns and publishes nothing.
func (o *Owner) Undisturbed(ctx context.Context, until uint64, each func(bus.Event)) error {
	for _, s := range o.shards {
		s.engine = detect.New(s.policy.Rules, s.opts)
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	err := o.conn.Follow(reading, bus.Following{Stream: topology.Signals}, func(ctx context.Context, raw bus.Raw) error {
		if raw.Sequence >= until {
			stop()
		}
		if raw.Sequence > until {
			return nil
		}
		m, ok, err := o.decoder.decode(raw)
		if err != nil || !ok {
			return nil
		}
		for i, s := range o.shards {
			if !m.isFor(i) {
				continue
			}
			err := s.feed(&m, func(changes []detect.Change) error {
				for _, c := range changes {
					each(events.ConditionEvent(c, s.policy.Version))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return ctx.Err()
}
