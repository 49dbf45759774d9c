package detect

import "time"

// Kind says which fact a signal states.
type Kind uint8

// The kinds of signals, in the order of proto/ingress/v1.
const (
	KindUnknown Kind = iota
	KindAuthAttempt
	KindReportRun
	KindFileUpload
	KindFTPSession
	KindProbe
	KindIntegrationSync
	KindProfileAudit
	KindSecurityFinding
	KindLaunch
)

// A Signal is one fact from a platform monitor, as the rules read it.
// Only the field that Kind names is set.
type Signal struct {
	Source string // which monitor; with ID the signal's identity
	ID     string
	Tenant string // empty: seen from outside, for the whole platform
	At     time.Time
	Kind   Kind

	Auth   AuthAttempt
	Report ReportRun
	Upload FileUpload
	Probe  Probe
}

// AuthAttempt is one log-in attempt of one person.
type AuthAttempt struct {
	User    string
	Method  Method
	OK      bool
	Failure Failure // why it failed; FailureNone when OK or not stated
}

// Method is how a person tried to log in.
type Method uint8

// The log-in methods.
const (
	MethodUnknown Method = iota
	MethodSSO
	MethodPassword
	MethodAPI
)

// Failure is why a log-in failed.
type Failure uint8

// The failures; the last three are the person's own.
const (
	FailureNone Failure = iota
	FailureServiceUnavailable
	FailureTimeout
	FailureError
	FailureBadCredentials
	FailureLocked
	FailureUnknownUser
)

// ReportRun is one step of one run of a report.
type ReportRun struct {
	Run    string
	Report string
	State  RunState
	DueAt  time.Time // zero if not stated
}

// RunState is what became of a report run.
type RunState uint8

// The states of a report run.
const (
	RunUnknown RunState = iota
	RunScheduled
	RunDelivered
	RunFailed
)

// FileUpload is the fate of one inbound file.
type FileUpload struct {
	Upload   string
	Accepted bool
	Invalid  bool // refused as INVALID_FILE: neither a failure nor a success
}

// Probe is one result of one prober for one component.
type Probe struct {
	Component string
	Prober    string
	Region    string
	Status    Status
	LatencyMS float64
}

// Status is what a prober saw.
type Status uint8

// The probe results.
const (
	StatusUnknown Status = iota
	StatusUp
	StatusDegraded
	StatusDown
)

// A Change is one change of one condition: what the engine says.
type Change struct {
	ID         string // derived from policy, reason, scope, subject, episode and change
	At         time.Time
	DetectedAt time.Time
	Change     ChangeKind
	Reason     string // policy reason id
	Scope      string // a tenant, or "platform"
	Subject    string // as policy 3 says, else empty

	Value     int
	Threshold int
	Window    time.Duration
	Tenants   int
	People    int
	FirstAt   time.Time // first counted event time
	Evidence  []string  // "source/id" of the last counted signals, oldest first
	Episode   string    // ID of the raise that began the episode; its own ID for a raise
}

// ChangeKind is what became of a condition.
type ChangeKind uint8

// The changes of a condition. Updated is for the bus only; a replay leaves it out.
const (
	Raised ChangeKind = iota + 1
	Updated
	Cleared
	Expired
	Withdrawn
	FlappingHeld
)
