package receive

import (
	"fmt"
	"math"
	"time"
)

func (a AuthAttempt) checkKind(p *problems) {
	p.id("auth_attempt.user", a.User, maxID)
	one(p, "auth_attempt.method", a.Method, "SSO", "PASSWORD", "API")
	one(p, "auth_attempt.outcome", a.Outcome, "SUCCESS", "FAILURE")
	oneOrNone(p, "auth_attempt.failure", a.Failure,
		"SERVICE_UNAVAILABLE", "TIMEOUT", "ERROR", "BAD_CREDENTIALS", "LOCKED", "UNKNOWN_USER")
	if a.Outcome == "SUCCESS" && a.Failure != "" {
		p.add("auth_attempt.failure", "is given, but the attempt succeeded")
	}
}

func (r ReportRun) checkKind(p *problems) {
	p.id("report_run.run", r.Run, maxID)
	p.name("report_run.report", r.Report, maxID)
	one(p, "report_run.state", r.State, "SCHEDULED", "DELIVERED", "FAILED")
	oneOrNone(p, "report_run.stage", r.Stage, "PROCESS", "DELIVER")
	if !r.DueAt.IsZero() {
		p.day("report_run.due_at", r.DueAt)
	}
}

func (u FileUpload) checkKind(p *problems) {
	p.id("file_upload.upload", u.Upload, maxID)
	one(p, "file_upload.outcome", u.Outcome, "ACCEPTED", "FAILED")
	oneOrNone(p, "file_upload.failure", u.Failure, "INVALID_FILE", "PROCESSING", "STORAGE")
	if u.Outcome == "ACCEPTED" && u.Failure != "" {
		p.add("file_upload.failure", "is given, but the file was accepted")
	}
}

func (s FTPSession) checkKind(p *problems) {
	p.id("ftp_session.session", s.Session, maxID)
	one(p, "ftp_session.outcome", s.Outcome, "ALLOWED", "DENIED", "BLOCKED")
	oneOrNone(p, "ftp_session.failure", s.Failure, "BAD_CREDENTIALS", "PERMISSION", "NETWORK", "SERVER_ERROR")
	if s.Outcome == "ALLOWED" && s.Failure != "" {
		p.add("ftp_session.failure", "is given, but the session was let in")
	}
}

func (r Probe) checkKind(p *problems) {
	p.id("probe.component", r.Component, maxComponent)
	p.id("probe.prober", r.Prober, maxSource)
	p.name("probe.region", r.Region, maxSource)
	one(p, "probe.status", r.Status, Up, Degraded, Down)
	if math.IsNaN(r.LatencyMS) || math.IsInf(r.LatencyMS, 0) || r.LatencyMS < 0 {
		p.add("probe.latency_ms", "is not a number of milliseconds from 0 up")
	}
}

func (s IntegrationSync) checkKind(p *problems) {
	p.id("integration_sync.provider", s.Provider, maxSource)
	one(p, "integration_sync.kind", s.Kind, "CONTENT", "COMPLETIONS", "REQUIRED_LEARNING")
	if s.Present == nil {
		p.add("integration_sync.present", "is missing: how many items the platform holds, 0 included")
	}
}

func (a ProfileAudit) checkKind(p *problems) {
	p.id("profile_audit.audit", a.Audit, maxID)
	switch {
	case len(a.DiscrepantUsers) == 0 && a.DiscrepantCount == nil:
		p.add("profile_audit", "says not how many: give discrepant_users or discrepant_count")
	case len(a.DiscrepantUsers) > maxList:
		p.add("profile_audit.discrepant_users", fmt.Sprintf("names %d people; above %d give discrepant_count", len(a.DiscrepantUsers), maxList))
	default:
		*p = append(*p, CheckPeople("profile_audit.discrepant_users", a.DiscrepantUsers)...)
	}
}

func (f SecurityFinding) checkKind(p *problems) {
	p.id("security_finding.finding", f.Finding, maxID)
	one(p, "security_finding.severity", f.Severity, "LOW", "MEDIUM", "HIGH", "CRITICAL")
	one(p, "security_finding.status", f.Status, "SUSPECTED", "CONFIRMED", "RESOLVED")
}

func (l Launch) checkKind(p *problems) {
	p.id("launch.program", l.Program, maxID)
	if l.StartsAt.IsZero() {
		p.add("launch.starts_at", "is missing")
		return
	}
	p.day("launch.starts_at", l.StartsAt)
}

// day checks a time that may lie ahead: a year that is a slip is refused.
func (p *problems) day(field string, at time.Time) {
	if at.Before(earliest) || at.Year() >= 2200 {
		p.add(field, "is not between 2000 and 2199: "+at.UTC().Format(time.RFC3339))
	}
}
