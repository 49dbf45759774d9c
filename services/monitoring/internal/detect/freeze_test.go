package detect

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// packed is an engine of the platform with a million people in its window, or
// one of a sixteenth of a million tenants with four windows each.
func packed(tenants bool) *Engine {
	scopes, n := Platform, 1_000_000
	if tenants {
		scopes, n = Tenants, 62_500
	}
	e := New(policy.Default().Rules, Options{Scopes: scopes})
	for i := range n {
		s := attemptOf(fmt.Sprint("u", i), MethodSSO, FailureNone)
		s.Source, s.ID, s.Tenant, s.At = "s", fmt.Sprint("i", i), "acme", nine.Add(time.Duration(i)*time.Millisecond)
		if i%10 == 0 {
			s.Auth.OK, s.Auth.Failure = false, FailureBadCredentials
		}
		if tenants {
			s.Tenant = fmt.Sprint("t", i)
		}
		e.Apply(s, s.At)
		if tenants {
			s.Kind, s.Report = KindReportRun, ReportRun{Run: "r", State: RunDelivered}
			e.Apply(s, s.At)
			s.Kind, s.Upload = KindFileUpload, FileUpload{Upload: "u", Accepted: true}
			e.Apply(s, s.At)
		}
	}
	return e
}

// BenchmarkFreeze gives how long a snapshot keeps an engine from reading, how
// long writing it takes beside that, and how long a restart takes to read it:
// in processor time, which a busy machine stretches less.
func BenchmarkFreeze(b *testing.B) {
	for _, tenants := range []bool{false, true} {
		b.Run(map[bool]string{false: "1M people", true: "62k tenants"}[tenants], func(b *testing.B) {
			e := packed(tenants)
			for b.Loop() {
				began := cpu()
				f := e.Freeze()
				b.ReportMetric(float64((cpu()-began).Microseconds())/1000, "stall-cpu-ms")
				var out bytes.Buffer
				began = cpu()
				if _, err := f.WriteTo(&out); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64((cpu()-began).Microseconds())/1000, "write-cpu-ms")
				b.ReportMetric(float64(out.Len())/1e6, "MB")
				began = cpu()
				if _, err := Restore(&out, policy.Default().Rules, e.opts); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64((cpu()-began).Microseconds())/1000, "restore-cpu-ms")
			}
		})
	}
}
