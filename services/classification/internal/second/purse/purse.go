// Package purse keeps what second readings have cost, day by day, in a key-value
// bucket on the bus: so a restart forgets nothing, and all processes pay from
// one purse.
//
// What an attempt can cost is taken out before it is made, and what it did not
// cost is put back after. Whoever dies in between leaves it taken: the cap is
// never exceeded by a crash, only reached sooner. Days are those of UTC.
package purse

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/services/classification/internal/second"

	"tocsin/pkg/topology"
)

// A Purse is one day's cap and what is spent of it.
type Purse struct {
	bucket jetstream.KeyValue
	cap    second.Micros
}

// Open opens the purse of the bucket that topology.Apply set up.
func Open(ctx context.Context, js jetstream.JetStream, daily second.Micros) (*Purse, error) {
	b, err := js.KeyValue(ctx, topology.SpendingBucket)
	if err != nil {
		return nil, fmt.Errorf("open what second readings have cost: %w", err)
	}
	return &Purse{bucket: b, cap: daily}, nil
}

// Take takes out as much as an attempt can cost; false if the day has less left.
func (p *Purse) Take(ctx context.Context, at time.Time, most second.Micros) (bool, error) {
	enough := true
	err := p.change(ctx, at, func(spent second.Micros) second.Micros {
		if enough = spent+most <= p.cap; !enough {
			return spent
		}
		return spent + most
	})
	return enough && err == nil, err
}

// Settle puts back what was taken at that time and not spent, or takes what was
// spent beyond.
func (p *Purse) Settle(ctx context.Context, at time.Time, most, spent second.Micros) error {
	return p.change(ctx, at, func(all second.Micros) second.Micros { return all - min(all, most) + spent })
}

// Spent is what the day of a time has cost so far.
func (p *Purse) Spent(ctx context.Context, at time.Time) (second.Micros, error) {
	spent, _, err := p.read(ctx, at)
	return spent, err
}

// retries is how often a change that lost to another process is tried again.
const retries = 50

// change changes what the day of a time has cost.
func (p *Purse) change(ctx context.Context, at time.Time, fn func(second.Micros) second.Micros) error {
	for range retries {
		before, revision, err := p.read(ctx, at)
		if err != nil {
			return err
		}
		after := fn(before)
		if after == before {
			return nil
		}
		_, err = p.bucket.Update(ctx, key(at), strconv.AppendUint(nil, uint64(after), 10), revision)
		if err == nil || !errors.Is(err, jetstream.ErrKeyRevisionMismatch) {
			return wrap(err)
		}
	}
	return errors.New("count what second readings cost: others were always faster")
}

// read is what the day has cost, and the revision that says so; 0 for none.
func (p *Purse) read(ctx context.Context, at time.Time) (spent second.Micros, revision uint64, err error) {
	e, err := p.bucket.Get(ctx, key(at))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, wrap(err)
	}
	n, err := strconv.ParseUint(string(e.Value()), 10, 64)
	if err != nil {
		return 0, 0, wrap(err)
	}
	return second.Micros(n), e.Revision(), nil
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("count what second readings cost: %w", err)
}

func key(at time.Time) string { return at.UTC().Format(time.DateOnly) }
