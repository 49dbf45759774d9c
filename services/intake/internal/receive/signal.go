package receive

import "time"

// A Signal is one fact from a platform monitor, as the monitor states it. A
// monitor may say it any number of times: Source and ID are its identity.
type Signal struct {
	ID         string
	Source     string
	Tenant     string // empty is seen from outside, for the whole platform
	OccurredAt time.Time
	// Kind is what was seen: one of AuthAttempt, ReportRun, FileUpload, FTPSession,
	// Probe, IntegrationSync, ProfileAudit, SecurityFinding, Launch, by value.
	Kind Kind
}

// Kind is what a signal says.
type Kind interface {
	checkKind(p *problems)
}

// AuthAttempt is one log-in attempt of one person.
type AuthAttempt struct {
	User    string
	Method  string // SSO, PASSWORD, API
	Outcome string // SUCCESS, FAILURE
	Failure string // SERVICE_UNAVAILABLE, TIMEOUT, ERROR, BAD_CREDENTIALS, LOCKED, UNKNOWN_USER, or empty
}

// ReportRun is one step of one run of a report.
type ReportRun struct {
	Run    string
	Report string
	State  string    // SCHEDULED, DELIVERED, FAILED
	Stage  string    // PROCESS, DELIVER, or empty
	DueAt  time.Time // zero is unset
}

// FileUpload is the fate of one inbound file.
type FileUpload struct {
	Upload  string
	Outcome string // ACCEPTED, FAILED
	Failure string // INVALID_FILE, PROCESSING, STORAGE, or empty
}

// FTPSession is one attempt to open an FTP session.
type FTPSession struct {
	Session string
	Outcome string // ALLOWED, DENIED, BLOCKED
	Failure string // BAD_CREDENTIALS, PERMISSION, NETWORK, SERVER_ERROR, or empty
}

// ProbeStatus is how a prober found a component.
type ProbeStatus string

// The results of a probe.
const (
	Up       ProbeStatus = "UP"
	Degraded ProbeStatus = "DEGRADED"
	Down     ProbeStatus = "DOWN"
)

// Probe is one result of one prober for one component.
type Probe struct {
	Component string // site, sso, pathways …, or any core part
	Prober    string
	Region    string
	Status    ProbeStatus
	LatencyMS float64
}

// IntegrationSync is one synchronisation with a content provider.
type IntegrationSync struct {
	Provider string
	Kind     string  // CONTENT, COMPLETIONS, REQUIRED_LEARNING
	Expected *uint32 // how many items the provider says there are; nil is unknown
	Present  *uint32 // how many items the platform holds; required
}

// ProfileAudit names or counts the people whose profile data is wrong.
type ProfileAudit struct {
	Audit           string
	DiscrepantUsers []string
	DiscrepantCount *uint32
}

// SecurityFinding is one finding of a security monitor, as it now stands.
type SecurityFinding struct {
	Finding  string
	Severity string // LOW, MEDIUM, HIGH, CRITICAL
	Status   string // SUSPECTED, CONFIRMED, RESOLVED
}

// Launch registers the start of a customer's program.
type Launch struct {
	Program  string
	StartsAt time.Time
	Audience *uint32
}
