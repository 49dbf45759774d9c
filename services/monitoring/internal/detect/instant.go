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

// The years that can be counted in nanoseconds, with windows around them.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// inRange reports whether an instant can be counted.
func inRange(t time.Time) bool {
	s := t.Unix()
	return s >= earliest && s < latest
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

// leftAt is when a success left the window, longAgo if there was none.
func leftAt(success int64, window time.Duration) int64 {
	if success == longAgo {
		return longAgo
	}
	return success + int64(window)
}

// quiet reports whether a window that ends at `at` holds no success.
func quiet(success, at int64, window time.Duration) bool {
	return success <= at-int64(window)
}
