// Package channel is the seam to those who carry notifications out of the
// house: one package below it for each kind of destination.
//
// A channel makes one attempt and says what became of it; it never tries again
// by itself and keeps nothing. Who calls it decides, by the error's type, when
// to try again, and records every attempt.
package channel

import (
	"context"
	"time"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Channel carries notifications to one destination. It is safe for concurrent use.
type Channel interface {
	// Name is the kind of destination, as "webhook".
	Name() string
	// Destination names the destination for the record; it holds no secret.
	Destination() string
	// Deliver makes one attempt, under the notification's id wherever the
	// destination can tell repeats by it. Nil means that the destination took
	// it. A Refused is final; a Busy says when to come again; after any other
	// error an attempt may be made at any time, and this one may have arrived.
	Deliver(ctx context.Context, n *notificationv1.Notification) (Answer, error)
}

// An Answer is what the destination said, for the record.
type Answer struct {
	// Text is short and empty where nothing came back.
	Text string
}

// Refused says that the destination will never take this notification.
type Refused struct{ Err error }

func (r *Refused) Error() string { return r.Err.Error() }

// Unwrap is the refusal's cause.
func (r *Refused) Unwrap() error { return r.Err }

// Busy says that the destination may take the notification after a while.
type Busy struct {
	// After is how long to wait at least.
	After time.Duration
	Err   error
}

func (b *Busy) Error() string { return b.Err.Error() }

// Unwrap is the delay's cause.
func (b *Busy) Unwrap() error { return b.Err }
