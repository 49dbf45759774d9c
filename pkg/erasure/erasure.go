// Package erasure keeps which tenants were erased, and until when.
//
//	none ─ Begin ─→ under way ─ Done ─→ done ─ Begin ─→ under way …
//	                   └─ Begin: the same order goes on
//
// What happened to an erased tenant up to Until is gone. A vendor's retry, a
// redelivery or a message that was under way may still bring some of it: every
// service asks Erased of what it is to keep or to tell, and passes over it. What
// happens later is a new life, under a new key.
//
// It promises:
//   - Who begins an erasure is heard by every process within moments, as long as
//     the bus reaches it; each knows all of them from its start on.
//   - An order that was broken off goes on as the one that it was.
//   - Reading costs no request: a Book has all of them in memory.
//
// It keeps the tenant's id, who ordered it and counts, for ever, and nothing else
// of the tenant. What is removed, and how, is left to others.
package erasure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// A Record is the erasure of one tenant, the last one where there were several.
type Record struct {
	Tenant string `json:"tenant"`
	// By is who ordered it, and At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// Until is the event time up to which all is gone, and passed over where it comes again.
	Until time.Time `json:"until"`
	// Cases are those that concerned the tenant, and had been found when it broke off.
	Cases []string `json:"cases,omitempty"`
	// Removed are counts of what was removed so far, by where it lay.
	Removed map[string]uint64 `json:"removed,omitempty"`
	// DoneAt is when nothing was left; zero while it is under way.
	DoneAt time.Time `json:"done_at,omitzero"`
}

// Done says that nothing was left.
func (r Record) Done() bool { return !r.DoneAt.IsZero() }

// Revision is the highest that a ticket of before can have; one that begins
// afterwards counts from there, so that readers who know an older one hear of it.
func (r Record) Revision() uint64 {
	return uint64(max(r.At.Unix(), 0)) //nolint:gosec // no time before 1970 counts
}

// A Book has the erasures that the bucket has. A nil one has none.
type Book struct {
	bucket jetstream.KeyValue
	watch  jetstream.KeyWatcher
	done   chan struct{}

	mu  sync.Mutex // of those who write
	all atomic.Pointer[map[string]Record]
}

// Open returns the book of the bucket that topology.Apply set up, with all that is
// there. Close gives it back.
func Open(ctx context.Context, js jetstream.JetStream) (*Book, error) {
	bucket, err := js.KeyValue(ctx, topology.ErasedBucket)
	if err != nil {
		return nil, fmt.Errorf("open which tenants were erased: %w", err)
	}
	w, err := bucket.WatchAll(context.WithoutCancel(ctx))
	if err != nil {
		return nil, fmt.Errorf("read which tenants were erased: %w", err)
	}
	b := &Book{bucket: bucket, watch: w, done: make(chan struct{})}
	b.all.Store(&map[string]Record{})
	if err := b.hearAll(ctx, w); err != nil {
		return nil, errors.Join(err, w.Stop())
	}
	go b.listen()
	return b, nil
}

// hearAll takes in all erasures that there are.
func (b *Book) hearAll(ctx context.Context, w jetstream.KeyWatcher) error {
	for {
		select {
		case e, ok := <-w.Updates():
			if !ok || e == nil {
				return nil
			}
			b.hear(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Refresh asks for all erasures that there are now. Who was cut off from the bus may
// otherwise hear a moment too late of those that were ordered meanwhile.
func (b *Book) Refresh(ctx context.Context) error {
	w, err := b.bucket.WatchAll(ctx)
	if err != nil {
		return fmt.Errorf("read which tenants were erased: %w", err)
	}
	return errors.Join(b.hearAll(ctx, w), w.Stop())
}

// Close stops hearing of erasures.
func (b *Book) Close() {
	close(b.done)
	_ = b.watch.Stop() // where the bus is away, there is nothing to stop
}

func (b *Book) listen() {
	for {
		select {
		case e, ok := <-b.watch.Updates():
			if !ok {
				return
			}
			if e != nil {
				b.hear(e)
			}
		case <-b.done:
			return
		}
	}
}

// hear takes in an erasure; one that cannot be read is passed over.
func (b *Book) hear(e jetstream.KeyValueEntry) {
	var r Record
	if e.Operation() == jetstream.KeyValuePut && json.Unmarshal(e.Value(), &r) == nil {
		b.keep(r)
	}
}

// keep remembers an erasure, unless a later one of the tenant is known.
func (b *Book) keep(r Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := *b.all.Load()
	if r.At.Before(was[r.Tenant].At) {
		return
	}
	now := maps.Clone(was)
	now[r.Tenant] = r
	b.all.Store(&now)
}

// Erased says that what happened to the tenant at that time was erased.
func (b *Book) Erased(tenant string, at time.Time) bool {
	if b == nil {
		return false
	}
	r, is := (*b.all.Load())[tenant]
	return is && !at.After(r.Until)
}

// Tenants are those of whom what happened at that time was erased.
func (b *Book) Tenants(at time.Time) (tenants []string) {
	if b == nil {
		return nil
	}
	for _, r := range *b.all.Load() {
		if !at.After(r.Until) {
			tenants = append(tenants, r.Tenant)
		}
	}
	return tenants
}

// Revision is Record's of the tenant's last erasure; 0 where it never was erased.
func (b *Book) Revision(tenant string) uint64 {
	if b == nil {
		return 0
	}
	return (*b.all.Load())[tenant].Revision()
}

// Of is the last erasure of a tenant; false where it never was erased.
func (b *Book) Of(tenant string) (Record, bool) {
	r, is := (*b.all.Load())[tenant]
	return r, is
}

// Begin orders an erasure, or goes on with the tenant's where that was broken off.
// From then on nothing of the tenant up to r.Until is taken in.
func (b *Book) Begin(ctx context.Context, r Record) (Record, error) {
	e, err := b.bucket.Get(ctx, nameOf(r.Tenant))
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
	case err != nil:
		return Record{}, fmt.Errorf("read whether %s was erased: %w", r.Tenant, err)
	default:
		var last Record
		if err := json.Unmarshal(e.Value(), &last); err != nil {
			return Record{}, fmt.Errorf("read how %s was erased: %w", r.Tenant, err)
		}
		if !last.Done() {
			return last, nil
		}
	}
	return r, b.Save(ctx, r)
}

// Save keeps how far an erasure has come.
func (b *Book) Save(ctx context.Context, r Record) error {
	data, err := json.Marshal(r)
	if err == nil {
		_, err = b.bucket.Put(ctx, nameOf(r.Tenant), data)
	}
	if err != nil {
		return fmt.Errorf("keep how far %s is erased: %w", r.Tenant, err)
	}
	b.keep(r)
	return nil
}

// nameOf is what the bucket calls a tenant; "~" may not stand in a bucket.
func nameOf(tenant string) string { return strings.ReplaceAll(topology.Token(tenant), "~", "/") }
