package events

import (
	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// Signal is s as the rules read it.
func Signal(s *ingressv1.Signal) detect.Signal {
	out := detect.Signal{Source: s.GetSource(), ID: s.GetId(), Tenant: s.GetTenant(), At: s.GetOccurredAt().AsTime()}
	switch k := s.GetKind().(type) {
	case *ingressv1.Signal_AuthAttempt:
		out.Kind = detect.KindAuthAttempt
		out.Auth = detect.AuthAttempt{
			User: k.AuthAttempt.GetUser(), Method: detect.Method(k.AuthAttempt.GetMethod()),
			OK:      k.AuthAttempt.GetOutcome() == ingressv1.AuthAttempt_SUCCESS,
			Failure: detect.Failure(k.AuthAttempt.GetFailure()),
		}
	case *ingressv1.Signal_ReportRun:
		out.Kind = detect.KindReportRun
		out.Report = detect.ReportRun{Run: k.ReportRun.GetRun(), Report: k.ReportRun.GetReport(), State: detect.RunState(k.ReportRun.GetState())}
		if k.ReportRun.GetDueAt() != nil {
			out.Report.DueAt = k.ReportRun.GetDueAt().AsTime()
		}
	case *ingressv1.Signal_FileUpload:
		out.Kind = detect.KindFileUpload
		out.Upload = detect.FileUpload{
			Upload:   k.FileUpload.GetUpload(),
			Accepted: k.FileUpload.GetOutcome() == ingressv1.FileUpload_ACCEPTED,
			Invalid:  k.FileUpload.GetFailure() == ingressv1.FileUpload_INVALID_FILE,
		}
	case *ingressv1.Signal_Probe:
		out.Kind = detect.KindProbe
		out.Probe = detect.Probe{
			Component: k.Probe.GetComponent(), Prober: k.Probe.GetProber(), Region: k.Probe.GetRegion(),
			Status: detect.Status(k.Probe.GetStatus()), LatencyMS: k.Probe.GetLatencyMs(),
		}
	default:
		rare(s, &out)
	}
	return out
}

// rare reads the kinds of which few come.
func rare(s *ingressv1.Signal, out *detect.Signal) {
	switch k := s.GetKind().(type) {
	case *ingressv1.Signal_FtpSession:
		out.Kind = detect.KindFTPSession
		out.FTP = detect.FTPSession{
			Session:        k.FtpSession.GetSession(),
			Allowed:        k.FtpSession.GetOutcome() == ingressv1.FtpSession_ALLOWED,
			BadCredentials: k.FtpSession.GetFailure() == ingressv1.FtpSession_BAD_CREDENTIALS,
		}
	case *ingressv1.Signal_IntegrationSync:
		out.Kind = detect.KindIntegrationSync
		out.Sync = detect.IntegrationSync{
			Provider: k.IntegrationSync.GetProvider(), Kind: detect.SyncKind(k.IntegrationSync.GetKind()),
			Expected: k.IntegrationSync.GetExpected(), Present: k.IntegrationSync.GetPresent(),
		}
	case *ingressv1.Signal_ProfileAudit:
		out.Kind = detect.KindProfileAudit
		out.Audit = detect.ProfileAudit{Audit: k.ProfileAudit.GetAudit(), Discrepant: discrepant(k.ProfileAudit)}
	case *ingressv1.Signal_SecurityFinding:
		out.Kind = detect.KindSecurityFinding
		out.Find = detect.SecurityFinding{
			Finding:  k.SecurityFinding.GetFinding(),
			Severity: severities[k.SecurityFinding.GetSeverity()],
			Status:   detect.FindingStatus(k.SecurityFinding.GetStatus()),
		}
	case *ingressv1.Signal_Launch:
		out.Kind = detect.KindLaunch
		out.Launch = detect.Launch{Program: k.Launch.GetProgram(), StartsAt: k.Launch.GetStartsAt().AsTime()}
	}
}

// severities are those of the policy.
var severities = map[ingressv1.SecurityFinding_Severity]policy.Severity{
	ingressv1.SecurityFinding_LOW: policy.SeverityLow, ingressv1.SecurityFinding_MEDIUM: policy.SeverityMedium,
	ingressv1.SecurityFinding_HIGH: policy.SeverityHigh, ingressv1.SecurityFinding_CRITICAL: policy.SeverityCritical,
}

// discrepant is how many distinct users an audit names or counts, whichever is more.
func discrepant(a *ingressv1.ProfileAudit) uint32 {
	users := map[string]bool{}
	for _, u := range a.GetDiscrepantUsers() {
		users[u] = true
	}
	return max(uint32(len(users)), a.GetDiscrepantCount())
}
