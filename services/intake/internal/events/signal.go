package events

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/receive"

	"tocsin/pkg/bus"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// SignalMessage is a signal that a door made, as it is said on the bus.
func SignalMessage(s receive.Signal) *ingressv1.Signal {
	out := &ingressv1.Signal{Id: s.ID, Source: s.Source, Tenant: s.Tenant, OccurredAt: timestamppb.New(s.OccurredAt)}
	switch k := s.Kind.(type) {
	case receive.AuthAttempt:
		out.Kind = &ingressv1.Signal_AuthAttempt{AuthAttempt: &ingressv1.AuthAttempt{
			User: k.User, Method: value[ingressv1.AuthAttempt_Method](ingressv1.AuthAttempt_Method_value, k.Method),
			Outcome: value[ingressv1.AuthAttempt_Outcome](ingressv1.AuthAttempt_Outcome_value, k.Outcome),
			Failure: value[ingressv1.AuthAttempt_Failure](ingressv1.AuthAttempt_Failure_value, k.Failure),
		}}
	case receive.ReportRun:
		out.Kind = &ingressv1.Signal_ReportRun{ReportRun: &ingressv1.ReportRun{
			Run: k.Run, Report: k.Report, State: value[ingressv1.ReportRun_State](ingressv1.ReportRun_State_value, k.State),
			Stage: value[ingressv1.ReportRun_Stage](ingressv1.ReportRun_Stage_value, k.Stage), DueAt: bus.Stamp(k.DueAt),
		}}
	case receive.FileUpload:
		out.Kind = &ingressv1.Signal_FileUpload{FileUpload: &ingressv1.FileUpload{
			Upload: k.Upload, Outcome: value[ingressv1.FileUpload_Outcome](ingressv1.FileUpload_Outcome_value, k.Outcome),
			Failure: value[ingressv1.FileUpload_Failure](ingressv1.FileUpload_Failure_value, k.Failure),
		}}
	case receive.FTPSession:
		out.Kind = &ingressv1.Signal_FtpSession{FtpSession: &ingressv1.FtpSession{
			Session: k.Session, Outcome: value[ingressv1.FtpSession_Outcome](ingressv1.FtpSession_Outcome_value, k.Outcome),
			Failure: value[ingressv1.FtpSession_Failure](ingressv1.FtpSession_Failure_value, k.Failure),
		}}
	case receive.Probe:
		out.Kind = &ingressv1.Signal_Probe{Probe: &ingressv1.Probe{
			Component: k.Component, Prober: k.Prober, Region: k.Region, LatencyMs: k.LatencyMS,
			Status: value[ingressv1.Probe_Status](ingressv1.Probe_Status_value, k.Status),
		}}
	case receive.IntegrationSync:
		out.Kind = &ingressv1.Signal_IntegrationSync{IntegrationSync: &ingressv1.IntegrationSync{
			Provider: k.Provider, Kind: value[ingressv1.IntegrationSync_Kind](ingressv1.IntegrationSync_Kind_value, k.Kind),
			Expected: k.Expected, Present: k.Present,
		}}
	case receive.ProfileAudit:
		out.Kind = &ingressv1.Signal_ProfileAudit{ProfileAudit: &ingressv1.ProfileAudit{
			Audit: k.Audit, DiscrepantUsers: k.DiscrepantUsers, DiscrepantCount: k.DiscrepantCount,
		}}
	case receive.SecurityFinding:
		out.Kind = &ingressv1.Signal_SecurityFinding{SecurityFinding: &ingressv1.SecurityFinding{
			Finding:  k.Finding,
			Severity: value[ingressv1.SecurityFinding_Severity](ingressv1.SecurityFinding_Severity_value, k.Severity),
			Status:   value[ingressv1.SecurityFinding_Status](ingressv1.SecurityFinding_Status_value, k.Status),
		}}
	case receive.Launch:
		out.Kind = &ingressv1.Signal_Launch{Launch: &ingressv1.Launch{Program: k.Program, StartsAt: bus.Stamp(k.StartsAt), Audience: k.Audience}}
	}
	return out
}
