package detect

import (
	"math"
	"time"
)

// Instants are nanoseconds since 1970, as time.Time.UnixNano counts them.
const (
	never   int64 = math.MaxInt64 // not before the end of time
	longAgo int64 = math.MinInt64 // not since the beginning
)

// inRange reports whether an instant, and windows around it, can be counted in
// nanoseconds.
func inRange(t time.Time) bool {
	y := t.UTC().Year()
	return y >= 1900 && y < 2200
}

// timeOf gives an instant as a time; never and longAgo are the zero time.
func timeOf(at int64) time.Time {
	if at == never || at == longAgo {
		return time.Time{}
	}
	return time.Unix(0, at).UTC()
}

// after is the instant d later than at, if there is one.
func after(at int64, d time.Duration) int64 {
	if at == never || at == longAgo {
		return never
	}
	return at + int64(d)
}

// stampOf is the instant of a stamp; one out of range is as good as none.
func stampOf(t time.Time) int64 {
	if !inRange(t) {
		return longAgo
	}
	return t.UnixNano()
}
