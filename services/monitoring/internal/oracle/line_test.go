package oracle_test

import (
	"fmt"

	"tocsin/services/monitoring/internal/detect"
)

// line is a signal as one readable line.
func line(s detect.Signal) string {
	return fmt.Sprintf("%-7s %s/%s %q %s", clock(s.At), s.Source, s.ID, s.Tenant, statement(s))
}

func statement(s detect.Signal) string {
	switch s.Kind {
	case detect.KindAuthAttempt:
		method := map[detect.Method]string{detect.MethodSSO: "SSO", detect.MethodPassword: "PASSWORD"}[s.Auth.Method]
		how := []string{"NONE", "SERVICE_UNAVAILABLE", "TIMEOUT", "ERROR", "BAD_CREDENTIALS", "LOCKED", "UNKNOWN_USER"}[s.Auth.Failure]
		if s.Auth.OK {
			how = "OK"
		}
		return fmt.Sprintf("log-in of %s by %s: %s", s.Auth.User, method, how)
	case detect.KindReportRun:
		due := ""
		if !s.Report.DueAt.IsZero() {
			due = " due " + clock(s.Report.DueAt)
		}
		return fmt.Sprintf("report run %s: %s%s", s.Report.Run, []string{"?", "SCHEDULED", "DELIVERED", "FAILED"}[s.Report.State], due)
	case detect.KindFileUpload:
		how := "FAILED"
		if s.Upload.Accepted {
			how = "ACCEPTED"
		} else if s.Upload.Invalid {
			how = "INVALID_FILE"
		}
		return fmt.Sprintf("upload %s: %s", s.Upload.Upload, how)
	case detect.KindProbe:
		return fmt.Sprintf("probe of %s by %s in %q: %s %vms", s.Probe.Component, s.Probe.Prober, s.Probe.Region, []string{"?", "UP", "DEGRADED", "DOWN"}[s.Probe.Status], s.Probe.LatencyMS)
	default:
		return rarer(s)
	}
}

func rarer(s detect.Signal) string {
	switch s.Kind {
	case detect.KindFTPSession:
		return fmt.Sprintf("ftp session %s: allowed %v, own fault %v", s.FTP.Session, s.FTP.Allowed, s.FTP.BadCredentials)
	case detect.KindIntegrationSync:
		return fmt.Sprintf("sync of %s, %s: %d of %d", s.Sync.Provider, []string{"?", "CONTENT", "COMPLETIONS", "REQUIRED_LEARNING"}[s.Sync.Kind], s.Sync.Present, s.Sync.Expected)
	case detect.KindProfileAudit:
		return fmt.Sprintf("audit %s: %d wrong", s.Audit.Audit, s.Audit.Discrepant)
	case detect.KindSecurityFinding:
		return fmt.Sprintf("finding %s: %s %s", s.Find.Finding, s.Find.Severity, []string{"?", "SUSPECTED", "CONFIRMED", "RESOLVED"}[s.Find.Status])
	case detect.KindLaunch:
		return fmt.Sprintf("program %s starts at %s", s.Launch.Program, clock(s.Launch.StartsAt))
	case detect.KindTicket:
		return fmt.Sprintf("ticket %s/%d: open %v waiting %v large %v, moved %s", s.Ticket.Ticket, s.Ticket.Revision, s.Ticket.Open, s.Ticket.Waiting, s.Ticket.Large, clock(s.Ticket.MovedAt))
	default:
		return fmt.Sprint("kind ", s.Kind)
	}
}
