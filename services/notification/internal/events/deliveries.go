package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/circuit"
	"tocsin/services/notification/internal/courier"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// Delivering carries notifications to one destination.
type Delivering struct {
	Channel channel.Channel
	Records *Recorder
	// Name is the destination's in the file of routes; empty where it has none.
	Name string
	// Log takes note when the destination is left alone, and when it answers again; nil takes none.
	Log *slog.Logger
	// Took takes note that something arrived, and when; nil takes none.
	Took func(at time.Time)

	circuit circuit.Circuit
	doors   doors
}

// deadline is how old a notification may be when an attempt fails and another is made.
const deadline = 7 * 24 * time.Hour

// Ready returns when an attempt may be made: a destination that does not answer
// is left alone for a while. Its error is the context's.
func (d *Delivering) Ready(ctx context.Context) error { return d.circuit.Wait(ctx) }

// twice stands in the record of a repeat that the destination can not tell as one.
const twice = "; may stand there twice, if an attempt before this one arrived"

// unsure stands in the record of what may be such a repeat, or the first attempt.
const unsure = "; may stand there twice, if it was sent in the last moments before the bus crashed"

// destination names the destination for the record.
func (d *Delivering) destination() string {
	if d.Name == "" {
		return d.Channel.Destination()
	}
	return d.Name + ": " + d.Channel.Destination()
}

// Untold records what no attempt is made for.
func (d *Delivering) Untold(ctx context.Context, list []courier.Untold) error {
	var records []*notificationv1.DeliveryRecorded
	for _, u := range list {
		if d.Records.gone(u.Notification) {
			continue
		}
		r := record(u.Notification, d.Channel.Name(), d.destination())
		r.Id = bus.ID("delivery", u.Notification.GetId(), r.GetDestination(), u.Outcome)
		r.Outcome, r.Answer, r.Mute, r.At = u.Outcome, u.Why, u.Mute, timestamppb.Now()
		records = append(records, r)
	}
	if len(records) == 0 {
		return nil
	}
	return d.Records.Put(ctx, records...)
}

// OnNotification makes one attempt and records it, whatever became of it. An
// attempt that may be made again is an error, so that the bus brings the
// notification back; one that is refused for good becomes a dead letter.
//
// If the record cannot be published the attempt is made again, so that no
// attempt that succeeded goes unrecorded: the destination knows the repeat by its
// id, or the channel finds what arrived.
func (d *Delivering) OnNotification(ctx context.Context, m bus.Meta, n *notificationv1.Notification) error {
	leave := d.doors.enter(d.Channel.Once())
	defer leave()
	if err := d.Ready(ctx); err != nil {
		return fmt.Errorf("wait for %s: %w", d.destination(), err)
	}
	if d.Records.gone(n) {
		return nil
	}
	began := time.Now()
	answer, looked, err := d.attempt(ctx, m, n)
	answer.Text, err = without(answer.Text), quietly(err) // a destination may say back what it was told
	d.heard(began, err)
	if err = inTime(err, m.StoredAt); err != nil && answer.Text == "" {
		answer.Text = err.Error()
	}
	r := record(n, d.Channel.Name(), d.destination())
	attempt := strconv.FormatUint(m.Attempt, 10)
	// The time tells it from one that the server has forgotten to count. The sequence tells a first attempt from the first after people sent a dead
	// letter back; it is that of another stream then, and may be the same.
	if m.Returned {
		attempt = "returned " + attempt
	}
	r.Id = bus.ID("delivery", n.GetId(), r.GetDestination(), strconv.FormatUint(m.Sequence, 10), attempt, strconv.FormatInt(began.UnixNano(), 10))
	r.Attempt, r.At, r.DurationMs = uint32(m.Attempt), timestamppb.New(began), uint32(time.Since(began).Milliseconds()) //nolint:gosec // small
	r.Answer, r.VendorId = answer.Text, answer.ID
	r.Outcome = "sent"
	var refused *channel.Refused
	if err == nil && d.Took != nil {
		d.Took(time.Now())
	}
	switch {
	case errors.As(err, &refused):
		r.Outcome = "parked"
	case err != nil:
		r.Outcome = "failed"
	case d.Channel.Once() || looked:
	case m.Attempt > 1:
		r.Answer += twice
	case m.Uncounted:
		r.Answer += unsure
	}
	if d.Channel.Once() {
		leave() // the next attempt need not wait for this one's record
	}
	if recording := d.Records.Put(ctx, r); recording != nil {
		return recording
	}
	return fate(err)
}

// attempt makes one attempt. Whatever may be a repeat is looked for first, where
// the channel can: what stands there already is delivered.
func (d *Delivering) attempt(ctx context.Context, m bus.Meta, n *notificationv1.Notification) (answer channel.Answer, looked bool, err error) {
	finder, can := d.Channel.(channel.Finder)
	if can && (m.Attempt > 1 || m.Returned || m.Uncounted) {
		answer, found, err := finder.Find(ctx, n)
		if found || err != nil {
			return answer, true, err
		}
	}
	answer, err = d.Channel.Deliver(ctx, n)
	return answer, can, err
}

// heard tells the circuit what became of an attempt.
func (d *Delivering) heard(began time.Time, err error) {
	turn := d.circuit.Heard(began, time.Now(), err)
	switch {
	case d.Log == nil:
	case turn == circuit.Opens:
		d.Log.Warn("a destination does not answer; what it is to hear waits", "destination", d.destination(), "error", err)
	case turn == circuit.Closes:
		d.Log.Info("a destination answers again", "destination", d.destination())
	}
}

// inTime makes the last of the attempts final.
func inTime(err error, stored time.Time) error {
	var refused *channel.Refused
	if err == nil || errors.As(err, &refused) || time.Since(stored) < deadline {
		return err
	}
	return &channel.Refused{Err: fmt.Errorf("given up after %d days: %w", int(deadline/(24*time.Hour)), err)}
}

// fate says to the bus what the channel's error means.
func fate(err error) error {
	if err == nil {
		return nil
	}
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
