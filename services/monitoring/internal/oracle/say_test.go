package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// midnight is when the scenes of these tests begin; minutes count from it.
var midnight = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

const minute = time.Minute

// small are rules with every number scaled down, so that few signals reach
// every edge. No two windows of one rule are equal.
var small = policy.Rules{
	Lateness: 2 * minute, Ahead: minute, Gap: minute, Samples: 5,
	Flapping:     policy.Flapping{Raises: 3, Within: 20 * minute, Calm: 5 * minute},
	AuthFailures: policy.AuthFailures{Over: 3, Clear: 2, Window: 10 * minute, PlatformPercent: 50, PlatformClearPercent: 40},
	SSO: policy.SSO{
		DownFor:  3 * minute,
		Verdict:  policy.Verdict{Seen: 7 * minute, Results: 2, EndsAfter: minute, ClearAfter: 2 * minute},
		Attempts: 4, People: 2, Window: 5 * minute, Sparse: 10 * minute, Expire: 10 * minute,
	},
	Reports: policy.Deliveries{
		Daily: policy.Failing{Runs: 3, Window: 6 * minute}, Sparse: policy.Failing{Runs: 2, Window: 12 * minute},
		Overdue: 6 * minute, Expire: 12 * minute,
	},
	Uploads: policy.Deliveries{
		Daily: policy.Failing{Runs: 3, Window: 6 * minute}, Sparse: policy.Failing{Runs: 2, Window: 12 * minute},
		Expire: 12 * minute,
	},
}

// told gives one line for each change, with every field that a replay prints.
func told(changes []detect.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%-14s %-9s %s %s%s value=%d/%d in %v tenants=%d people=%d first=%s %v\n", clock(c.At), names[c.Change], c.Scope, c.Reason,
			c.Subject, c.Value, c.Threshold, c.Window, c.Tenants, c.People, clock(c.FirstAt), c.Evidence)
	}
	return b.String()
}

var names = map[detect.ChangeKind]string{
	detect.Raised: "raised", detect.Updated: "updated", detect.Cleared: "cleared", detect.Expired: "expired",
	detect.Withdrawn: "withdrawn", detect.FlappingHeld: "flapping",
}

// clock is a time as minutes from midnight, with the nanoseconds by which it
// misses the full second: 5, 5-1ns, 5.5+1ns.
func clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := t.Sub(midnight)
	whole := d.Round(time.Second)
	if d == whole {
		return fmt.Sprint(whole.Minutes())
	}
	return fmt.Sprintf("%v%+dns", whole.Minutes(), int(d-whole))
}

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
		return fmt.Sprintf("probe of %s by %s: %s", s.Probe.Component, s.Probe.Prober, []string{"?", "UP", "DEGRADED", "DOWN"}[s.Probe.Status])
	default:
		return fmt.Sprint("kind ", s.Kind)
	}
}

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

// list is one line for each signal, in order of time.
func list(signals []detect.Signal) string {
	signals = slices.Clone(signals)
	slices.SortStableFunc(signals, func(a, b detect.Signal) int { return a.At.Compare(b.At) })
	var b strings.Builder
	for _, s := range signals {
		b.WriteString(line(s) + "\n")
	}
	return b.String()
}
