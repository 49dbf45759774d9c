package onetime

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

// keySize is how many bytes a key has.
const keySize = 32

// current is the name of the key in its bucket.
const current = "current"

// Key is the key that tokens are signed with: 32 random bytes, made by whoever
// asks first, the same for all. It is asked for anew each time, so that a changed
// key counts at once; without the bus it fails, and trying again helps.
func Key(ctx context.Context, js jetstream.JetStream) ([]byte, error) {
	bucket, err := js.KeyValue(ctx, topology.LinkBucket)
	if err != nil {
		return nil, fmt.Errorf("open the bucket of the key of links: %w", err)
	}
	e, err := bucket.Get(ctx, current)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		fresh := make([]byte, keySize)
		rand.Read(fresh)
		if _, err = bucket.Create(ctx, current, fresh); err == nil {
			return fresh, nil
		}
		if errors.Is(err, jetstream.ErrKeyExists) { // somebody was first
			e, err = bucket.Get(ctx, current)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of links: %w", err)
	}
	if len(e.Value()) != keySize {
		return nil, fmt.Errorf("the key of links has %d bytes, not %d: take %q out of bucket %s, and another is made",
			len(e.Value()), keySize, current, topology.LinkBucket)
	}
	return e.Value(), nil
}
