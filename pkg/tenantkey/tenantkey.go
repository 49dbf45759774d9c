// Package tenantkey keeps a key for each tenant, so that what we hold of its
// people can be made meaningless at once, wherever it lies.
//
// A key is 256 random bits, made at first use and kept in a key-value bucket that
// all services share. The first to ask makes it, and all others get the same.
//
// It promises:
//   - A key that was seen stays at hand while the bus is away.
//   - Who destroys a key takes it from every process within moments, as long as
//     the bus reaches it. What is asked of the tenant later begins a new key.
//   - Get never makes a key, so reading never brings one back.
//
// What is done with a key is left to others, but for hiding people (Hide): each
// use derives a key of its own from it.
package tenantkey

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"hash"
	"strings"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// ErrNone says that the tenant has no key: it never had one, or it was destroyed.
var ErrNone = errors.New("there is no key")

// ErrAway says that the bus cannot be asked now. Trying again helps.
var ErrAway = errors.New("the bus is away")

// site is the name of the key that is nobody's; topology.Token gives no dot, so
// no tenant has it.
const site = "site.key"

// Ring holds the keys that are in the bucket.
type Ring struct {
	js     jetstream.JetStream
	bucket jetstream.KeyValue
	watch  jetstream.KeyWatcher
	done   chan struct{}

	mu sync.RWMutex
	// known is the last that was heard of each key, by its name in the bucket.
	known map[string]held
}

// held is a key, or none where it was destroyed, at a revision of the bucket.
type held struct {
	key      Key
	revision uint64
}

// Open returns the ring of the bucket that topology.Apply set up, with all keys
// that are there. Close gives it back.
func Open(ctx context.Context, js jetstream.JetStream) (*Ring, error) {
	b, err := js.KeyValue(ctx, topology.KeyBucket)
	if err != nil {
		return nil, fmt.Errorf("open the tenants' keys: %w", err)
	}
	w, err := b.WatchAll(context.WithoutCancel(ctx))
	if err != nil {
		return nil, fmt.Errorf("read the tenants' keys: %w", err)
	}
	r := &Ring{js: js, bucket: b, watch: w, done: make(chan struct{}), known: map[string]held{}}
	for {
		select {
		case e, ok := <-w.Updates():
			if ok && e != nil {
				r.hear(e)
				continue
			}
			go r.listen()
			return r, nil
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), w.Stop())
		}
	}
}

// Close stops hearing of keys.
func (r *Ring) Close() error {
	close(r.done)
	if err := r.watch.Stop(); err != nil && r.js.Conn().IsConnected() {
		return fmt.Errorf("stop reading the tenants' keys: %w", err)
	}
	return nil
}

func (r *Ring) listen() {
	for {
		select {
		case e, ok := <-r.watch.Updates():
			if !ok {
				return
			}
			if e != nil {
				r.hear(e)
			}
		case <-r.done:
			return
		}
	}
}

// hear takes in that a key was made or destroyed.
func (r *Ring) hear(e jetstream.KeyValueEntry) {
	is := held{revision: e.Revision()}
	if e.Operation() == jetstream.KeyValuePut {
		is.key = e.Value()
	}
	r.keep(e.Key(), is)
}

// keep remembers a key, unless something later is known of it: an answer may have
// been under way while the key was destroyed.
func (r *Ring) keep(name string, is held) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if is.revision >= r.known[name].revision {
		r.known[name] = is
	}
}

// Of is the tenant's key, made now if it has none; the empty tenant has one too.
// Without the bus it fails for a tenant not seen before; trying again helps.
func (r *Ring) Of(ctx context.Context, tenant string) (Key, error) {
	key, err := r.ofName(ctx, nameOf(tenant))
	if err != nil {
		return nil, fmt.Errorf("make a key for tenant %q: %w", tenant, err)
	}
	return key, nil
}

