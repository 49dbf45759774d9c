package detect

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// traffic is a mix of signals like a platform's: mostly log-ins, of many
// tenants, an hour of event time.
func traffic(n, tenants, users int) []Signal {
	r := rand.New(rand.NewPCG(7, 42))
	names, people := make([]string, tenants), make([]string, users)
	for i := range names {
		names[i] = fmt.Sprintf("tenant-%06d", i)
	}
	for i := range people {
		people[i] = fmt.Sprintf("%032x", r.Uint64())
	}
	list := make([]Signal, n)
	for i := range list {
		s := Signal{
			Source: "auth-gateway.eu-west-1", ID: fmt.Sprintf("01J%023X", i), Tenant: names[r.IntN(tenants)],
			At: nine.Add(time.Duration(float64(i) / float64(n) * float64(time.Hour))),
		}
		switch k := r.IntN(10); {
		case k < 8:
			s.Kind, s.Auth = KindAuthAttempt, AuthAttempt{User: people[r.IntN(users)], Method: MethodSSO, OK: r.IntN(20) > 0}
			if !s.Auth.OK {
				s.Auth.Failure = FailureBadCredentials
			}
			if r.IntN(100) == 0 {
				s.Auth.OK, s.Auth.Failure = false, FailureTimeout
			}
		case k < 9:
			s.Kind, s.Report = KindReportRun, ReportRun{Run: fmt.Sprint("r", i), State: RunDelivered}
		default:
			s.Kind, s.Upload = KindFileUpload, FileUpload{Upload: fmt.Sprint("u", i), Accepted: r.IntN(10) > 0}
		}
		list[i] = s
	}
	return list
}

func BenchmarkEngine(b *testing.B) {
	for _, scopes := range []struct {
		name string
		s    Scopes
	}{{"tenants", Tenants}, {"platform", Platform}, {"both", Both}} {
		b.Run(scopes.name, func(b *testing.B) {
			signals, rules := traffic(200_000, 1000, 100), policy.Default().Rules
			b.ReportAllocs()
			began := cpu()
			for b.Loop() {
				e := New(rules, Options{Scopes: scopes.s})
				for i := range signals {
					e.Apply(signals[i], signals[i].At)
				}
			}
			b.ReportMetric(float64(cpu()-began)/float64(b.N)/float64(len(signals)), "cpu-ns/signal")
		})
	}
}

// BenchmarkFloor is what one would write by hand in an afternoon: windows of
// one-minute panes in Go maps. It counts failing people per tenant over an
// hour, and runs and uploads that fail for a day. It knows no platform scope,
// no event that leaves to the nanosecond, no late or repeated signal, no
// evidence, no withdrawal, no flapping, no expiry, no snapshot.
func BenchmarkFloor(b *testing.B) {
	signals := traffic(200_000, 1000, 100)
	b.ReportAllocs()
	began := cpu()
	for b.Loop() {
		f := floor{tenants: map[string]*floorTenant{}}
		for i := range signals {
			f.apply(&signals[i])
		}
	}
	b.ReportMetric(float64(cpu()-began)/float64(b.N)/float64(len(signals)), "cpu-ns/signal")
}

type floor struct {
	tenants map[string]*floorTenant
	raised  int
}

type floorTenant struct {
	last   map[string]int64 // person → minute of the latest attempt that failed
	panes  [61][]string
	minute int64
	raised bool
	failed [2]int
	ok     [2]int64
}

func (f *floor) apply(s *Signal) {
	t := f.tenants[s.Tenant]
	if t == nil {
		t = &floorTenant{last: map[string]int64{}}
		f.tenants[s.Tenant] = t
	}
	switch s.Kind {
	case KindAuthAttempt:
		f.attempt(t, s)
	case KindReportRun:
		t.delivery(0, s.Report.State == RunDelivered, s.At.Unix())
	case KindFileUpload:
		t.delivery(1, s.Upload.Accepted, s.At.Unix())
	}
}

func (f *floor) attempt(t *floorTenant, s *Signal) {
	minute := s.At.Unix() / 60
	for t.minute < minute {
		t.minute = max(t.minute+1, minute-60)
		pane := &t.panes[t.minute%61]
		for _, u := range *pane {
			if t.last[u] <= t.minute-60 {
				delete(t.last, u)
			}
		}
		*pane = (*pane)[:0]
	}
	if s.Auth.OK {
		delete(t.last, s.Auth.User)
	} else if s.Auth.Failure < FailureBadCredentials {
		t.last[s.Auth.User] = minute
		t.panes[minute%61] = append(t.panes[minute%61], s.Auth.User)
	}
	if over := len(t.last) > 100; over != t.raised {
		t.raised = over
		f.raised++
	}
}

func (t *floorTenant) delivery(which int, ok bool, at int64) {
	if ok {
		t.ok[which], t.failed[which] = at, 0
	} else {
		t.failed[which]++
	}
}

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

// cpu is the processor time used so far: on a busy machine, what can be compared.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
