package oracle_test

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// at is a signal of a tenant at a minute; what says which fact it states.
func at(min float64, tenant, id string, what func(*detect.Signal)) detect.Signal {
	s := detect.Signal{Source: "m", ID: id, Tenant: tenant, At: midnight.Add(time.Duration(min * float64(minute)))}
	what(&s)
	return s
}

func fails(user string) func(*detect.Signal) {
	return attempt(user, detect.FailureServiceUnavailable)
}

func attempt(user string, f detect.Failure) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Auth = detect.KindAuthAttempt, detect.AuthAttempt{User: user, Method: detect.MethodSSO, Failure: f}
	}
}

func logsIn(user string) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Auth = detect.KindAuthAttempt, detect.AuthAttempt{User: user, Method: detect.MethodSSO, OK: true}
	}
}

func probed(by string, status detect.Status) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Probe = detect.KindProbe, detect.Probe{Component: "sso", Prober: by, Status: status}
	}
}

func reported(run string, state detect.RunState) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Report = detect.KindReportRun, detect.ReportRun{Run: run, State: state}
	}
}

func scheduled(run string, due float64) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind = detect.KindReportRun
		s.Report = detect.ReportRun{Run: run, State: detect.RunScheduled, DueAt: midnight.Add(time.Duration(due * float64(minute)))}
	}
}

func denied(session string) func(*detect.Signal) {
	return func(s *detect.Signal) { s.Kind, s.FTP = detect.KindFTPSession, detect.FTPSession{Session: session} }
}

func letIn(session string) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.FTP = detect.KindFTPSession, detect.FTPSession{Session: session, Allowed: true}
	}
}

func result(component, by, region string, is detect.Status, ms float64) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Probe = detect.KindProbe, detect.Probe{Component: component, Prober: by, Region: region, Status: is, LatencyMS: ms}
	}
}

func synced(expected, present uint32) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Sync = detect.KindIntegrationSync, detect.IntegrationSync{Provider: "x", Kind: detect.SyncContent, Expected: expected, Present: present}
	}
}

func found(severity policy.Severity, status detect.FindingStatus) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Find = detect.KindSecurityFinding, detect.SecurityFinding{Finding: "f", Severity: severity, Status: status}
	}
}

func starts(d time.Duration) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Launch = detect.KindLaunch, detect.Launch{Program: "p", StartsAt: midnight.Add(d)}
	}
}

func stands(moved time.Duration, open, waiting bool) func(*detect.Signal) {
	return func(s *detect.Signal) {
		s.Kind, s.Ticket = detect.KindTicket, detect.Ticket{
			Ticket: "t", Revision: uint64(s.At.Unix()), Open: open, Waiting: waiting, Large: true, MovedAt: midnight.Add(moved),
		}
	}
}
