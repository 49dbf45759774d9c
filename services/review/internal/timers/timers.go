// Package timers wakes cases whose deadlines have passed and forgets what no
// longer needs to be remembered.
//
// Deadlines stand in the ledger, so they survive restarts. That one has passed is
// kept with the case, in the same transaction as what is said of it: each fires
// once, however many processes look and wherever their clocks are set. Of several
// that have passed the earliest is said first.
package timers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
)

// A Ledger knows the deadlines.
type Ledger interface {
	// Waking are the ids of cases of which a deadline passed before at.
	Waking(ctx context.Context, at time.Time, limit int) ([]string, error)
	// Update locks the case, lets fn change it, and saves it with the event that fn returns.
	Update(ctx context.Context, id string, cause ledger.Cause, fn func(*decide.Case) (decide.Event, error)) (decide.Case, error)
	// Forget deletes what was published, and the causes that were applied, before a time.
	Forget(ctx context.Context, before time.Time) error
}

const (
	// look is how late a deadline may be noticed.
	look = time.Second
	// remember is how long applied causes are known: longer than any stream repeats.
	remember = 14 * 24 * time.Hour
	// atOnce is how many cases are looked up in one go.
	atOnce = 32
)

// Timers looks for deadlines.
type Timers struct {
	Ledger  Ledger
	Changed func()
	Log     *slog.Logger
}

// Run looks until the context ends. What fails is tried again at the next look.
func (t Timers) Run(ctx context.Context) error {
	tick := time.NewTicker(look)
	defer tick.Stop()
	var forgot time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if err := t.wake(ctx, now); err != nil && ctx.Err() == nil {
				t.Log.Warn("deadlines wait", "error", err)
			}
			if now.Sub(forgot) > time.Hour {
				forgot = now
				if err := t.Ledger.Forget(ctx, now.Add(-remember)); err != nil && ctx.Err() == nil {
					t.Log.Warn("old causes stay", "error", err)
				}
			}
		}
	}
}

// wake states of every case the earliest deadline that has passed, and goes on
// while that makes more come up than fit in one go. A case that can not be woken
// hinders no other.
func (t Timers) wake(ctx context.Context, now time.Time) error {
	for {
		ids, err := t.Ledger.Waking(ctx, now, atOnce)
		if err != nil {
			return err
		}
		woken, err := t.wakeAll(ctx, ids, now)
		if err != nil || woken == 0 || len(ids) < atOnce {
			return err
		}
	}
}

// wakeAll says of how many cases a deadline was stated now.
func (t Timers) wakeAll(ctx context.Context, ids []string, now time.Time) (woken int, err error) {
	var failed []error
	for _, id := range ids {
		_, err := t.Ledger.Update(ctx, id, ledger.Cause{Consumer: "timers", At: now}, func(c *decide.Case) (decide.Event, error) {
			next := c.Next()
			return c.Wake(decide.News{Cause: bus.ID("wake", id, string(next.Of), fmt.Sprint(next.At.UnixMicro())), Actor: "review", At: now})
		})
		switch {
		case err == nil:
			woken++
			t.Changed()
		case !errors.Is(err, decide.ErrNotDue): // else another process was first
			failed = append(failed, err)
		}
	}
	return woken, errors.Join(failed...)
}
