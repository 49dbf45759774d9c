package detect

import (
	"time"

	"tocsin/pkg/policy"
)

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
	// KindTicket and KindCondition are no producer's: they say how a ticket
	// stands, by its assessment, and that a condition of another shard changed.
	KindTicket
	KindCondition
	numKinds
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
	FTP    FTPSession
	Probe  Probe
	Sync   IntegrationSync
	Audit  ProfileAudit
	Find   SecurityFinding
	Launch Launch
	Ticket Ticket
	News   ConditionNews
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

// FTPSession is one attempt to open an FTP session.
type FTPSession struct {
	Session        string
	Allowed        bool
	BadCredentials bool // refused for the person's own reason
}

// IntegrationSync is one synchronisation of one kind of data with a provider.
type IntegrationSync struct {
	Provider string
	Kind     SyncKind
	Expected uint32 // 0 if not stated
	Present  uint32
}

// SyncKind is what a provider's synchronisation brings.
type SyncKind uint8

// The kinds of synchronisations.
const (
	SyncUnknown SyncKind = iota
	SyncContent
	SyncCompletions
	SyncRequiredLearning
)

// ProfileAudit says for how many distinct users profile data is wrong: those
// named or those counted, whichever is more.
type ProfileAudit struct {
	Audit      string
	Discrepant uint32
}

// SecurityFinding is one finding of a security monitor, as it now stands.
type SecurityFinding struct {
	Finding  string
	Severity policy.Severity
	Status   FindingStatus
}

// FindingStatus is how sure a finding is.
type FindingStatus uint8

// The states of a finding.
const (
	FindingUnknown FindingStatus = iota
	FindingSuspected
	FindingConfirmed
	FindingResolved
)

// Launch registers the start of a tenant's program; the latest of a program stands.
type Launch struct {
	Program  string
	StartsAt time.Time
}

// Ticket is how a ticket stands after an event on it, by its assessment.
type Ticket struct {
	Ticket   string
	Revision uint64
	Open     bool // neither resolved nor closed
	Waiting  bool // for the customer
	// MovedAt is the latest of its opening, support's last activity and the end
	// of waiting for the customer.
	MovedAt time.Time
	Large   bool // makes the site unusable or hits a large population
}

// ConditionNews says that a condition of the platform changed in another shard.
type ConditionNews struct {
	Reason  string
	Subject string
	Change  ChangeKind // Raised, Cleared, Expired or Withdrawn
	Episode string     // ID of the raise
	// Position never falls from one change of a condition to the next; one that
	// lies before the last that was told changes nothing. It is at least 1.
	Position uint64
}

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
