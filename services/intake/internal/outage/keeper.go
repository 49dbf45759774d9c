package outage

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/spool"

	"tocsin/pkg/bus"
)

// Keeper takes events in whether the bus answers or not.
type Keeper struct {
	in    events.Intake
	spool *spool.Spool
	log   *slog.Logger

	// last is held for reading by who puts something into the spool or looks whether it
	// is empty, and for writing while the last of it is stored.
	last sync.RWMutex
	// opened says that in may store.
	opened atomic.Bool
	// news has one if something came to lie in the spool.
	news chan struct{}
	// since is when the outage began, zero while there is none.
	since atomic.Pointer[time.Time]
	// stuck is what stands in the way of what lies here while the bus is up; nil if
	// nothing does.
	stuck atomic.Pointer[stuck]
}

// Settings say where things lie while the bus is away.
type Settings struct {
	Dir string
	// Bytes is how many there may be.
	Bytes int64
}

// The tags of an entry.
const (
	hasReceipt = 1 << iota
	hasTickets
)

// together is how many ticket events are in one entry, and stored together: a ticket knows
// the ids of its newest 512 events, and what a death has stored twice may be no more.
const together = 250

// Open takes the folder of a spool. In may not store before Store; until then all is spooled.
func Open(s Settings, in events.Intake, log *slog.Logger) (*Keeper, error) {
	k := &Keeper{in: in, log: log, news: make(chan struct{}, 1)}
	var err error
	if k.spool, err = spool.Open(s.Dir, s.Bytes, k.found); err != nil {
		return nil, err
	}
	st := k.spool.Standing()
	if st.Damaged > 0 {
		log.Error("part of the spool is damaged, and its events are lost; the file will be laid aside", "bytes", st.Damaged, "folder", s.Dir)
	}
	if st.Cut > 0 {
		log.Warn("what was written to the spool by halves is cut off; nobody was told that it was taken", "bytes", st.Cut, "folder", s.Dir)
	}
	if st.Entries > 0 {
		k.begins(st.Oldest)
		log.Warn("events lie in the spool, and are stored as soon as the bus answers", "events", st.Count, "bytes", st.Bytes, "since", st.Oldest)
	}
	return k, nil
}

// found makes a delivery known that lies in the spool.
func (k *Keeper) found(e spool.Entry) {
	if e.Tag&hasReceipt == 0 {
		return
	}
	if l, err := events.DecodeLot(e.Data); err == nil {
		k.in.Deliveries.Note(l.Receipt)
	}
}

// Close lets go of the folder.
func (k *Keeper) Close() error { return k.spool.Close() }

// Waits is since when the oldest lies in the spool; zero if nothing does.
func (k *Keeper) Waits() time.Time { return k.spool.Standing().Oldest }

// Take stores a lot: on the bus, or in the spool; of the latter it says how many events
// those are. It fails where the lot can never be stored, the spool is full or fails, or
// the context ended.
func (k *Keeper) Take(ctx context.Context, l *events.Lot) (spooled int, err error) {
	if k.direct() {
		err := k.now(ctx, l)
		if err == nil || bus.IsPermanent(err) || events.IsRefused(err) {
			return 0, err
		}
		if ctx.Err() != nil {
			return 0, err // nobody waits for it any more
		}
		if k.begins(time.Now()) {
			k.log.Warn("the bus does not answer; events are kept on disk until it does", "error", err)
		}
	}
	if err := k.put(l); err != nil {
		return 0, err
	}
	k.in.Deliveries.Note(l.Receipt)
	return l.Events(), nil
}

// answerWithin is how long the bus may take before its events go to the spool.
const answerWithin = 3 * time.Second

// now stores a lot on the bus.
func (k *Keeper) now(ctx context.Context, l *events.Lot) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return k.in.StoreNow(ctx, l)
}

// direct says whether nothing lies in the spool that would be overtaken.
func (k *Keeper) direct() bool {
	k.last.RLock()
	defer k.last.RUnlock()
	return k.opened.Load() && k.since.Load() == nil
}

// begins says that an outage begins, unless one lasts already.
func (k *Keeper) begins(at time.Time) bool { return k.since.CompareAndSwap(nil, &at) }

// put puts a lot into the spool.
func (k *Keeper) put(l *events.Lot) error {
	if k.opened.Load() {
		k.in.Signals.HideSeen(l)
	}
	k.last.RLock()
	defer k.last.RUnlock()
	defer k.nudge()      // also where it fails: who lets it end has to look
	k.begins(time.Now()) // it may have ended since it was looked
	for _, part := range parts(l) {
		data, err := part.Encode()
		if err != nil {
			return err
		}
		e := spool.Entry{Count: uint32(part.Events()), At: l.Received, Data: data} //nolint:gosec // bounded by a request
		if !part.Receipt.IsZero() {
			e.Tag |= hasReceipt
		}
		if len(part.Tickets) > 0 {
			e.Tag |= hasTickets
		}
		if err := k.spool.Append(e); err != nil {
			return err
		}
	}
	return nil
}

// nudge has Run look.
func (k *Keeper) nudge() {
	select {
	case k.news <- struct{}{}:
	default:
	}
}

// parts are a lot in entries: of ticket events no more than are stored together.
func parts(l *events.Lot) []*events.Lot {
	if len(l.Tickets) <= together {
		return []*events.Lot{l}
	}
	var list []*events.Lot
	for some := range slices.Chunk(l.Tickets, together) {
		list = append(list, &events.Lot{Received: l.Received, Tickets: some, Named: l.Named, Trace: l.Trace})
	}
	end := *l // its signals and what is remembered of it, when all else is stored
	end.Tickets = nil
	return append(list, &end)
}
