package door_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// BenchmarkPace is how long a producer waits for its 202 at half of what the doors
// are to bear. The requests begin by the clock, whether those before are answered or
// not, and a wait is counted from when its request was due. How late they began is
// told too: where other things run beside it that is the machine's, not the door's. So is
// the floor: what the door stores, stored at the same pace without it; and what was
// refused, because it could not be stored in time.
//
// TOCSIN_DOOR_SECONDS is how long it goes on.
func BenchmarkPace(b *testing.B) {
	for _, tt := range []pace{
		{"signals/protobuf", "/v1/signals", protobufType, 2000, 200_000},
		{"signals/protobuf-500", "/v1/signals", protobufType, 500, 200_000},
		{"signals/ndjson", "/v1/signals", ndjsonType, 1000, 40_000},
		{"tickets/ndjson", "/v1/tickets", ndjsonType, 100, 4_000},
		{"tickets/one", "/v1/tickets", jsonType, 1, 4_000},
	} {
		b.Run(tt.name, func(b *testing.B) {
			h := open(b)
			body := tt.bodies(b)
			h.post(b, tt.path, tt.kind, body(1<<30)) // keys and connections
			stored, by := tt.stored(b, h), h.wires(b, mostWires)
			for b.Loop() {
				door := paced(b, tt.rate/tt.perRequest, func(n int) bool {
					taken := false
					err := by.post(tt.path, tt.kind, body(n), func(status int, said []byte) {
						if taken = status == http.StatusAccepted; !taken && status != http.StatusServiceUnavailable {
							b.Errorf("%d %.200s", status, said)
						}
					})
					if err != nil {
						b.Error(err)
					}
					return taken
				})
				floor := paced(b, min(tt.rate/tt.perRequest, floorRate), func(n int) bool {
					some := slices.Clone(stored)
					for i := range some {
						some[i].ID = fmt.Sprint("floor-", n, "-", i)
					}
					_, err := h.conn.PublishBatch(b.Context(), some)
					return err == nil
				})
				disk := paced(b, min(tt.rate/tt.perRequest, floorRate), synced(b, stored))
				b.ReportMetric(0, "ns/op")
				door.report(b, "")
				floor.report(b, "floor-")
				disk.report(b, "disk-")
			}
		})
	}
}

// floorRate is how many batches a second the floor stores at most: one event in each is
// not what the door does, and more than the server can sync.
const floorRate = 100

// mostWires is over how many connections requests come: server and producers together have
// no more files open than a process may.
const mostWires = 400

// A pace is what is sent how often.
type pace struct {
	name, path, kind string
	perRequest, rate int // events
}

// bodies gives the n-th body. Each has ids of its own.
func (p pace) bodies(b *testing.B) func(n int) string {
	if p.path != "/v1/signals" {
		return func(n int) string { return notes(n*p.perRequest, p.perRequest) }
	}
	signals := strings.Join(attempts(p.perRequest), "\n")
	if p.kind == protobufType {
		signals = batch(b, attempts(p.perRequest)...)
	}
	return func(n int) string { return strings.ReplaceAll(signals, mark, fmt.Sprintf("a%07d-", n%10_000_000)) }
}

// stored is what the door stores for one request, or for a hundredth of a second.
func (p pace) stored(b *testing.B, h *house) (list []bus.Event) {
	if p.path == "/v1/signals" {
		for _, m := range messages(b, h, topology.Signals, topology.AllSignals) {
			list = append(list, bus.Event{Subject: m.subject, Payload: &intakev1.SignalsReceived{}, Encoded: m.data})
		}
		return list
	}
	m := messages(b, h, topology.Tickets, "intake.v1.ticket_changed.>")[0]
	for i := range max(p.perRequest, p.rate/floorRate) {
		list = append(list, bus.Event{Subject: topology.TicketSubject("floor", fmt.Sprint(i)), Payload: &intakev1.TicketChanged{}, Encoded: m.data})
	}
	return list
}

// synced writes as many bytes as events have to a file, and syncs them.
func synced(b *testing.B, list []bus.Event) func(int) bool {
	b.Helper()
	f := must(os.CreateTemp(b.TempDir(), "disk"))(b)
	b.Cleanup(func() { _ = f.Close() })
	var data []byte
	for _, e := range list {
		data = append(data, e.Encoded...)
	}
	return func(n int) bool {
		_, err := f.WriteAt(data, int64(n*len(data)))
		return err == nil && f.Sync() == nil
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

// waits are how long requests took from when they were due, and how late they began.
type waits struct {
	took, late []time.Duration
	refused    atomic.Int64
}

// paced begins so many requests a second, and counts those that were refused.
func paced(b *testing.B, rate int, request func(n int) bool) *waits {
	b.Helper()
	total := rate * size(b, "TOCSIN_DOOR_SECONDS", 1)
	w := &waits{took: make([]time.Duration, total), late: make([]time.Duration, total)}
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
			w.late[n] = time.Since(due)
			if !request(n) {
				w.refused.Add(1)
			}
			w.took[n] = time.Since(due)
		})
	}
	wg.Wait()
	return w
}

func (w *waits) report(b *testing.B, of string) {
	b.Helper()
	b.ReportMetric(float64(w.refused.Load()), of+"refused")
	for name, list := range map[string][]time.Duration{"": w.took, "late-": w.late} {
		slices.Sort(list)
		for part, at := range map[string]float64{"p50-ms": 0.5, "p99-ms": 0.99} {
			b.ReportMetric(list[int(at*float64(len(list)-1))].Seconds()*1e3, of+name+part)
		}
	}
}
