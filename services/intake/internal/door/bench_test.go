package door_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// attempt is a log-in attempt.
func attempt(id, user int) string {
	return fmt.Sprintf(`{"id":"a%d","source":"okta","tenant":"t%d","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"user":"u%d","method":"SSO","outcome":"FAILURE","failure":"TIMEOUT"}}`,
		id, user%100, user)
}

func BenchmarkPostSignals(b *testing.B) {
	for _, n := range []int{1, 100, 2000} {
		signals := make([]string, n)
		for i := range signals {
			signals[i] = attempt(i, i)
		}
		b.Run(fmt.Sprintf("protobuf/%d", n), func(b *testing.B) { post(b, "/v1/signals", protobufType, batch(b, signals...), n) })
		b.Run(fmt.Sprintf("ndjson/%d", n), func(b *testing.B) { post(b, "/v1/signals", ndjsonType, strings.Join(signals, "\n"), n) })
	}
}

// post sends one body again and again, from eight producers for each processor.
func post(b *testing.B, path, contentType, body string, events int) {
	h := open(b)
	h.post(b, path, contentType, body) // the keys of the tenants
	b.SetBytes(int64(len(body)))
	b.SetParallelism(8)
	b.ResetTimer()
	before := cpu(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if got := h.post(b, path, contentType, body); got.status != http.StatusAccepted || got.Accepted != events {
				b.Errorf("%+v", got)
			}
		}
	})
	b.ReportMetric(float64(b.N)*float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/1e3/float64(b.N*events), "cpu-µs/event")
}

// cpu is the time that all processors have spent on this process.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkPostTickets posts events of four a ticket: many in a request, and one in
// each of many.
func BenchmarkPostTickets(b *testing.B) {
	for _, tt := range []struct{ events, producers int }{{1, 1}, {1, 64}, {1, 256}, {100, 1}, {100, 8}, {1000, 4}} {
		b.Run(fmt.Sprintf("%d/by-%d", tt.events, tt.producers), func(b *testing.B) {
			h := open(b)
			var next atomic.Int64
			b.SetParallelism(max(1, tt.producers/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			before := cpu(b)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					var body strings.Builder
					for range tt.events {
						i := next.Add(1)
						fmt.Fprintln(&body, note(fmt.Sprint(i), fmt.Sprint("T-", i/4)))
					}
					if got := h.post(b, "/v1/tickets", ndjsonType, body.String()); got.status != http.StatusAccepted || got.Accepted != tt.events {
						b.Errorf("%+v", got)
					}
				}
			})
			b.ReportMetric(float64(b.N)*float64(tt.events)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/1e3/float64(b.N*tt.events), "cpu-µs/event")
		})
	}
}
