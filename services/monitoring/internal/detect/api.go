package detect

import "time"

// Options say which part of the work an engine does.
type Options struct {
	Policy string // the policy's version; it goes into change ids and snapshots
	Scopes Scopes // zero: both
	Replay bool   // states no Updated and knows no gaps in reading
	// TenantsPerSource is how many tenants one source may be the first to name;
	// zero: 100,000. Signals of more are refused as Crowded.
	TenantsPerSource int
}

// Scopes says which scopes an engine evaluates.
type Scopes uint8

// An engine of one partition evaluates its tenants, the platform's engine
// reads all and evaluates only the platform; one process may do both at once.
const (
	Both Scopes = iota
	Tenants
	Platform
)

// A Refusal says which signal changed nothing, and why.
type Refusal struct {
	Source string
	ID     string
	Tenant string
	At     time.Time
	Reason RefusalReason
}

// RefusalReason says why a signal was refused.
type RefusalReason uint8

// The reasons to refuse a signal. Sending it again helps only with Ahead.
const (
	Late        RefusalReason = iota + 1 // older than its rules still take
	Ahead                                // further ahead of the clock than Rules.Ahead
	Conflicting                          // its source and id are known with other content
	Reserved                             // its tenant is "platform" or "_"
	OutOfRange                           // its time is not within the years 1900 to 2199
	Crowded                              // its source has named as many new tenants as it may
)

// String gives the reason in words.
func (r RefusalReason) String() string {
	switch r {
	case Late:
		return "too late"
	case Ahead:
		return "ahead of the clock"
	case Conflicting:
		return "same source and id with other content"
	case Reserved:
		return "reserved tenant id"
	case Crowded:
		return "its source names too many tenants"
	case OutOfRange:
		return "time out of range"
	}
	return "unknown"
}

// A Summary counts what became of the signals read.
type Summary struct {
	Read        int
	Counted     int // taken by at least one rule
	Duplicates  int // known already, changed nothing
	Conflicting int // known with other content
	Late        int
	Ahead       int
	Ignored     int // no rule reads it
	Invalid     int // reserved tenant, time out of range, or one tenant too many
}
