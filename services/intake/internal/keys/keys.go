// Package keys hides people: it turns a person's id into one that only the
// holder of the tenant's key can make again.
//
// There is a key a tenant, made at first use and kept in a key-value bucket that
// all intakes share. The same person of the same tenant always has the same
// hidden id; the same person at two tenants has two. Destroying a tenant's key
// makes what the streams hold of its people meaningless.
package keys

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// Ring holds the keys that were used so far.
type Ring struct {
	bucket jetstream.KeyValue
	mu     sync.RWMutex
	known  map[string][]byte
}

// Open returns the ring of the bucket that topology.Apply set up.
func Open(ctx context.Context, js jetstream.JetStream) (*Ring, error) {
	b, err := js.KeyValue(ctx, topology.KeyBucket)
	if err != nil {
		return nil, fmt.Errorf("open the tenants' keys: %w", err)
	}
	return &Ring{bucket: b, known: map[string][]byte{}}, nil
}

// Of is the tenant's key; the empty tenant has one too. Without the bus it fails
// for a tenant not seen before; trying again helps.
func (r *Ring) Of(ctx context.Context, tenant string) (Key, error) {
	r.mu.RLock()
	key, ok := r.known[tenant]
	r.mu.RUnlock()
	if ok {
		return key, nil
	}
	name := strings.ReplaceAll(topology.Token(tenant), "~", "/") // "~" may not stand in a bucket
	fresh := make([]byte, sha256.Size)
	rand.Read(fresh)
	_, err := r.bucket.Create(ctx, name, fresh)
	switch {
	case err == nil:
		key = fresh
	case errors.Is(err, jetstream.ErrKeyExists):
		e, err := r.bucket.Get(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("read the key of tenant %q: %w", tenant, err)
		}
		key = e.Value()
	default:
		return nil, fmt.Errorf("make a key for tenant %q: %w", tenant, err)
	}
	r.mu.Lock()
	r.known[tenant] = key
	r.mu.Unlock()
	return key, nil
}

// A Key hides the people of one tenant.
type Key []byte

// Hide is the person's id as the streams hold it: 26 letters and digits.
func (k Key) Hide(person string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(person))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:16]))
}
