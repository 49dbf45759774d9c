package shard

import (
	"context"
	"log/slog"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// Undisturbed reads the stored input from its beginning up to a sequence, as an
// owner would that was never stopped, and hands on each change as it would be
// published. It publishes nothing.
func Undisturbed(ctx context.Context, conn *bus.Conn, p *policy.Policy, until uint64, each func(bus.Event)) error {
	o := NewOwner(conn, p, slog.New(slog.DiscardHandler))
	for _, s := range o.shards {
		s.engine = detect.New(p.Rules, s.opts)
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	err := conn.Follow(reading, bus.Following{Stream: topology.Signals}, func(ctx context.Context, raw bus.Raw) error {
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
					each(events.ConditionEvent(c, p.Version))
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
