package door_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkPace is how long a producer waits for its 202 at half of what the doors
// are to bear. The requests begin by the clock, whether those before are answered or
// not, and a wait is counted from when its request was due.
//
// TOCSIN_DOOR_SECONDS is how long it goes on.
func BenchmarkPace(b *testing.B) {
	for _, tt := range []struct {
		name, path, kind string
		perRequest, rate int // events
	}{
		{"signals/protobuf", "/v1/signals", protobufType, 2000, 200_000},
		{"signals/ndjson", "/v1/signals", ndjsonType, 1000, 40_000},
		{"tickets/ndjson", "/v1/tickets", ndjsonType, 100, 4_000},
		{"tickets/one", "/v1/tickets", jsonType, 1, 4_000},
	} {
		b.Run(tt.name, func(b *testing.B) {
			h := open(b)
			signals := strings.Join(attempts(tt.perRequest), "\n")
			if tt.kind == protobufType {
				signals = batch(b, attempts(tt.perRequest)...)
			}
			body := func(n int) string {
				if tt.path == "/v1/signals" {
					return signals
				}
				return notes(n*tt.perRequest, tt.perRequest)
			}
			h.post(b, tt.path, tt.kind, body(-1)) // keys and connections
			for b.Loop() {
				paced(b, tt.rate/tt.perRequest, func(n int) {
					if got := h.post(b, tt.path, tt.kind, body(n)); got.status != http.StatusAccepted {
						b.Errorf("%+v", got)
					}
				})
			}
		})
	}
}

// notes are so many ticket events, one a line.
func notes(from, n int) string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = note(fmt.Sprint(from+i), fmt.Sprint("T-", (from+i)/4))
	}
	return strings.Join(lines, "\n")
}

// paced begins so many requests a second and reports how long they took.
func paced(b *testing.B, rate int, request func(n int)) {
	b.Helper()
	total := rate * size(b, "TOCSIN_DOOR_SECONDS", 1)
	took := make([]time.Duration, total)
	var wg sync.WaitGroup
	began := time.Now()
	clock := time.NewTicker(time.Second / time.Duration(rate))
	defer clock.Stop()
	for n := range total {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(rate))
		for time.Now().Before(due) {
			<-clock.C
		}
		wg.Go(func() {
			request(n)
			took[n] = time.Since(due)
		})
	}
	wg.Wait()
	slices.Sort(took)
	for name, part := range map[string]float64{"p50-ms": 0.5, "p99-ms": 0.99} {
		b.ReportMetric(took[int(part*float64(total-1))].Seconds()*1e3, name)
	}
	b.ReportMetric(0, "ns/op")
}
