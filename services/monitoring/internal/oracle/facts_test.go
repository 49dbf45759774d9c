package oracle_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

func user(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "user")
}

func anAttempt(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Auth = detect.KindAuthAttempt, detect.AuthAttempt{User: user(t), OK: m.leans(t)}
	s.Auth.Method = rapid.SampledFrom([]detect.Method{detect.MethodPassword, detect.MethodSSO}).Draw(t, "method")
	if !s.Auth.OK {
		service := detect.FailureServiceUnavailable
		s.Auth.Failure = rapid.SampledFrom([]detect.Failure{
			service, service, service, detect.FailureNone, detect.FailureTimeout, detect.FailureError,
			detect.FailureBadCredentials, detect.FailureLocked, detect.FailureUnknownUser,
		}).Draw(t, "failure")
	}
}

func anSSOAttempt(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Auth = detect.KindAuthAttempt, detect.AuthAttempt{User: user(t), Method: detect.MethodSSO, OK: m.leans(t)}
	if rapid.IntRange(0, 9).Draw(t, "odd") == 9 {
		s.Auth.Method = detect.MethodPassword
	}
	if !s.Auth.OK {
		service, timeout := detect.FailureServiceUnavailable, detect.FailureTimeout
		s.Auth.Failure = rapid.SampledFrom([]detect.Failure{
			service, timeout, service, timeout, service, timeout,
			detect.FailureError, detect.FailureBadCredentials,
		}).Draw(t, "failure")
	}
}

func aProbe(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Probe = detect.KindProbe, detect.Probe{
		Component: "sso",
		Prober:    rapid.SampledFrom([]string{"p", "p", "q", "r"}).Draw(t, "prober"),
		Region:    rapid.SampledFrom([]string{"", "eu"}).Draw(t, "region"),
		Status:    detect.StatusUp,
	}
	if !m.leans(t) {
		down := detect.StatusDown
		s.Probe.Status = rapid.SampledFrom([]detect.Status{down, down, down, down, detect.StatusDegraded}).Draw(t, "status")
	}
}

func aReport(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Report = detect.KindReportRun, detect.ReportRun{Run: aRun(t), State: detect.RunDelivered}
	if m.leans(t) {
		return
	}
	s.Report.State = rapid.SampledFrom([]detect.RunState{detect.RunFailed, detect.RunFailed, detect.RunScheduled}).Draw(t, "state")
	if s.Report.State == detect.RunScheduled {
		s.Report.DueAt = s.At.Add(time.Duration(rapid.IntRange(-6, 4).Draw(t, "due")) * minute)
	}
}

func anUpload(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Upload = detect.KindFileUpload, detect.FileUpload{Upload: aRun(t), Accepted: m.leans(t)}
	s.Upload.Invalid = rapid.IntRange(0, 5).Draw(t, "invalid") == 5
}

func aRun(t *rapid.T) string {
	return rapid.SampledFrom([]string{"r1", "r2", "r3", "r4"}).Draw(t, "run")
}

func aSession(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.FTP = detect.KindFTPSession, detect.FTPSession{Session: aRun(t), Allowed: m.leans(t)}
	s.FTP.BadCredentials = rapid.IntRange(0, 5).Draw(t, "own") == 5
}

func aSiteProbe(t *rapid.T, s *detect.Signal, m mood) {
	aProbe(t, s, m)
	s.Probe.Component = "site"
	s.Probe.Prober = rapid.SampledFrom([]string{"p", "q", "r", "s"}).Draw(t, "prober")
	s.Probe.Region = rapid.SampledFrom([]string{"", "eu", "us"}).Draw(t, "region")
}

func aComponentProbe(t *rapid.T, s *detect.Signal, m mood) {
	aProbe(t, s, m)
	s.Probe.Component = rapid.SampledFrom([]string{"pathways", "feeds", "search"}).Draw(t, "component")
}

