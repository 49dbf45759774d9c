package detect

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// BenchmarkPerson gives the bytes that one more person in a window costs.
func BenchmarkPerson(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		rules := policy.Default().Rules
		before := heap()
		e := New(rules, Options{Scopes: Platform})
		for i := range n {
			s := attemptOf(fmt.Sprint("u", i), MethodPassword, FailureNone)
			s.Source, s.ID, s.Tenant, s.At = "s", "i", "acme", nine.Add(time.Duration(i))
			e.Apply(s, s.At)
		}
		b.ReportMetric(float64(heap()-before)/n, "B/person")
		runtime.KeepAlive(e)
	}
}

// BenchmarkWindow gives the bytes of a tenant with one person in two windows.
func BenchmarkWindow(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		rules := policy.Default().Rules
		before := heap()
		e := New(rules, Options{Scopes: Tenants})
		for i := range n {
			s := attemptOf("u", MethodSSO, FailureNone)
			s.Source, s.ID, s.Tenant, s.At = "s", "i", fmt.Sprint("t", i), nine.Add(time.Duration(i))
			e.Apply(s, s.At)
		}
		b.ReportMetric(float64(heap()-before)/n/2, "B/window")
		runtime.KeepAlive(e)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
