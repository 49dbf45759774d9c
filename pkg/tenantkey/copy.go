package tenantkey

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// What a copy may not be put back for. Trying again does not help.
var (
	// ErrDestroyed says that the key was destroyed here, and stays so.
	ErrDestroyed = errors.New("the key was destroyed here")
	// ErrOther says that there is another key by now, which some texts need.
	ErrOther = errors.New("there is another key")
	errCopy  = errors.New("this is no copy of a key")
)

// A Copy is a key as it is backed up.
type Copy struct {
	// Name is what the bucket calls the key; it says whose it is.
	Name string `json:"name"`
	Key  Key    `json:"key"`
}

// Copies are all keys that there are, the site's among them, by their names.
func (r *Ring) Copies() []Copy {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]Copy, 0, len(r.names))
	for name, key := range r.names {
		all = append(all, Copy{name, bytes.Clone(key)})
	}
	slices.SortFunc(all, func(a, b Copy) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// PutBack puts a copy of a key where there is none. A key that is there already is
// no error; ErrOther where it is another one, ErrDestroyed where it was destroyed.
func (r *Ring) PutBack(ctx context.Context, c Copy) error {
	if c.Name == "" || len(c.Key) != sha256.Size {
		return errCopy
	}
	r.mu.RLock()
	gone := r.gone[c.Name]
	r.mu.RUnlock()
	if gone {
		return fmt.Errorf("put back the key %s: %w", c.Name, ErrDestroyed)
	}
	_, err := r.bucket.Create(ctx, c.Name, c.Key)
	if errors.Is(err, jetstream.ErrKeyExists) {
		var there Key
		if there, err = r.get(ctx, c.Name); err == nil && !bytes.Equal(there, c.Key) {
			err = ErrOther
		}
	}
	if err != nil {
		return fmt.Errorf("put back the key %s: %w", c.Name, err)
	}
	return nil
}
