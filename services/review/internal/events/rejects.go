package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"tocsin/services/review/internal/doorstep"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
)

// Rejects are the deliveries that doors did not take, on the bus.
type Rejects struct {
	Conn *bus.Conn
	// Log hears what was dropped, and by whom; nil is the default log.
	Log *slog.Logger
}

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

// Drop deletes one for good; doorstep.ErrNone where there is none.
func (r Rejects) Drop(ctx context.Context, id uint64, by string) error {
	d, err := r.At(ctx, id)
	if err == nil {
		err = rejected.Drop(ctx, r.Conn, id)
	}
	if err == nil {
		log := r.Log
		if log == nil {
			log = slog.Default()
		}
		log.Info("a delivery that a door did not take is dropped", "id", id, "door", d.Door, "received", d.ReceivedAt, "by", by)
	}
	return err
}

// noSuch is what the bus says of a delivery that is not there, as doorstep has it.
func noSuch(err error) error {
	if errors.Is(err, rejected.ErrNone) {
		return fmt.Errorf("%w (%w)", doorstep.ErrNone, err)
	}
	return err
}
