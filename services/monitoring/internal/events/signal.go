package events

import (
	"tocsin/services/monitoring/internal/detect"

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
	case *ingressv1.Signal_FtpSession:
		out.Kind = detect.KindFTPSession
	case *ingressv1.Signal_IntegrationSync:
		out.Kind = detect.KindIntegrationSync
	case *ingressv1.Signal_ProfileAudit:
		out.Kind = detect.KindProfileAudit
	case *ingressv1.Signal_SecurityFinding:
		out.Kind = detect.KindSecurityFinding
	case *ingressv1.Signal_Launch:
		out.Kind = detect.KindLaunch
	}
	return out
}
