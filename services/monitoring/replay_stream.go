package monitoring

import (
	"context"
	"io"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/history"
	"tocsin/services/monitoring/internal/shard"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

// ReplayStream is Replay over the signals that the bus still holds. Sorted, time
// passes at least to the last thing that the bus heard, a tick included. AsLive,
// each shard reads its part as it did when it ran: in the order and with the
// clock of the stream, so that what it says is what was published, ids included,
// but for updates and for what owners said when they took over from others.
func ReplayStream(ctx context.Context, conn *bus.Conn, out io.Writer, opts ReplayOptions) (ReplaySummary, error) {
	r := &replaying{opts: opts}
	if opts.AsLive {
		return r.live(ctx, conn, out)
	}
	r.history = history.New(history.Options{Memory: opts.Memory})
	defer r.history.Close()
	b, input := r.history.Batch(), shard.NewRerun(opts.Policy)
	err := r.retained(ctx, conn, func(raw bus.Raw) error {
		for _, s := range input.Signals(raw) {
			if s.Kind != detect.KindCondition { // the rules find those themselves
				b.Add(&s, nil)
			}
		}
		if opts.Until.IsZero() {
			r.opts.Until = raw.StoredAt
		}
		return r.history.Add(b)
	})
	if err != nil {
		return r.sum, err
	}
	_, r.sum.Unreadable = input.Summary()
	return r.run(ctx, out)
}

// live gives the shards what the bus holds, message by message.
func (r *replaying) live(ctx context.Context, conn *bus.Conn, out io.Writer) (ReplaySummary, error) {
	w, input := newWriter(out, r.opts.Policy.Version), shard.NewRerun(r.opts.Policy)
	say := func(st *shard.Step) error {
		for _, c := range st.Changes {
			if c.Change != detect.Updated {
				w.write(c)
			}
		}
		if st.Signal != nil {
			r.span(st.Signal.At)
		}
		return w.err
	}
	err := r.retained(ctx, conn, func(raw bus.Raw) error { return input.Read(raw, say) })
	if err == nil && !r.opts.Until.IsZero() {
		err = input.Advance(r.opts.Until, say)
	}
	if end := w.end(); err == nil {
		err = end
	}
	r.sum.Summary, r.sum.Unreadable = input.Summary()
	r.sum.Changes = w.n
	return r.sum, err
}

// retained hands on what the bus holds of signals.
func (r *replaying) retained(ctx context.Context, conn *bus.Conn, on func(bus.Raw) error) error {
	n := 0
	return conn.Retained(ctx, topology.Signals, func(raw bus.Raw) error {
		if n++; n%often == 0 {
			r.progress(stageMessages, n, n+int(raw.Pending))
		}
		return on(raw)
	})
}
