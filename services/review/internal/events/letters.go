package events

import (
	"context"
	"errors"
	"fmt"

	"tocsin/services/review/internal/parked"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Letters are the dead letters on the bus.
type Letters struct{ Conn *bus.Conn }

// Letters is what is parked and asked for, oldest first.
func (l Letters) Letters(ctx context.Context, q parked.Query) ([]parked.Letter, error) {
	list, err := l.Conn.DeadLettersOf(ctx, bus.Letters{Consumer: q.Consumer, After: q.After, Limit: q.Limit})
	if err != nil {
		return nil, err
	}
	heard, all := map[string]bool{}, make([]parked.Letter, len(list))
	for i, d := range list {
		all[i] = letterOf(d)
		if is, known := heard[d.Consumer]; known {
			all[i].Heard = is
			continue
		}
		if all[i].Heard, err = l.heard(ctx, d); err != nil {
			return nil, err
		}
		heard[d.Consumer] = all[i].Heard
	}
	return all, nil
}

// Letter is one; parked.ErrNone where there is none.
func (l Letters) Letter(ctx context.Context, id uint64) (parked.Letter, error) {
	d, err := l.Conn.DeadLetter(ctx, id)
	if err != nil {
		return parked.Letter{}, none(err)
	}
	out := letterOf(d)
	out.Heard, err = l.heard(ctx, d)
	return out, err
}

// Settle sends one back, or drops it; parked.ErrNone where there is none.
func (l Letters) Settle(ctx context.Context, id uint64, act parked.Act) error {
	if act == parked.Drop {
		return none(l.Conn.Drop(ctx, id))
	}
	return none(l.Conn.Retry(ctx, id))
}

// heard says whether the reader of a letter is there.
func (l Letters) heard(ctx context.Context, d bus.DeadLetter) (bool, error) {
	err := l.Conn.CanRetry(ctx, d)
	if errors.Is(err, bus.ErrUnheard) {
		return false, nil
	}
	return err == nil, err
}

// none is what the bus says of a letter that is not there, as parked has it.
func none(err error) error {
	if errors.Is(err, bus.ErrNoDeadLetter) {
		return fmt.Errorf("%w (%w)", parked.ErrNone, err)
	}
	return err
}

// letterOf is a dead letter without what it says.
func letterOf(d bus.DeadLetter) parked.Letter {
	out := parked.Letter{
		ID: d.ID, Consumer: d.Consumer, Reason: d.Reason, Subject: d.Subject, Stream: d.Stream, Sequence: d.Sequence,
		ParkedAt: d.ParkedAt, Bytes: len(d.Data),
	}
	var is bool
	if out.Destination, is = topology.DestinationOf(d.Consumer); !is {
		return out
	}
	n := &notificationv1.Notification{}
	if d.Decode(n) == nil {
		out.Told = &parked.Told{
			ID: n.GetId(), Kind: n.GetKind(), Audience: n.GetAudience(), Tenant: n.GetTenant(), Case: n.GetCase(), Recipient: n.GetRecipient(),
		}
	}
	return out
}
