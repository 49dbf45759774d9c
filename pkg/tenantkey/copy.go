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
func (r *Ring) Copies(ctx context.Context) ([]Copy, error) {
	w, err := r.bucket.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, fmt.Errorf("read the tenants' keys: %w", err)
	}
	var all []Copy
	for {
		select {
		case e, ok := <-w.Updates():
			if ok && e != nil {
				all = append(all, Copy{e.Key(), e.Value()})
				continue
			}
			slices.SortFunc(all, func(a, b Copy) int { return cmp.Compare(a.Name, b.Name) })
			return all, errors.Join(ctx.Err(), w.Stop())
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), w.Stop())
		}
	}
}

// PutBack puts a copy of a key where there is none. A key that is there already is
// no error; ErrOther where it is another one, ErrDestroyed where it was destroyed.
func (r *Ring) PutBack(ctx context.Context, c Copy) error {
	if c.Name == "" || len(c.Key) != sha256.Size {
		return errCopy
	}
	if err := r.putBack(ctx, c); err != nil {
		return fmt.Errorf("put back the key %s: %w", c.Name, err)
	}
	return nil
}

func (r *Ring) putBack(ctx context.Context, c Copy) error {
	past, err := r.bucket.History(ctx, c.Name)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		_, err = r.bucket.Create(ctx, c.Name, c.Key)
		return err
	case err != nil:
		return err
	}
	switch last := past[len(past)-1]; {
	case last.Operation() != jetstream.KeyValuePut:
		return ErrDestroyed
	case !bytes.Equal(last.Value(), c.Key):
		return ErrOther
	}
	return nil
}
