package detect

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// signalsOf draws signals of few people, on a coarse grid whose points are
// sometimes missed by a nanosecond.
func signalsOf(n int) *rapid.Generator[[]Signal] {
	return rapid.Custom(func(t *rapid.T) []Signal {
		span := rapid.SampledFrom([]int{10, 40, 150}).Draw(t, "minutes")
		list := make([]Signal, rapid.IntRange(1, n).Draw(t, "signals"))
		for i := range list {
			list[i] = drawSignal(t, i, span)
		}
		return list
	})
}

func drawSignal(t *rapid.T, i, span int) Signal {
	minute := func(label string) time.Time {
		m := rapid.IntRange(0, span).Draw(t, label)
		return nine.Add(time.Duration(m)*time.Minute + time.Duration(rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(t, "ns")))
	}
	s := Signal{
		Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"),
		ID:     fmt.Sprint(i),
		Tenant: rapid.SampledFrom([]string{"", "acme", "acme", "beta"}).Draw(t, "tenant"),
		At:     minute("at"),
		Kind: rapid.SampledFrom([]Kind{
			KindAuthAttempt, KindAuthAttempt, KindReportRun, KindFileUpload, KindProbe,
			KindFTPSession, KindIntegrationSync, KindProfileAudit, KindSecurityFinding,
			KindLaunch, KindTicket, KindCondition,
		}).Draw(t, "kind"),
	}
	thing := rapid.SampledFrom([]string{"1", "2", "3", "4", "5"})
	rarely := rapid.SampledFrom([]bool{true, false, false, false, false})
	switch s.Kind {
	case KindAuthAttempt:
		s.Auth = AuthAttempt{User: thing.Draw(t, "user"), Method: rapid.SampledFrom([]Method{MethodSSO, MethodSSO, MethodPassword}).Draw(t, "method")}
		if s.Auth.OK = rarely.Draw(t, "ok"); !s.Auth.OK {
			s.Auth.Failure = rapid.SampledFrom([]Failure{FailureTimeout, FailureTimeout, FailureError, FailureLocked}).Draw(t, "failure")
		}
	case KindReportRun:
		s.Report = ReportRun{Run: thing.Draw(t, "run"), State: rapid.SampledFrom([]RunState{RunFailed, RunFailed, RunScheduled, RunDelivered}).Draw(t, "state")}
		if s.Report.State == RunScheduled {
			s.Report.DueAt = minute("due")
		}
	case KindFileUpload:
		s.Upload = FileUpload{Upload: thing.Draw(t, "upload"), Accepted: rarely.Draw(t, "accepted"), Invalid: rarely.Draw(t, "invalid")}
	case KindProbe:
		s.Probe = drawProbe(t)
	case KindLaunch:
		s.Launch = Launch{Program: rapid.SampledFrom([]string{"1", "1", "2"}).Draw(t, "program"), StartsAt: minute("starts")}
	case KindTicket:
		s.Ticket = Ticket{
			Ticket: rapid.SampledFrom([]string{"1", "1", "2"}).Draw(t, "ticket"), Revision: uint64(i), MovedAt: minute("moved"),
			Open: !rarely.Draw(t, "closed"), Waiting: rarely.Draw(t, "waiting"), Large: !rarely.Draw(t, "small"),
		}
	case KindCondition:
		s.Tenant, s.News = "", drawNews(t)
	default:
		drawRare(t, &s)
	}
	return s
}

// drawNews draws what a tenants' engine may be told of the platform.
func drawNews(t *rapid.T) ConditionNews {
	return ConditionNews{
		Reason:   string(rapid.SampledFrom([]policy.ReasonID{policy.SSOUnavailable, policy.CoreFunctionDown, policy.FTPDenied}).Draw(t, "reason")),
		Subject:  rapid.SampledFrom([]string{"", "search"}).Draw(t, "subject"),
		Change:   rapid.SampledFrom([]ChangeKind{Raised, Raised, Cleared, Expired, Withdrawn}).Draw(t, "change"),
		Position: rapid.Uint64Range(1, 50).Draw(t, "position"),
	}
}

// drawRare draws what the kinds of which few come state.
func drawRare(t *rapid.T, s *Signal) {
	thing := rapid.SampledFrom([]string{"1", "2", "3"})
	few := rapid.SampledFrom([]uint32{0, 0, 0, 2, 3, 4})
	switch s.Kind {
	case KindFTPSession:
		what := rapid.IntRange(0, 7).Draw(t, "outcome")
		s.FTP = FTPSession{Session: thing.Draw(t, "session"), Allowed: what == 0, BadCredentials: what == 1}
	case KindIntegrationSync:
		s.Sync = IntegrationSync{
			Provider: "p", Kind: rapid.SampledFrom([]SyncKind{SyncContent, SyncContent, SyncCompletions, SyncUnknown}).Draw(t, "sync"),
			Expected: few.Draw(t, "expected"), Present: few.Draw(t, "present"),
		}
	case KindProfileAudit:
		s.Audit = ProfileAudit{Discrepant: few.Draw(t, "discrepant")}
	case KindSecurityFinding:
		s.Find = SecurityFinding{
			Finding:  thing.Draw(t, "finding"),
			Severity: rapid.SampledFrom([]policy.Severity{"", policy.SeverityLow, policy.SeverityMedium, policy.SeverityHigh}).Draw(t, "severity"),
			Status:   rapid.SampledFrom([]FindingStatus{FindingSuspected, FindingConfirmed, FindingResolved, FindingUnknown}).Draw(t, "finding status"),
		}
	}
}

func drawProbe(t *rapid.T) Probe {
	return Probe{
		Component: rapid.SampledFrom([]string{"sso", "site", "search", "search"}).Draw(t, "component"),
		Prober:    rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "prober"),
		Region:    rapid.SampledFrom([]string{"", "eu"}).Draw(t, "region"),
		Status:    rapid.SampledFrom([]Status{StatusDown, StatusDown, StatusUp, StatusDegraded, StatusDegraded}).Draw(t, "probe status"),
		LatencyMS: rapid.SampledFrom([]float64{0, 100, 3000, 9000}).Draw(t, "latency"),
	}
}
