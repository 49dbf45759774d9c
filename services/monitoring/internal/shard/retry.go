package shard

import (
	"context"
	"errors"
	"time"

	"tocsin/pkg/bus"
)

// retry calls fn until it works, the shard is fenced, trying again is of no
// help, or the context ends: the bus may be away for a while, and what was
// found must not be lost.
func (s *Shard) retry(ctx context.Context, fn func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := fn()
		if err == nil || errors.Is(err, ErrFenced) || bus.IsPermanent(err) {
			return err
		}
		s.log.Warn("will publish again", "shard", s.name, "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
