package oracle_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// A drawing says what the signals of one case are about.
type drawing struct {
	name  string
	facts []func(*rapid.T, *detect.Signal)
}

// drawings are one for each rule on its own, and all together.
var drawings = []drawing{
	{"auth failures", []func(*rapid.T, *detect.Signal){anAttempt}},
	{"sso by attempts", []func(*rapid.T, *detect.Signal){anSSOAttempt}},
	{"sso by probes", []func(*rapid.T, *detect.Signal){aProbe}},
	{"sso", []func(*rapid.T, *detect.Signal){anSSOAttempt, aProbe, aProbe}},
	{"reports", []func(*rapid.T, *detect.Signal){aReport}},
	{"uploads", []func(*rapid.T, *detect.Signal){anUpload}},
	{"all", []func(*rapid.T, *detect.Signal){anAttempt, anSSOAttempt, aProbe, aReport, anUpload}},
}

// signals draws a small set: few tenants, people and runs, on a grid of
// minutes that the windows share, so that edges meet; some miss it by 1 ns.
func (d drawing) signals(t *rapid.T) []detect.Signal {
	span := rapid.SampledFrom([]int{6, 15, 40}).Draw(t, "span")
	tenants := rapid.SampledFrom([][]string{{"acme"}, {"acme", "globex"}, {"acme", "globex", ""}, {""}}).Draw(t, "tenants")
	one := rapid.Custom(func(t *rapid.T) detect.Signal {
		miss := rapid.SampledFrom([]time.Duration{0, 0, 0, 0, 0, 0, 1, -1}).Draw(t, "ns")
		s := detect.Signal{
			Source: rapid.SampledFrom([]string{"m", "m", "n"}).Draw(t, "source"),
			ID:     fmt.Sprint(rapid.IntRange(1, 200).Draw(t, "id")),
			Tenant: rapid.SampledFrom(tenants).Draw(t, "tenant"),
			At:     midnight.Add(time.Duration(rapid.IntRange(0, span).Draw(t, "at"))*minute + miss),
		}
		rapid.SampledFrom(d.facts).Draw(t, "fact")(t, &s)
		return s
	})
	signals := rapid.SliceOfN(one, 0, 40).Draw(t, "signals")
	return unambiguous(signals)
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

func anAttempt(t *rapid.T, s *detect.Signal) {
	s.Kind, s.Auth = detect.KindAuthAttempt, detect.AuthAttempt{User: user(t)}
	s.Auth.Method = rapid.SampledFrom([]detect.Method{detect.MethodPassword, detect.MethodSSO}).Draw(t, "method")
	outcome := rapid.IntRange(-1, 9).Draw(t, "outcome")
	s.Auth.OK = outcome < 0
	if !s.Auth.OK && outcome <= int(detect.FailureUnknownUser) {
		s.Auth.Failure = detect.Failure(outcome)
	}
}

func anSSOAttempt(t *rapid.T, s *detect.Signal) {
	s.Kind, s.Auth = detect.KindAuthAttempt, detect.AuthAttempt{User: user(t), Method: detect.MethodSSO}
	switch rapid.IntRange(0, 19).Draw(t, "outcome") {
	case 0, 1:
		s.Auth.OK = true
	case 2:
		s.Auth.Failure = detect.FailureBadCredentials
	case 3:
		s.Auth.Failure = detect.FailureError
	case 4:
		s.Auth.Method, s.Auth.OK = detect.MethodPassword, true
	case 5:
		s.Auth.Failure = detect.FailureTimeout
	default:
		s.Auth.Failure = detect.FailureServiceUnavailable
	}
}

func aProbe(t *rapid.T, s *detect.Signal) {
	down := detect.StatusDown
	s.Kind, s.Probe = detect.KindProbe, detect.Probe{
		Component: "sso",
		Prober:    rapid.SampledFrom([]string{"p", "p", "q", "r"}).Draw(t, "prober"),
		Region:    rapid.SampledFrom([]string{"", "eu"}).Draw(t, "region"),
		Status:    rapid.SampledFrom([]detect.Status{down, down, down, down, detect.StatusUp, detect.StatusDegraded}).Draw(t, "status"),
	}
}

func aReport(t *rapid.T, s *detect.Signal) {
	s.Kind = detect.KindReportRun
	s.Report.Run = rapid.SampledFrom([]string{"r1", "r2", "r3", "r4"}).Draw(t, "run")
	s.Report.State = rapid.SampledFrom([]detect.RunState{detect.RunFailed, detect.RunFailed, detect.RunFailed, detect.RunScheduled, detect.RunScheduled,
		detect.RunDelivered}).Draw(t, "state")
	if s.Report.State == detect.RunScheduled {
		s.Report.DueAt = s.At.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "due")) * minute)
	}
}

func anUpload(t *rapid.T, s *detect.Signal) {
	s.Kind = detect.KindFileUpload
	s.Upload.Upload = rapid.SampledFrom([]string{"u1", "u2", "u3", "u4"}).Draw(t, "upload")
	outcome := rapid.IntRange(0, 9).Draw(t, "outcome")
	s.Upload.Accepted, s.Upload.Invalid = outcome == 0, outcome == 1
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
	r.Flapping = policy.Flapping{Raises: rapid.IntRange(2, 4).Draw(t, "raises"), Within: mins("within", 3, 30), Calm: mins("calm", 1, 10)}
	r.AuthFailures.Over = rapid.IntRange(1, 4).Draw(t, "over")
	r.AuthFailures.Clear = rapid.IntRange(0, r.AuthFailures.Over).Draw(t, "clear")
	r.AuthFailures.Window = mins("auth window", 2, 12)
	r.Probes = policy.Verdict{Seen: mins("seen", 3, 8), Results: rapid.IntRange(1, 3).Draw(t, "results"),
		EndsAfter: mins("ends after", 1, 2), ClearAfter: mins("clear after", 1, 4)}
	r.SSO.Verdict, r.SSO.DownFor = r.Probes, mins("down for", 1, 4)
	r.SSO.Attempts, r.SSO.People = rapid.IntRange(2, 6).Draw(t, "attempts"), rapid.IntRange(2, 3).Draw(t, "people")
	r.Reports.Daily.Runs, r.Reports.Overdue = rapid.IntRange(2, 4).Draw(t, "runs"), mins("overdue", 1, 8)
	r.Uploads.Daily.Runs = r.Reports.Daily.Runs
	return r
}
