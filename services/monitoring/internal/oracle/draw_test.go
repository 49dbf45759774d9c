package oracle_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// A fact draws what one signal states.
type fact func(*rapid.T, *detect.Signal, mood)

// A drawing says what the signals of one case are about.
type drawing struct {
	name  string
	facts []fact
}

// drawings are one for each rule on its own, and all together.
var drawings = []drawing{
	{"auth failures", []fact{anAttempt}},
	{"sso by attempts", []fact{anSSOAttempt}},
	{"sso by probes", []fact{aProbe}},
	{"sso", []fact{anSSOAttempt, aProbe, aProbe}},
	{"reports", []fact{aReport}},
	{"uploads", []fact{anUpload}},
	{"all", []fact{anAttempt, anSSOAttempt, aProbe, aReport, anUpload}},
}

// signals draws a small set: few tenants, people and runs, in bursts on a grid
// of minutes that the windows share, so that edges meet; some miss it by 1 ns.
func (d drawing) signals(t *rapid.T) []detect.Signal {
	span := rapid.SampledFrom([]int{6, 15, 40}).Draw(t, "span")
	tenants := rapid.SampledFrom([][]string{{"acme"}, {"acme", "globex"}, {"acme", "globex", ""}, {""}}).Draw(t, "tenants")
	burst := rapid.Custom(func(t *rapid.T) []detect.Signal {
		miss := rapid.SampledFrom([]time.Duration{0, 0, 0, 0, 0, 0, 1, -1}).Draw(t, "ns")
		start := midnight.Add(time.Duration(rapid.IntRange(0, span).Draw(t, "at"))*minute + miss)
		fact := rapid.SampledFrom(d.facts).Draw(t, "fact")
		tenant := rapid.SampledFrom(tenants).Draw(t, "tenant")
		mood := rapid.SampledFrom([]mood{mixed, bad, good}).Draw(t, "mood")
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) detect.Signal {
			s := detect.Signal{
				Source: rapid.SampledFrom([]string{"m", "m", "n"}).Draw(t, "source"),
				ID:     fmt.Sprint(rapid.IntRange(1, 500).Draw(t, "id")),
				Tenant: tenant,
				At:     start.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "later")) * minute),
			}
			fact(t, &s, mood)
			return s
		}), 1, 4).Draw(t, "burst")
	})
	signals := slices.Concat(rapid.SliceOfN(burst, 0, 16).Draw(t, "signals")...)
	return unambiguous(signals)
}

// A mood is how the signals of one burst lean.
type mood int

const (
	mixed mood = iota
	bad
	good
)

// leans draws whether a signal speaks of recovery.
func (m mood) leans(t *rapid.T) bool {
	switch m {
	case bad:
		return false
	case good:
		return true
	default:
		return rapid.IntRange(0, 4).Draw(t, "recovery") == 4
	}
}

// unambiguous leaves out signals of one source, id and time: which of them
// stands depends on the bytes they came in, which nobody here has.
func unambiguous(signals []detect.Signal) []detect.Signal {
	type key struct {
		source, id string
		at         int64
	}
	seen := map[key]bool{}
	var kept []detect.Signal
	for _, s := range signals {
		k := key{s.Source, s.ID, s.At.UnixNano()}
		if !seen[k] {
			kept = append(kept, s)
		}
		seen[k] = true
	}
	return kept
}

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
	s.Upload.Invalid = !s.Upload.Accepted && rapid.IntRange(0, 5).Draw(t, "invalid") == 5
}

func aRun(t *rapid.T) string {
	return rapid.SampledFrom([]string{"r1", "r2", "r3", "r4"}).Draw(t, "run")
}

// rules draws small numbers whose order is that of the defaults.
func rules(t *rapid.T) policy.Rules {
	if rapid.Bool().Draw(t, "fixed rules") {
		return small
	}
	mins := func(name string, low, high int) time.Duration {
		return time.Duration(rapid.IntRange(low, high).Draw(t, name)) * minute
	}
	r := small
	r.Samples = rapid.IntRange(1, 8).Draw(t, "samples")
	r.Flapping = policy.Flapping{Raises: rapid.IntRange(2, 4).Draw(t, "raises"), Within: mins("within", 3, 40), Calm: mins("calm", 1, 10)}
	r.AuthFailures.Over = rapid.IntRange(1, 4).Draw(t, "over")
	r.AuthFailures.Clear = rapid.IntRange(0, r.AuthFailures.Over).Draw(t, "clear")
	r.AuthFailures.Window = mins("auth window", 1, 12)
	r.AuthFailures.PlatformPercent = rapid.IntRange(30, 70).Draw(t, "percent")
	r.AuthFailures.PlatformClearPercent = rapid.IntRange(20, r.AuthFailures.PlatformPercent).Draw(t, "clear percent")
	r.Probes = policy.Verdict{
		Seen: mins("seen", 2, 8), Results: rapid.IntRange(1, 3).Draw(t, "results"),
		EndsAfter: mins("ends after", 1, 2), ClearAfter: mins("clear after", 1, 4),
	}
	r.SSO = policy.SSO{
		Verdict: r.Probes, DownFor: mins("down for", 1, 4), Window: mins("window", 1, 4), Sparse: mins("sparse", 2, 10),
		Attempts: rapid.IntRange(2, 6).Draw(t, "attempts"), People: rapid.IntRange(2, 3).Draw(t, "people"),
	}
	r.SSO.Sparse = max(r.SSO.Sparse, r.SSO.Window)
	r.SSO.Expire = max(r.SSO.Sparse, r.Probes.Seen+r.Probes.EndsAfter) + mins("expire", 0, 2)
	r.Reports = aDeliveries(t, mins)
	r.Uploads = aDeliveries(t, mins)
	return r
}

func aDeliveries(t *rapid.T, mins func(string, int, int) time.Duration) policy.Deliveries {
	d := policy.Deliveries{Overdue: mins("overdue", 1, 8)}
	d.Daily = policy.Failing{Runs: rapid.IntRange(2, 4).Draw(t, "runs"), Window: mins("daily", 1, 6)}
	d.Sparse = policy.Failing{Runs: rapid.IntRange(1, d.Daily.Runs).Draw(t, "sparse runs"), Window: d.Daily.Window + mins("sparse", 1, 6)}
	d.Expire = d.Sparse.Window + mins("expire", 0, 2)
	return d
}
