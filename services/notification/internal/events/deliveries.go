package events

import (
	"context"
	"errors"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/channel"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Delivering carries notifications to one destination.
type Delivering struct {
	Conn    *bus.Conn
	Channel channel.Channel
}

// OnNotification makes one attempt and records it, whatever became of it. An
// attempt that may be made again is an error, so that the bus brings the
// notification back; one that is refused for good becomes a dead letter.
//
// If the record cannot be published the attempt is made again, so that no
// attempt that succeeded goes unrecorded: the destination knows the repeat by its id.
func (d *Delivering) OnNotification(ctx context.Context, m bus.Meta, n *notificationv1.Notification) error {
	began := time.Now()
	answer, err := d.Channel.Deliver(ctx, n)
	r := record(n, d.Channel.Name(), d.Channel.Destination())
	attempt := strconv.FormatUint(m.Attempt, 10)
	// The sequence tells a first attempt from the first after people sent a dead letter back.
	r.Id = bus.ID("delivery", n.GetId(), r.GetDestination(), strconv.FormatUint(m.Sequence, 10), attempt)
	r.Attempt, r.At, r.DurationMs = uint32(m.Attempt), timestamppb.New(began), uint32(time.Since(began).Milliseconds()) //nolint:gosec // small
	r.Answer = answer.Text
	r.Outcome = "sent"
	var refused *channel.Refused
	switch {
	case errors.As(err, &refused):
		r.Outcome = "parked"
	case err != nil:
		r.Outcome = "failed"
	}
	if r.GetAnswer() == "" && err != nil {
		r.Answer = err.Error()
	}
	// A program that stops still records what it has done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if recording := publishRecord(ctx, d.Conn, r); recording != nil {
		return recording
	}
	return fate(err)
}

// fate says to the bus what the channel's error means.
func fate(err error) error {
	var (
		refused *channel.Refused
		busy    *channel.Busy
	)
	switch {
	case errors.As(err, &refused):
		return bus.Permanent(err)
	case errors.As(err, &busy):
		return bus.Later(err, busy.After)
	}
	return err
}
