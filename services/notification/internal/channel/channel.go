// Package channel is the seam to those who carry notifications out of the
// house: one package below it for each kind of destination.
//
// A channel makes one attempt and says what became of it; it never tries again
// by itself and keeps nothing. Who calls it decides, by the error's type, when
// to try again, and records every attempt.
package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A Channel carries notifications to one destination. It is safe for concurrent use.
type Channel interface {
	// Name is the kind of destination, as "webhook".
	Name() string
	// Destination names the destination for the record; it holds no secret.
	Destination() string
	// Once says that the destination can tell repeats by the notification's id.
	// Where it can not, a notification may arrive twice after a crash.
	Once() bool
	// Deliver makes one attempt, under the notification's id wherever the
	// destination can tell repeats by it. Nil means that the destination took
	// it. A Refused is final; a Busy says when to come again; after any other
	// error an attempt may be made at any time, and this one may have arrived.
	Deliver(ctx context.Context, n *notificationv1.Notification) (Answer, error)
}

// A Finder is a channel that can look whether a notification stands at its
// destination already. It is asked before whatever may be a repeat.
type Finder interface {
	// Find says whether an attempt before this one arrived, and what the
	// destination knows of it. Its errors are those of Deliver.
	Find(ctx context.Context, n *notificationv1.Notification) (answer Answer, found bool, err error)
}

// Seen is what the link or button says by which the reader of a call acknowledges.
func Seen(language string) string {
	if language == "de" {
		return "Ich habe es gesehen"
	}
	return "I have seen it"
}

// Open makes a channel of the settings that a destination has in the file of
// routes. Its error names every setting that is unknown, missing or wrong.
type Open func(with map[string]any) (Channel, error)

// Decode reads settings into a struct whose fields have json names. A setting
// that has no field, or does not fit it, is an error.
func Decode(with map[string]any, into any) error {
	text, err := json.Marshal(with)
	if err != nil {
		return fmt.Errorf("read the settings: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	var misfit *json.UnmarshalTypeError
	switch {
	case errors.As(err, &misfit):
		return fmt.Errorf("setting %q: a %s does not fit", misfit.Field, misfit.Value)
	case err != nil:
		return errors.New(strings.Replace(strings.TrimPrefix(err.Error(), "json: "), "unknown field", "unknown setting", 1))
	}
	return nil
}

// An Answer is what the destination said, for the record.
type Answer struct {
	// Text is short and empty where nothing came back.
	Text string
	// ID is the destination's own id of what it took; empty where it gave none.
	ID string
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
