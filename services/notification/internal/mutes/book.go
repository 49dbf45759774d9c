package mutes

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/route"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// reading is how long it is until what could not be read is read again.
const reading = time.Second

// A Book has all mutes, as MUTES says.
type Book struct {
	Conn *bus.Conn
	// Known is what a mute may name, as it is when one is set.
	Known func() route.Known
	// Clock is the time; nil is the machine's.
	Clock func() time.Time

	once  sync.Once
	ready chan struct{}

	mu   sync.Mutex
	all  map[string]kept
	live atomic.Pointer[[]route.Mute]
}

// kept is a mute and its place in the stream.
type kept struct {
	*notificationv1.Mute
	sequence uint64
}

// Run reads all mutes and keeps up with them until the context ends.
func (b *Book) Run(ctx context.Context) error {
	for b.Conn.Latest(ctx, topology.Mutes, ">", b.on) != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(reading):
		}
	}
	close(b.whole())
	f := bus.Following{Stream: topology.Mutes, Last: true}
	return b.Conn.Follow(ctx, f, func(_ context.Context, raw bus.Raw) error { return b.on(raw) })
}

// whole is closed when all mutes that there were have been read.
func (b *Book) whole() chan struct{} {
	b.once.Do(func() { b.ready = make(chan struct{}) })
	return b.ready
}

// Wait returns when the mutes have been read, or with the context's error.
func (b *Book) Wait(ctx context.Context) error {
	select {
	case <-b.whole():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Current are the mutes that hold or lie ahead, the first to begin first. Nobody
// changes the slice.
func (b *Book) Current() []route.Mute {
	if list := b.live.Load(); list != nil {
		return *list
	}
	return nil
}

func (b *Book) now() time.Time {
	if b.Clock == nil {
		return time.Now()
	}
	return b.Clock()
}

// on takes a mute in; one that can not be read is none.
func (b *Book) on(raw bus.Raw) error {
	changed := &notificationv1.MuteChanged{}
	if bus.Decode(raw, changed) == nil && changed.GetMute().GetId() != "" {
		b.take(kept{changed.GetMute(), raw.Sequence})
	}
	return nil
}

// take keeps a mute, unless a later one of it is kept.
func (b *Book) take(k kept) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[string]kept{}
	}
	if b.all[k.GetId()].sequence >= k.sequence {
		return
	}
	b.all[k.GetId()] = k
	var live []route.Mute
	for _, k := range b.all {
		if k.GetEndedAt() == nil && k.GetSummedAt() == nil {
			live = append(live, Of(k.Mute))
		}
	}
	slices.SortFunc(live, first)
	b.live.Store(&live)
}

// over are the mutes that are over since a time, and of which nothing was summed.
func (b *Book) over(since time.Time) []kept {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []kept
	for k := range maps.Values(b.all) {
		if k.GetSummedAt() == nil && !ended(k.Mute).After(since) {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b kept) int { return strings.Compare(a.GetId(), b.GetId()) })
	return list
}

// ended is when a mute is over.
func ended(m *notificationv1.Mute) time.Time {
	if m.GetEndedAt() != nil {
		return m.GetEndedAt().AsTime()
	}
	return m.GetUntil().AsTime()
}

// write says how a mute now is, if what was read before is still its last.
func (b *Book) write(ctx context.Context, c *notificationv1.MuteChanged, last uint64) error {
	m := c.GetMute()
	e := bus.Event{Subject: topology.MuteSubject(m.GetId()), ID: fingerprint(c), Time: c.GetAt().AsTime(), Payload: c, ExpectLast: &last}
	sequence, err := b.Conn.Publish(ctx, e)
	if err != nil {
		return fmt.Errorf("keep mute %s: %w", m.GetId(), err)
	}
	b.take(kept{m, sequence})
	return nil
}

// last is the mute as the stream now has it; its sequence is 0 where it has none.
func (b *Book) last(ctx context.Context, id string) (kept, error) {
	raw, err := b.Conn.Last(ctx, topology.Mutes, topology.MuteSubject(id))
	if err != nil || raw.Sequence == 0 {
		return kept{}, err
	}
	c := &notificationv1.MuteChanged{}
	if err := bus.Decode(raw, c); err != nil {
		return kept{}, fmt.Errorf("read mute %s: %w", id, err)
	}
	k := kept{c.GetMute(), raw.Sequence}
	b.take(k)
	return k, nil
}

// Of is a mute as routes go by it.
func Of(m *notificationv1.Mute) route.Mute {
	return route.Mute{
		ID: m.GetId(), By: m.GetBy(), Why: m.GetWhy(), From: bus.Moment(m.GetFrom()), Until: bus.Moment(m.GetUntil()),
		Destinations: m.GetDestinations(),
		When: route.Match{
			Audience: m.GetAudiences(), Tenants: m.GetTenants(), Reasons: as[policy.ReasonID](m.GetReasons()),
			Severity: as[policy.Priority](m.GetSeverities()), Kinds: m.GetKinds(),
		},
	}
}

// as are texts of another type.
func as[T, F ~string](list []F) []T {
	var out []T
	for _, one := range list {
		out = append(out, T(one))
	}
	return out
}

// All reads all mutes that there ever were, those that somebody ended with the
// time at which they did.
func All(ctx context.Context, conn *bus.Conn) ([]route.Mute, error) {
	b := &Book{Conn: conn}
	if err := conn.Latest(ctx, topology.Mutes, ">", b.on); err != nil {
		return nil, fmt.Errorf("read the mutes: %w", err)
	}
	var list []route.Mute
	for _, k := range b.all {
		m := Of(k.Mute)
		m.Until = ended(k.Mute)
		list = append(list, m)
	}
	slices.SortFunc(list, first)
	return list, nil
}

// first orders mutes by when they begin.
func first(a, b route.Mute) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) }
