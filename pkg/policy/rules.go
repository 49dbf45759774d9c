package policy

import "time"

// Rules are the numbers that the monitoring rules work with. They come from
// the policy file; the rules themselves hold none.
type Rules struct {
	// Lateness is how far behind the clock a signal may come and still count,
	// for the rules that take lateness.
	Lateness time.Duration
	// Ahead is how far ahead of the clock a signal may be before it is refused.
	Ahead time.Duration
	// Gap is how far behind reading may fall before deadlines wait for the backlog.
	Gap time.Duration
	// Samples is how many counted signals the evidence keeps.
	Samples int

	Flapping     Flapping
	AuthFailures AuthFailures
	SSO          SSO
	Reports      Deliveries
	Uploads      Deliveries
}

// Flapping says when a condition that comes and goes is held raised.
type Flapping struct {
	Raises int           // the raise within the window that states flapping: 4
	Within time.Duration // the window in which raises are counted: 60 min
	Calm   time.Duration // how long it must not have held before its end is stated: 30 min
}

// AuthFailures are the numbers of auth_failures_over_100 (policy 3.1).
type AuthFailures struct {
	Over                 int           // raised when more people than this are unable: 100
	Clear                int           // ends when at most this many are: 80
	Window               time.Duration // 60 min
	PlatformPercent      int           // platform: share of those who attempted, at least: 5
	PlatformClearPercent int           // platform: ends below this share: 4
}

// SSO are the numbers of sso_unavailable (policy 3.2).
type SSO struct {
	DownFor  time.Duration // probes' verdict DOWN for this long: 5 min
	Verdict  Verdict
	Attempts int           // at least this many failed attempts: 20
	People   int           // of at least this many people, for either window: 5
	Window   time.Duration // the dense window: 10 min
	Sparse   time.Duration // the window in which people alone count: 60 min
	Expire   time.Duration // 1 h
}

// Verdict are the numbers of the probes' vote (policy 3.5).
type Verdict struct {
	Seen       time.Duration // probers count that were seen within this: 15 min
	Results    int           // a spell needs at least this many DOWN results: 2
	EndsAfter  time.Duration // a spell ends where another verdict begins that lasts this long: 2 min
	ClearAfter time.Duration // cleared when the verdict has been up for this long: 5 min
}

// Deliveries are the numbers of reports_failing_24h and uploads_failing_24h (policy 3.3).
type Deliveries struct {
	Daily   Failing       // 3 runs, 24 h
	Sparse  Failing       // 2 runs, 48 h
	Overdue time.Duration // a report not delivered this long after it was due has failed: 24 h (reports only)
	Expire  time.Duration // 48 h
}

// Failing is met when at least Runs distinct runs failed and none succeeded
// within Window, and the scope's first run ever is at least Window old.
type Failing struct {
	Runs   int
	Window time.Duration
}