// aSlowProbe is of a core part that is degraded rather than down.
func aSlowProbe(t *rapid.T, s *detect.Signal, m mood) {
	aProbe(t, s, m)
	s.Probe.Component = rapid.SampledFrom([]string{"search", "search", "pathways"}).Draw(t, "component")
	if s.Probe.Status == detect.StatusDown && rapid.IntRange(0, 5).Draw(t, "down") < 5 {
		s.Probe.Status = detect.StatusDegraded
	}
	took := []float64{1000, 1000, 999.999, 1000.001, 400, 0}
	if s.Probe.Status != detect.StatusUp {
		took = []float64{3000, 9000, 9000, 2999.999, 3000.001, 1000, 0}
	}
	s.Probe.LatencyMS = rapid.SampledFrom(took).Draw(t, "latency")
}

func aSync(t *rapid.T, s *detect.Signal, m mood) {
	kinds := []detect.SyncKind{detect.SyncContent, detect.SyncContent, detect.SyncCompletions, detect.SyncCompletions, detect.SyncRequiredLearning}
	s.Kind, s.Sync = detect.KindIntegrationSync, detect.IntegrationSync{
		Provider: rapid.SampledFrom([]string{"x", "x", "x", "y"}).Draw(t, "provider"),
		Kind:     rapid.SampledFrom(kinds).Draw(t, "kind"),
		Expected: rapid.Uint32Range(0, 1).Draw(t, "expected"),
	}
	if m.leans(t) {
		s.Sync.Present = 1
	}
}

func anAudit(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Audit = detect.KindProfileAudit, detect.ProfileAudit{Audit: aRun(t)}
	s.Audit.Discrepant = rapid.Uint32Range(2, 4).Draw(t, "wrong")
	if m.leans(t) {
		s.Audit.Discrepant = rapid.Uint32Range(0, 2).Draw(t, "few wrong")
	}
}

func aFinding(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Find = detect.KindSecurityFinding, detect.SecurityFinding{
		Finding:  rapid.SampledFrom([]string{"f", "f", "g"}).Draw(t, "finding"),
		Severity: rapid.SampledFrom([]policy.Severity{policy.SeverityLow, policy.SeverityMedium, policy.SeverityHigh, policy.SeverityCritical}).Draw(t, "severity"),
		Status:   detect.FindingResolved,
	}
	if !m.leans(t) {
		s.Find.Status = rapid.SampledFrom([]detect.FindingStatus{detect.FindingSuspected, detect.FindingConfirmed}).Draw(t, "status")
	}
}

func aLaunch(t *rapid.T, s *detect.Signal, _ mood) {
	s.Kind, s.Launch = detect.KindLaunch, detect.Launch{
		Program:  rapid.SampledFrom([]string{"p", "p", "q"}).Draw(t, "program"),
		StartsAt: s.At.Add(time.Duration(rapid.IntRange(-6, 9).Draw(t, "starts")) * minute),
	}
}

// aTicket is how a ticket stands; tellTickets makes the statements of one
// ticket agree with each other.
func aTicket(t *rapid.T, s *detect.Signal, m mood) {
	s.Kind, s.Ticket = detect.KindTicket, detect.Ticket{
		Ticket:  rapid.SampledFrom([]string{"t", "t", "u"}).Draw(t, "ticket"),
		Open:    rapid.IntRange(0, 5).Draw(t, "closed") < 5,
		Waiting: rapid.IntRange(0, 5).Draw(t, "waiting") == 5,
		Large:   rapid.IntRange(0, 5).Draw(t, "small") < 5,
		MovedAt: s.At.Add(-time.Duration(rapid.IntRange(1, 12).Draw(t, "silent")) * minute),
	}
	if m.leans(t) {
		s.Ticket.MovedAt = s.At
	}
}

// tellTickets numbers the statements of each ticket as time goes on; support's
// last activity never gets older.
func tellTickets(signals []detect.Signal) {
	var statements []*detect.Signal
	for i := range signals {
		if signals[i].Kind == detect.KindTicket {
			statements = append(statements, &signals[i])
		}
	}
	slices.SortFunc(statements, detect.Compare)
	last := map[[2]string]detect.Ticket{}
	for _, s := range statements {
		of := [2]string{s.Tenant, s.Ticket.Ticket}
		s.Ticket.Revision = last[of].Revision + 1
		if s.Ticket.MovedAt.Before(last[of].MovedAt) {
			s.Ticket.MovedAt = last[of].MovedAt
		}
		last[of] = s.Ticket
	}
}
