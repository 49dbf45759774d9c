package bus

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// Stamp is a time as payloads carry it; nil for the zero time.
func Stamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// Moment is the time that a payload carries; zero if it carries none.
func Moment(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
