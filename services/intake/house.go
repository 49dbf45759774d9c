package intake

import (
	"context"
	"errors"
	"time"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/outage"

	"tocsin/pkg/bus"
	"tocsin/pkg/erasure"
	"tocsin/pkg/rejected"
	"tocsin/pkg/run"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
)

// A house is what intake stores into. It stores nothing before it is open.
type house struct {
	at    run.Place
	in    events.Intake
	heard *events.Sources
	// spool keeps events while the bus is away; nil does not.
	spool *outage.Keeper

	ring   *tenantkey.Ring
	erased *erasure.Book
}

// newHouse returns a house that is to be opened.
func newHouse(cfg Config, at run.Place, in events.Intake) (h *house, err error) {
	h = &house{at: at, in: in, heard: events.NewSources(at.Conn, at.Log)}
	in.Signals.Heard, in.Tickets.Heard = h.heard, h.heard
	if cfg.Spool == "" {
		return h, nil
	}
	h.spool, err = outage.Open(outage.Settings{Dir: cfg.Spool, Bytes: int64(cfg.SpoolMax)}, in, at.Log)
	if err != nil {
		return nil, err
	}
	in.Signals.Waits = h.spool.Waits
	at.Health.Add("spool", h.spool.Ready)
	// which intake can do without for a while
	at.Health.Add("bus", h.unlessSpooled(func(context.Context) error { return at.Conn.Up() }))
	at.Health.Add("signals", h.unlessSpooled(in.Signals.Ready))
	return h, nil
}

// unlessSpooled has a check that fails be a notice for as long as the spool takes more.
func (h *house) unlessSpooled(check func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := check(ctx)
		if err == nil || h.spool.Full() {
			return err
		}
		return run.Notice(err.Error() + "; what comes is kept on disk here")
	}
}

// open reads what has to be known before anything is stored. After an error it may be
// tried again.
func (h *house) open(ctx context.Context) (err error) {
	if h.ring, err = tenantkey.Open(ctx, h.at.Conn.JS()); err != nil {
		return err
	}
	if h.erased, err = erasure.Open(ctx, h.at.Conn.JS()); err != nil {
		return errors.Join(err, h.ring.Close())
	}
	if err := h.in.Deliveries.Open(ctx); err != nil {
		h.close()
		return err
	}
	h.in.Signals.Open(h.ring)
	h.in.Signals.Erased, h.in.Tickets.Erased = h.erased, h.erased
	return nil
}

func (h *house) close() {
	_ = h.ring.Close()
	h.erased.Close()
}

// openWithin is how long opening may take, before it is tried anew.
const openWithin = 30 * time.Second

// openSome opens the house as soon as the bus answers.
func (h *house) openSome(ctx context.Context) error {
	for {
		if h.at.Reach != nil {
			if err := h.at.Reach(ctx); err != nil {
				return err
			}
		}
		within, cancel := context.WithTimeout(ctx, openWithin)
		err := h.open(within)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		h.at.Log.Warn("intake waits for the bus", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// run stores what comes until the context ends. With a spool it opens the house first.
func (h *house) run(ctx context.Context, retries retrier) error {
	if h.spool != nil {
		if err := h.openSome(ctx); err != nil {
			return err
		}
	}
	defer h.close()
	g := run.NewGroup(ctx, h.at.Log)
	g.Go("signals out", h.in.Signals.Run)
	g.Go("sources heard", h.heard.Run)
	g.Go("deliveries known", h.in.Deliveries.Run)
	g.Go("rejected again", retries.answering)
	g.Go("ingress in", bus.LinedConsumer(h.at.Conn, topology.IntakeOnIngress, events.Line, h.in.OnIngress))
	if h.spool != nil {
		g.Go("spool out", func(ctx context.Context) error { return h.spool.Run(ctx, h.erased.Refresh) })
	}
	return g.Wait()
}

// Keep keeps what a door did not take, as door.Shelf says.
func (h *house) Keep(ctx context.Context, d rejected.Delivery) error {
	if h.spool != nil {
		_, err := h.spool.Take(ctx, &events.Lot{Received: d.ReceivedAt, Rejected: &d})
		return err
	}
	if err := h.at.Conn.Up(); err != nil {
		return err
	}
	return rejected.Keep(ctx, h.at.Conn, d)
}
