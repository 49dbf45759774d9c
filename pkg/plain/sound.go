package plain

import (
	"math"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// The bounds of the schema, in bytes; maxPeople is how many users an audit may name.
const (
	maxID     = 512
	maxName   = 128
	maxPeople = 10000
)

// Sound says whether the schema takes the signal.
func Sound(s *ingressv1.Signal) bool {
	return named(s.GetId(), maxID) && named(s.GetSource(), maxName) &&
		len(s.GetTenant()) <= maxName && s.GetTenant() != "platform" && s.GetTenant() != "_" &&
		s.GetOccurredAt() != nil && soundKind(s)
}

func soundKind(s *ingressv1.Signal) bool {
	switch k := s.GetKind().(type) {
	case *ingressv1.Signal_AuthAttempt:
		a := k.AuthAttempt
		return a != nil && named(a.User, maxID) && among(a.Method, 1, ingressv1.AuthAttempt_API) &&
			among(a.Outcome, 1, ingressv1.AuthAttempt_FAILURE) && among(a.Failure, 0, ingressv1.AuthAttempt_UNKNOWN_USER)
	case *ingressv1.Signal_ReportRun:
		r := k.ReportRun
		return r != nil && named(r.Run, maxID) && len(r.Report) <= maxID &&
			among(r.State, 1, ingressv1.ReportRun_FAILED) && among(r.Stage, 0, ingressv1.ReportRun_DELIVER)
	case *ingressv1.Signal_FileUpload:
		u := k.FileUpload
		return u != nil && named(u.Upload, maxID) && among(u.Outcome, 1, ingressv1.FileUpload_FAILED) &&
			among(u.Failure, 0, ingressv1.FileUpload_STORAGE)
	case *ingressv1.Signal_FtpSession:
		f := k.FtpSession
		return f != nil && named(f.Session, maxID) && among(f.Outcome, 1, ingressv1.FtpSession_BLOCKED) &&
			among(f.Failure, 0, ingressv1.FtpSession_SERVER_ERROR)
	case *ingressv1.Signal_Probe:
		p := k.Probe
		return p != nil && named(p.Component, maxName) && named(p.Prober, maxName) && len(p.Region) <= maxName &&
			among(p.Status, 1, ingressv1.Probe_DOWN) && p.LatencyMs >= 0 && !math.IsInf(p.LatencyMs, 1)
	}
	return soundRare(s)
}

// soundRare is soundKind for the kinds of which few come.
func soundRare(s *ingressv1.Signal) bool {
	switch k := s.GetKind().(type) {
	case *ingressv1.Signal_IntegrationSync:
		i := k.IntegrationSync
		return i != nil && named(i.Provider, maxName) && among(i.Kind, 1, ingressv1.IntegrationSync_REQUIRED_LEARNING) && i.Present != nil
	case *ingressv1.Signal_ProfileAudit:
		a := k.ProfileAudit
		return a != nil && named(a.Audit, maxID) && len(a.DiscrepantUsers) <= maxPeople &&
			(a.DiscrepantCount != nil || len(a.DiscrepantUsers) > 0)
	case *ingressv1.Signal_SecurityFinding:
		f := k.SecurityFinding
		return f != nil && named(f.Finding, maxID) && among(f.Severity, 1, ingressv1.SecurityFinding_CRITICAL) &&
			among(f.Status, 1, ingressv1.SecurityFinding_RESOLVED)
	case *ingressv1.Signal_Launch:
		return k.Launch != nil && named(k.Launch.Program, maxID) && k.Launch.StartsAt != nil
	}
	return false
}

// named is a text that has to be there.
func named(s string, most int) bool { return s != "" && len(s) <= most }

// among is an enum's value from the first to the last that may be given: the
// schema's enums have no gaps.
func among[E ~int32](v, first, last E) bool { return first <= v && v <= last }