// Get is the tenant's key as it is, or ErrNone. Without the bus it fails for a
// tenant not seen before; trying again helps.
func (r *Ring) Get(ctx context.Context, tenant string) (Key, error) {
	name := nameOf(tenant)
	if key := r.seen(name); key != nil {
		return key, nil
	}
	// What was made a moment ago may not have been heard of yet, so the bus is asked.
	key, err := r.get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read the key of tenant %q: %w", tenant, err)
	}
	return key, nil
}

// Seen is the tenant's key if it is at hand, else ErrNone; it asks nobody.
func (r *Ring) Seen(tenant string) (Key, error) {
	if key := r.seen(nameOf(tenant)); key != nil {
		return key, nil
	}
	return nil, ErrNone
}

// Site is the key of the whole site, for what belongs to no tenant alone.
func (r *Ring) Site(ctx context.Context) (Key, error) {
	key, err := r.ofName(ctx, site)
	if err != nil {
		return nil, fmt.Errorf("make the key of the site: %w", err)
	}
	return key, nil
}

// Destroy takes a tenant's key away for ever, and with it the meaning of what
// was hidden or sealed with it. ErrNone where there was none.
func (r *Ring) Destroy(ctx context.Context, tenant string) error {
	name := nameOf(tenant)
	if _, err := r.get(ctx, name); err != nil {
		return fmt.Errorf("destroy the key of tenant %q: %w", tenant, err)
	}
	r.mu.RLock()
	next := r.known[name].revision + 1 // at the least
	r.mu.RUnlock()
	if err := r.bucket.Purge(ctx, name); err != nil {
		return fmt.Errorf("destroy the key of tenant %q: %w", tenant, err)
	}
	r.keep(name, held{revision: next})
	return nil
}

// seen is the key as it was heard of; nil where it was not.
func (r *Ring) seen(name string) Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.known[name].key
}

// gone says that the key was heard to be destroyed, and of none after it.
func (r *Ring) gone(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	is, heard := r.known[name]
	return heard && is.key == nil
}

// ofName is the key that the bucket calls so, made now if it is not there.
func (r *Ring) ofName(ctx context.Context, name string) (Key, error) {
	if key := r.seen(name); key != nil {
		return key, nil
	}
	if !r.js.Conn().IsConnected() {
		return nil, ErrAway
	}
	fresh := make(Key, sha256.Size)
	rand.Read(fresh)
	revision, err := r.bucket.Create(ctx, name, fresh)
	switch {
	case err == nil:
		r.keep(name, held{fresh, revision})
		return fresh, nil
	case errors.Is(err, jetstream.ErrKeyExists):
		return r.get(ctx, name)
	}
	return nil, err
}

// get asks the bus for a key.
func (r *Ring) get(ctx context.Context, name string) (Key, error) {
	if !r.js.Conn().IsConnected() {
		if r.gone(name) {
			return nil, ErrNone
		}
		return nil, ErrAway
	}
	e, err := r.bucket.Get(ctx, name)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	r.keep(name, held{e.Value(), e.Revision()})
	return e.Value(), nil
}

// nameOf is what the bucket calls a tenant's key; "~" may not stand in a bucket.
func nameOf(tenant string) string { return strings.ReplaceAll(topology.Token(tenant), "~", "/") }

// A Key is the key of one tenant.
type Key []byte

// Hide is a person's id as the streams hold it: 26 letters and digits. The same
// person of the same tenant always has the same one; of two tenants, two.
func (k Key) Hide(person string) string { return k.Hider().Hide(person) }

// Hider hides many people of the tenant. It is not for use by several at once.
func (k Key) Hider() *Hider { return &Hider{mac: hmac.New(sha256.New, k)} }

// A Hider hides people as its key does, in less time.
type Hider struct {
	mac  hash.Hash
	text []byte
	sum  [sha256.Size]byte
}

// hidden is how hidden ids are written.
var hidden = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Hide is [Key.Hide].
func (h *Hider) Hide(person string) string {
	h.mac.Reset()
	h.text = append(h.text[:0], person...)
	h.mac.Write(h.text)
	var id [26]byte
	hidden.Encode(id[:], h.mac.Sum(h.sum[:0])[:16])
	return string(id[:])
}
