// Package doorstep shows people what doors did not take, has intake try it again, and drops it.
//
// It promises that only leadership that sees all tenants is shown any of it: whose a
// body is may not be known, and it is as somebody wrote it.
//
// It leaves to pkg/rejected what is kept and how it comes back, and to intake to read
// it again, which keeps in its log who asked. Who has the bus's password needs none
// of this (tocsin rejected).
package doorstep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/parked"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/rejected"
)

// Why something is not done. Trying again does not help, but for ErrAway.
var (
	ErrNone = errors.New("there is no rejected delivery of this number; it may have been taken, or stand anew under another")
	ErrAway = errors.New("the bus or intake does not answer; try again")
)

// A Box has what is kept; events.Rejects does.
type Box interface {
	// List is what is kept and asked for, oldest first.
	List(ctx context.Context, q rejected.Query) ([]rejected.Delivery, error)
	// At is one; ErrNone where there is none.
	At(ctx context.Context, id uint64) (rejected.Delivery, error)
	// Retry has intake read one again; ErrNone where there is none.
	Retry(ctx context.Context, id uint64, by string) (rejected.Again, error)
	// Drop deletes one for good, and keeps in the log who ordered it; ErrNone where there
	// is none.
	Drop(ctx context.Context, id uint64, by string) error
}

// A Desk answers people who ask what is kept, and has it tried again.
type Desk struct{ Box Box }

// within is how long the bus may take.
const within = 10 * time.Second

// List is what is kept and asked for, oldest first; the number after which the next
// page begins is 0 where there is none.
func (d Desk) List(ctx context.Context, q rejected.Query) (list []rejected.Delivery, next uint64, err error) {
	if !parked.May(who.Of(ctx)) {
		return nil, 0, decide.ErrNotLeader
	}
	ctx, enough := context.WithTimeout(ctx, within)
	defer enough()
	limit := q.Limit
	q.Limit++
	if list, err = d.Box.List(ctx, q); err != nil {
		return nil, 0, away(err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, nil
}

// One is one of what is kept, with its body.
func (d Desk) One(ctx context.Context, id uint64) (rejected.Delivery, error) {
	if !parked.May(who.Of(ctx)) {
		return rejected.Delivery{}, decide.ErrNotLeader
	}
	ctx, enough := context.WithTimeout(ctx, within)
	defer enough()
	one, err := d.Box.At(ctx, id)
	return one, away(err)
}

// Retry has one read again by the doors' file as it now is.
func (d Desk) Retry(ctx context.Context, id uint64) (rejected.Again, error) {
	by := who.Of(ctx)
	if !parked.May(by) {
		return rejected.Again{}, decide.ErrNotLeader
	}
	ctx, enough := context.WithTimeout(ctx, within)
	defer enough()
	again, err := d.Box.Retry(ctx, id, by.ID)
	return again, away(err)
}

// Drop deletes one for good.
func (d Desk) Drop(ctx context.Context, id uint64) error {
	by := who.Of(ctx)
	if !parked.May(by) {
		return decide.ErrNotLeader
	}
	ctx, enough := context.WithTimeout(ctx, within)
	defer enough()
	return away(d.Box.Drop(ctx, id, by.ID))
}

// away is an error that trying again may mend, but for ErrNone.
func away(err error) error {
	if err == nil || errors.Is(err, ErrNone) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}
