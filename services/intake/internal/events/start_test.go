package events_test

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tocsin/services/intake/internal/events"

	"tocsin/pkg/tenantkey"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// BenchmarkStart is how long intake reads what was stored lately before it stores
// anything, and the processors' time of it, the server's share included.
//
// TOCSIN_EVENTS_SIGNALS is how many signals were stored.
func BenchmarkStart(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("TOCSIN_EVENTS_SIGNALS"))
	if err != nil {
		n = 20_000
	}
	s := serve(b)
	in := intake(b, s)
	for from := 0; from < n; from += 10_000 {
		set := make([]*ingressv1.Signal, min(10_000, n-from))
		for i := range set {
			set[i] = attempt(fmt.Sprint("attempt-", from+i), fmt.Sprint("tenant-", i%100), "u")
		}
		if err := in.Signals.Put(b.Context(), set); err != nil {
			b.Fatal(err)
		}
	}
	conn := connect(b, s)
	ring, err := tenantkey.Open(b.Context(), conn.JS())
	if err != nil {
		b.Fatal(err)
	}
	var took, worked time.Duration
	for b.Loop() {
		before, begun := processors(b), time.Now()
		starts := events.NewSignals(conn, ring)
		during(b, starts.Run)
		known := []*ingressv1.Signal{attempt("attempt-0", "tenant-0", "u")}
		if err := starts.Put(b.Context(), known); err != nil { // it waits until all is read
			b.Fatal(err)
		}
		took, worked = took+time.Since(begun), worked+processors(b)-before
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took.Seconds()/float64(b.N), "s/start")
	b.ReportMetric(float64(worked.Microseconds())/float64(b.N*n), "cpu-µs/signal")
}

// processors is the time that all of them have spent on this process.
func processors(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
