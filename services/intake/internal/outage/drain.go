package outage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/spool"

	"tocsin/pkg/bus"
)

const (
	// signalsAtOnce and bytesAtOnce are how much is stored together.
	signalsAtOnce = 20_000
	bytesAtOnce   = 4 << 20
	// little is how much may be left when those who come have to wait for it.
	little = 512 << 10
	// drainWithin is how long storing what is stored together may take.
	drainWithin = 10 * time.Second
	// soonest and latest are how long to wait before another try.
	soonest = 100 * time.Millisecond
	latest  = 5 * time.Second
)

// Run stores what lies in the spool, whenever the bus answers, until the context ends. Fresh
// learns which tenants were erased before anything is stored.
func (k *Keeper) Run(ctx context.Context, fresh func(context.Context) error) error {
	k.opened.Store(true)
	for wait := soonest; ; {
		err := errEmpty
		if k.since.Load() != nil {
			err = k.drain(ctx, fresh)
		}
		switch {
		case err == nil:
			wait = soonest
			continue
		case errors.Is(err, errEmpty):
			wait = soonest
			select {
			case <-ctx.Done():
				return nil
			case <-k.news:
			}
			continue
		}
		k.log.Debug("what lies in the spool waits", "error", err)
		k.failed(err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = min(2*wait, latest)
	}
}

// errNotYet says that intake does not know yet what was stored lately.
var errNotYet = errors.New("not yet")

// errEmpty says that there is nothing to do.
var errEmpty = errors.New("nothing lies in the spool")

// drain stores all that lies in the spool, or as much as the bus takes.
func (k *Keeper) drain(ctx context.Context, fresh func(context.Context) error) error {
	if err := k.in.Tickets.Conn.Up(); err != nil {
		return err
	}
	if err := k.in.Signals.Ready(ctx); err != nil {
		return fmt.Errorf("%w: %w", errNotYet, err)
	}
	asked, cancel := context.WithTimeout(ctx, drainWithin)
	defer cancel()
	if err := fresh(asked); err != nil {
		return err
	}
	began, stored := time.Now(), uint64(0)
	for {
		n, left, err := k.step(ctx)
		if err != nil {
			return err
		}
		stored += n
		if left == 0 {
			k.log.Info("the bus is back; what was kept on disk is stored", "events", stored, "took", time.Since(began).Round(time.Millisecond).String())
			return nil
		}
	}
}

// step stores some entries. When little is left it has all who come wait until nothing is.
func (k *Keeper) step(ctx context.Context) (stored uint64, left int, err error) {
	if k.spool.Standing().Bytes > little+k.spool.Behind() {
		stored, err = k.some(ctx)
		return stored, k.spool.Standing().Entries + 1, err
	}
	k.last.Lock()
	defer k.last.Unlock()
	for k.spool.Standing().Entries > 0 {
		n, err := k.some(ctx)
		if stored += n; err != nil {
			return stored, 1, err
		}
	}
	k.since.Store(nil)
	return stored, 0, nil
}

// some stores the oldest entries.
func (k *Keeper) some(ctx context.Context) (stored uint64, err error) {
	tickets, others, bytes := uint32(0), uint32(0), 0
	list, err := k.spool.Next(func(e spool.Entry) bool {
		if bytes += len(e.Data); e.Tag&hasTickets != 0 {
			tickets += e.Count
		} else {
			others += e.Count
		}
		return tickets < together && others < signalsAtOnce && bytes < bytesAtOnce
	})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, drainWithin)
	defer cancel()
	if err := k.store(ctx, list); err != nil {
		return 0, err
	}
	for _, e := range list {
		stored += uint64(e.Count)
	}
	k.stuck.Store(nil)
	return stored, k.spool.Done()
}

// store stores entries; what can never be stored is laid aside.
func (k *Keeper) store(ctx context.Context, list []spool.Entry) error {
	var lots []*events.Lot
	for _, e := range list {
		l, err := events.DecodeLot(e.Data)
		if err != nil {
			if err := k.aside(e, err); err != nil {
				return err
			}
			continue
		}
		lots = append(lots, l)
	}
	err := k.in.Store(ctx, lots...)
	if err == nil || !bus.IsPermanent(err) {
		for _, l := range lots {
			if n := len(l.Contradicted); n > 0 {
				k.log.Warn(events.OtherContent, "ids", l.Contradicted[:min(n, 20)], "events", n)
			}
		}
		return err
	}
	if len(list) == 1 {
		return k.aside(list[0], err)
	}
	for i := range list {
		if err := k.store(ctx, list[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// aside lays an entry aside that can never be stored.
func (k *Keeper) aside(e spool.Entry, why error) error {
	name, err := k.spool.Aside(e)
	if err == nil {
		k.log.Error("what was taken in while the bus was away can not be stored, and is laid aside", "file", name, "events", e.Count, "error", why)
	}
	return err
}
