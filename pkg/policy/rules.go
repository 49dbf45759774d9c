package policy

import "time"

// Rules are the numbers that the monitoring rules work with. They come from
// the policy file, block "monitoring"; the rules themselves hold none. The
// comments give the default. The tag min is the smallest value the file may
// give, 1 (a duration: anything above zero) where it is absent; without names
// a key that the block does not have.
type Rules struct {
	// Lateness is how far behind the clock a signal may come and still count,
	// for the rules that take lateness: 10 min.
	Lateness time.Duration `yaml:"lateness" min:"0"`
	// Ahead is how far ahead of the clock a signal may be before it is refused: 5 min.
	Ahead time.Duration `yaml:"ahead" min:"0"`
	// Gap is how far behind reading may fall before deadlines wait for the backlog: 2 min.
	Gap time.Duration `yaml:"gap"`
	// Samples is how many counted signals the evidence keeps: 20.
	Samples int `yaml:"samples"`
	// KeepFrom is the share of a threshold, in percent, from which on evidence
	// is kept: 50.
	KeepFrom int `yaml:"keep_from_percent" max:"100"`
	// Refresh is the least time between two updates of a raised condition: 1 min.
	Refresh time.Duration `yaml:"refresh"`

	Flapping     Flapping     `yaml:"flapping"`
	AuthFailures AuthFailures `yaml:"auth_failures"`
	Probes       Verdict      `yaml:"probes"`
	SSO          SSO          `yaml:"sso"`
	Reports      Deliveries   `yaml:"reports"`
	Uploads      Deliveries   `yaml:"uploads" without:"overdue_after"`
	FTP          FTP          `yaml:"ftp"`
	Components   Components   `yaml:"components"`
	Providers    Providers    `yaml:"providers"`
	Profiles     Profiles     `yaml:"profiles"`
	Findings     Findings     `yaml:"findings"`
	Launches     Launches     `yaml:"launches"`
	Stale        Stale        `yaml:"stale"`

	// Off holds the reasons whose "signal" the file sets to false: monitoring
	// does not raise them.
	Off map[ReasonID]bool `yaml:"-"`
}

// Flapping says when a condition that comes and goes is held raised.
type Flapping struct {
	Raises int           `yaml:"raises" min:"2"` // the raise within the window that states flapping: 4
	Within time.Duration `yaml:"within"`         // the window in which raises are counted: 60 min
	Calm   time.Duration `yaml:"calm"`           // how long it must not have held before its end is stated: 30 min
}

// AuthFailures are the numbers of auth_failures_over_100 (policy 3.1).
type AuthFailures struct {
	Over   int           `yaml:"over"`          // raised when more people than this are unable: 100
	Clear  int           `yaml:"clear" min:"0"` // ends when at most this many are: 80
	Window time.Duration `yaml:"window"`        // 60 min
	// PlatformPercent is the least share of those who attempted that must be
	// unable on the whole platform: 5.
	PlatformPercent int `yaml:"platform_percent" max:"100"`
	// PlatformClearPercent is the share below which it ends there: 4.
	PlatformClearPercent int `yaml:"platform_clear_percent" max:"100"`
}

// SSO are the numbers of sso_unavailable (policy 3.2).
type SSO struct {
	DownFor  time.Duration `yaml:"down_for"`      // probes' verdict DOWN for this long: 5 min
	Verdict  Verdict       `yaml:"-"`             // the same as Rules.Probes
	Attempts int           `yaml:"attempts"`      // at least this many failed attempts: 20
	People   int           `yaml:"people"`        // of at least this many people, for either window: 5
	Window   time.Duration `yaml:"window"`        // the dense window: 10 min
	Sparse   time.Duration `yaml:"sparse_window"` // the window in which people alone count: 60 min
	Expire   time.Duration `yaml:"expire_after"`  // 1 h
}

// Verdict are the numbers of the probes' vote (policy 3.5).
type Verdict struct {
	Seen       time.Duration `yaml:"seen_within"` // probers count that were seen within this: 15 min
	Results    int           `yaml:"results"`     // a spell needs at least this many DOWN results: 2
	EndsAfter  time.Duration `yaml:"ends_after"`  // a spell ends where another verdict begins that lasts this long: 2 min
	ClearAfter time.Duration `yaml:"clear_after"` // cleared when the verdict has been up for this long: 5 min
}

