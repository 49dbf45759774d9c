package events

import (
	"context"
	"errors"
	"fmt"

	"tocsin/services/review/internal/doorstep"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
)

// Rejects are the deliveries that doors did not take, on the bus.
type Rejects struct{ Conn *bus.Conn }

// List is what is kept and asked for, oldest first.
func (r Rejects) List(ctx context.Context, q rejected.Query) ([]rejected.Delivery, error) {
	return rejected.List(ctx, r.Conn, q)
}

// At is one; doorstep.ErrNone where there is none.
func (r Rejects) At(ctx context.Context, id uint64) (rejected.Delivery, error) {
	d, err := rejected.At(ctx, r.Conn, id)
	return d, noSuch(err)
}

// Retry has intake read one again; doorstep.ErrNone where there is none.
func (r Rejects) Retry(ctx context.Context, id uint64, by string) (rejected.Again, error) {
	if _, err := r.At(ctx, id); err != nil {
		return rejected.Again{}, err
	}
	return rejected.Retry(ctx, r.Conn, id, by)
}

// noSuch is what the bus says of a delivery that is not there, as doorstep has it.
func noSuch(err error) error {
	if errors.Is(err, rejected.ErrNone) {
		return fmt.Errorf("%w (%w)", doorstep.ErrNone, err)
	}
	return err
}
