package door

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/rejected"
)

// A Shelf keeps what was not taken.
type Shelf interface {
	// Keep keeps a delivery. Where the same body is kept of the door, it changes
	// nothing.
	Keep(ctx context.Context, d rejected.Delivery) error
}

const (
	// keepWithin is how long keeping may take: the answer waits for it.
	keepWithin = 3 * time.Second
	// A door may have so many deliveries and bytes kept in a day, so that one account
	// never pushes out what is kept of the others.
	keptADay      = 20_000
	keptBytesADay = 64 << 20
)

// rejected is a delivery of a vendor as it is kept.
func (d *Door) rejected(hook Hook, name string, delivery webhook.Delivery, got reading, reasons []string) rejected.Delivery {
	return rejected.Delivery{
		Door: name, Vendor: hook.Door.Name, Source: hook.Account.From(hook.Door.Name), ReceivedAt: delivery.Received, Reasons: reasons,
		Accepted: len(got.out.IDs), Tenants: got.tenants, Headers: readable(delivery.Header), Body: delivery.Body,
	}
}

// keep keeps what was not taken of somebody who was let in. That it can not be kept
// is no reason to answer otherwise: it is logged.
func (d *Door) keep(r *http.Request, what rejected.Delivery) {
	if d.Shelf == nil {
		return
	}
	if !d.kept.allow(what.Door, len(what.Body), what.ReceivedAt) {
		d.Log.Warn("what a door does not take is not kept any more today: it is too much", "door", what.Door, "reasons", len(what.Reasons))
		return
	}
	ctx, enough := context.WithTimeout(context.WithoutCancel(r.Context()), keepWithin)
	defer enough()
	if err := d.Shelf.Keep(ctx, what); err != nil {
		d.Log.Warn("what a door does not take is not kept", "door", what.Door, "error", err)
	}
}

// keepAs keeps what was not taken of a source, as whom it is tried again; nil is the house.
func (d *Door) keepAs(r *http.Request, who *source.Source, what rejected.Delivery) {
	if who != nil {
		what.Source = who.Name
	}
	d.keep(r, what)
}

// secretive are parts of the names of headers that may let in.
var secretive = []string{"authorization", "signature", "token", "secret", "cookie", "password", "key"}

const (
	// mostHeaders and longestHeader bound the headers that are kept.
	mostHeaders   = 32
	longestHeader = 512
)

// readable are the headers that a door may read, without those that let in.
func readable(header http.Header) map[string]string {
	kept := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		lower, value := strings.ToLower(name), header.Get(name)
		ours := lower == "content-type" || strings.HasPrefix(lower, "x-") || strings.HasPrefix(lower, "ce-")
		lets := slices.ContainsFunc(secretive, func(part string) bool { return strings.Contains(lower, part) })
		if ours && !lets && len(value) <= longestHeader && len(kept) < mostHeaders {
			kept[name] = value
		}
	}
	return kept
}

// budgets are how much may still be kept of each door. Its zero value works.
type budgets struct {
	mu   sync.Mutex
	left map[string]*budget
}

type budget struct {
	deliveries, bytes float64
	at                time.Time
}

// allow says whether a delivery may be kept, and counts it. What is used up comes
// back over a day.
func (b *budgets) allow(door string, bytes int, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left == nil {
		b.left = map[string]*budget{}
	}
	of := b.left[door]
	if of == nil {
		of = &budget{keptADay, keptBytesADay, now}
		b.left[door] = of
	}
	days := max(0, now.Sub(of.at).Hours()/24)
	of.deliveries, of.bytes, of.at = min(keptADay, of.deliveries+days*keptADay), min(keptBytesADay, of.bytes+days*keptBytesADay), now
	if of.deliveries < 1 || of.bytes < float64(bytes) {
		return false
	}
	of.deliveries, of.bytes = of.deliveries-1, of.bytes-float64(bytes)
	return true
}

// ErrNoDoor says that a delivery came by a door that is no more. When the doors' file
// has it again it can be tried again.
var ErrNoDoor = errors.New("its door is no more; give it back to the doors' file, or drop what is kept")

// Again reads a delivery again, by the hooks as they now are and as of when it came.
// It returns the events that were taken, those that were there already among them,
// and what is left out still. Errors are ErrNoDoor, or the bus is away.
func (d *Door) Again(ctx context.Context, what rejected.Delivery) (ids, reasons []string, err error) {
	header := http.Header{}
	for name, value := range what.Headers {
		header.Set(name, value)
	}
	who := d.Sources.Now().Named(what.Source)
	if paths := d.api(who, what.ReceivedAt)[what.Door]; paths != nil {
		if what.Source != "" && who == nil {
			return nil, []string{"its source " + what.Source + " is no more in the doors' file; give it back, or drop what is kept"}, nil
		}
		return paths(ctx, header, what.Body)
	}
	hook, is := d.now()[what.Door]
	if !is {
		return nil, nil, ErrNoDoor
	}
	got, err := d.read(hook, webhook.Delivery{Header: header, Body: what.Body, Received: what.ReceivedAt})
	if errors.Is(err, webhook.ErrBody) {
		return nil, []string{err.Error()}, nil
	}
	if err == nil {
		err = d.Intake.Store(ctx, got.lot())
	}
	if err != nil {
		return nil, nil, err
	}
	return got.out.IDs, got.missed, nil
}