// Deliveries are the numbers of reports_failing_24h and uploads_failing_24h (policy 3.3).
type Deliveries struct {
	Daily   Failing       `yaml:"daily"`         // 3 runs, 24 h
	Sparse  Failing       `yaml:"sparse"`        // 2 runs, 48 h
	Overdue time.Duration `yaml:"overdue_after"` // a report not delivered this long after it was due has failed: 24 h (reports; for uploads unused)
	Expire  time.Duration `yaml:"expire_after"`  // 48 h
}

// Failing is met when at least Runs distinct runs failed and none succeeded
// within Window, and the scope's first run ever is at least Window old.
type Failing struct {
	Runs   int           `yaml:"runs"`
	Window time.Duration `yaml:"window"`
}

// FTP are the numbers of ftp_denied (policy 3.4): enough sessions denied or
// blocked, none let in.
type FTP struct {
	Sessions        int           `yaml:"sessions"`                 // at least this many in Window: 3
	Window          time.Duration `yaml:"window"`                   // 30 min
	NightlySessions int           `yaml:"nightly_sessions" min:"2"` // or at least this many in NightlyWindow: 2
	NightlyWindow   time.Duration `yaml:"nightly_window"`           // 50 h
	NightlyApart    time.Duration `yaml:"nightly_apart"`            // of which two lie this far apart or more: 6 h
	Expire          time.Duration `yaml:"expire_after"`             // 50 h
}

// Components say which probed component raises which reason, and when (policy 3.5).
type Components struct {
	Down   map[string]Down `yaml:"down"` // by component: site, pathways, …
	Core   Core            `yaml:"core"`
	Expire time.Duration   `yaml:"expire_after"` // 1 h
}

// Down raises Reason when the verdict on a component has been DOWN for For.
type Down struct {
	Reason ReasonID      `yaml:"reason"`
	For    time.Duration `yaml:"for"` // site 5 min, the others 10 min
}

// Core are the numbers of core_function_down.
type Core struct {
	Listed []string      `yaml:"listed" min:"0"` // core parts by name, also such as raise a reason of their own
	Others bool          `yaml:"others"`         // whether a component that the file does not name is a core part: true
	For    time.Duration `yaml:"down_for"`       // raised when DOWN this long: 10 min

	DegradedFor time.Duration `yaml:"degraded_for"`                  // or DEGRADED this long: 15 min
	Latency     time.Duration `yaml:"degraded_latency"`              // with at least this latency: 3 s
	Times       int           `yaml:"degraded_times_median" min:"2"` // and at least so many times its own median: 5
	Median      time.Duration `yaml:"median_window"`                 // of this long before the spell: 24 h
}

// IsCore says whether a component is a core part. The SSO probe is one only if
// it is listed: it has a rule of its own.
func (c Components) IsCore(component string) bool {
	for _, listed := range c.Core.Listed {
		if listed == component {
			return true
		}
	}
	_, named := c.Down[component]
	return c.Core.Others && !named && component != ComponentSSO
}

// ComponentSSO is the component whose probes sso_unavailable reads.
const ComponentSSO = "sso"

// Providers are the numbers of provider_content_missing and
// provider_completions_missing (policy 3.6).
type Providers struct {
	Apart  time.Duration `yaml:"apart" min:"0"` // an empty sync this long after the first of its row, or longer: 1 h
	Expire time.Duration `yaml:"expire_after"`  // 7 days
}

// Profiles are the numbers of profile_discrepancy_100 (policy 3.7).
type Profiles struct {
	Users  int           `yaml:"users"`        // raised at this many or more: 100
	Expire time.Duration `yaml:"expire_after"` // 7 days
}

// Findings say which security findings raise security_breach (policy 3.8).
type Findings struct {
	Suspected Severity `yaml:"suspected_from"` // a suspected one of at least this severity: high
	Confirmed Severity `yaml:"confirmed_from"` // a confirmed one of at least this severity: medium
}

// Launches are the numbers of program_launch_blocked (policy 3.9).
type Launches struct {
	Before    time.Duration `yaml:"before"`     // a launch counts from this long before its start: 7 days
	After     time.Duration `yaml:"after"`      // to this long after it: 7 days
	BlockedBy []ReasonID    `yaml:"blocked_by"` // the conditions that block a launch
}

// Stale are the numbers of stale_ticket_1w (policy 3.10).
type Stale struct {
	After time.Duration `yaml:"after"`            // raised this long after the last activity: 168 h
	Large int           `yaml:"large_population"` // so many people are a large population: 100
}
