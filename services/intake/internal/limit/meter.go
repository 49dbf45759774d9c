package limit

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are those of one source; what is zero is as Default says.
type Limits struct {
	// EventsPerSecond and BytesPerSecond hold over time; twice as much may come at once.
	EventsPerSecond int
	BytesPerSecond  int
	// TenantsPerHour and TicketsPerHour are how many different ones it may name.
	TenantsPerHour int
	TicketsPerHour int
}

// Endless is so many tenants or tickets that they are not counted.
const Endless = math.MaxInt32

// Default is generous: it is there against what goes wrong, not against load.
var Default = Limits{EventsPerSecond: 2_000_000, BytesPerSecond: 1 << 30, TenantsPerHour: 10_000, TicketsPerHour: 100_000}

// least is what may come at once in any case: more than one request has.
const (
	leastEvents = 20_000
	leastBytes  = 32 << 20
)

// TooMuch says that a source asks for more than it may. Again is when the same may be
// asked again.
type TooMuch struct {
	Again  time.Duration
	Reason string
}

func (e *TooMuch) Error() string { return e.Reason }

// A Meter counts what one source does. A nil one counts nothing.
type Meter struct {
	limits Limits
	events *rate.Limiter
	bytes  *rate.Limiter
	now    func() time.Time

	mu      sync.Mutex
	tenants names
	tickets names
}

func newMeter(l Limits, now func() time.Time) *Meter {
	l = l.or(Default)
	return &Meter{
		limits: l, now: now,
		events:  rate.NewLimiter(rate.Limit(l.EventsPerSecond), max(2*l.EventsPerSecond, leastEvents)),
		bytes:   rate.NewLimiter(rate.Limit(l.BytesPerSecond), max(2*l.BytesPerSecond, leastBytes)),
		tenants: names{most: l.TenantsPerHour}, tickets: names{most: l.TicketsPerHour},
	}
}

func (l Limits) or(d Limits) Limits {
	for _, of := range []struct {
		is  *int
		els int
	}{
		{&l.EventsPerSecond, d.EventsPerSecond},
		{&l.BytesPerSecond, d.BytesPerSecond},
		{&l.TenantsPerHour, d.TenantsPerHour},
		{&l.TicketsPerHour, d.TicketsPerHour},
	} {
		if *of.is <= 0 {
			*of.is = of.els
		}
	}
	return l
}

// Bytes takes so many bytes, or says when they may come (*TooMuch).
func (m *Meter) Bytes(n int) error {
	if m == nil {
		return nil
	}
	return m.take(m.bytes, n, "bytes", m.limits.BytesPerSecond)
}

// Events takes so many events, or says when they may come (*TooMuch).
func (m *Meter) Events(n int) error {
	if m == nil {
		return nil
	}
	return m.take(m.events, n, "events", m.limits.EventsPerSecond)
}

func (m *Meter) take(from *rate.Limiter, n int, what string, limit int) error {
	now := m.now()
	r := from.ReserveN(now, min(n, from.Burst()))
	wait := r.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	r.CancelAt(now)
	return &TooMuch{wait, fmt.Sprintf("more than %d %s a second come from this source; send the same again in %s, or fewer at once", limit, what, wait.Round(time.Second/10))}
}

// Wait returns when so many events and bytes of a stream may come. Its error is the
// context's.
func (m *Meter) Wait(ctx context.Context, events, bytes int) error {
	if m == nil {
		return nil
	}
	if err := m.events.WaitN(ctx, min(events, m.events.Burst())); err != nil {
		return fmt.Errorf("wait for the source's turn: %w", err)
	}
	if err := m.bytes.WaitN(ctx, min(bytes, m.bytes.Burst())); err != nil {
		return fmt.Errorf("wait for the source's turn: %w", err)
	}
	return nil
}

// A Keeper has a meter for each source.
type Keeper struct {
	now func() time.Time

	mu     sync.Mutex
	meters map[string]*Meter
}

// NewKeeper returns one that has none yet; now is its clock.
func NewKeeper(now func() time.Time) *Keeper {
	return &Keeper{now: now, meters: map[string]*Meter{}}
}

// Of is the meter of a source; other limits than before begin anew. A nil keeper
// has none. Sources are those that a house named: their number is bounded.
func (k *Keeper) Of(source string, l Limits) *Meter {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	m := k.meters[source]
	if m == nil || m.limits != l.or(Default) {
		m = newMeter(l, k.now)
		k.meters[source] = m
	}
	return m
}
