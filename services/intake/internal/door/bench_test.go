package door_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// Each benchmark does its work twice: through the door, and as the floor, which
// publishes what the door stored, ready made, in the largest batches that the
// stream takes. Both are told as events a second and as the processors' time for an
// event, of producers, door and server together: where other things run beside it,
// only the second says something.

// size is a knob: what the environment says, or a small number that is fit to run
// once with all other benchmarks.
func size(b *testing.B, name string, small int) int {
	b.Helper()
	text := os.Getenv(name)
	if text == "" {
		return small
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return n
}

// mark stands in the ids of attempts, for a number of the same length.
const mark = "a0000000-"

// attempt is a log-in attempt.
func attempt(id, user int) string {
	return fmt.Sprintf(`{"id":"`+mark+`%d","source":"okta","tenant":"t%d","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"user":"u%d","method":"SSO","outcome":"FAILURE","failure":"TIMEOUT"}}`,
		id, user%100, user)
}

// attempts are so many, one a line.
func attempts(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = attempt(i, i)
	}
	return lines
}

func BenchmarkPostSignals(b *testing.B) {
	for _, n := range []int{1, 100, 4000} {
		lines := attempts(n)
		b.Run(fmt.Sprintf("protobuf/%d", n), func(b *testing.B) { postSignals(b, protobufType, batch(b, lines...), n) })
		b.Run(fmt.Sprintf("ndjson/%d", n), func(b *testing.B) { postSignals(b, ndjsonType, strings.Join(lines, "\n"), n) })
	}
}

// postSignals sends one body again and again, each time under other ids, from eight
// producers for each processor.
func postSignals(b *testing.B, contentType, body string, events int) {
	h := open(b)
	h.post(b, "/v1/signals", contentType, body) // the keys of the tenants
	by := h.wires(b, 8*runtime.GOMAXPROCS(0))
	var sent atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	door := measure(b, events, func() {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				fresh := strings.ReplaceAll(body, mark, fmt.Sprintf("a%07d-", sent.Add(1)))
				by.load(b, "/v1/signals", contentType, fresh, events)
			}
		})
	})
	b.StopTimer()
	packs := messages(b, h, topology.Signals, topology.AllSignals)
	door.against(measure(b, events, func() {
		for left := b.N * events; left > 0; left -= 60_000 { // about as many as the door writes at once
			some := make([]bus.Event, 0, len(packs))
			for n := 0; n < min(left, 60_000); n += len(packs[len(some)%len(packs)].signals) {
				p := packs[len(some)%len(packs)]
				some = append(some, bus.Event{Subject: p.subject, ID: fmt.Sprint(left, n), Payload: &intakev1.SignalsReceived{}, Encoded: p.data})
			}
			publish(b, h, some)
		}
	}))
}

// BenchmarkPostTickets posts events, four of a ticket: many in a request, and one in
// each of the requests of many.
func BenchmarkPostTickets(b *testing.B) {
	for _, tt := range []struct{ events, producers int }{{1, 1}, {1, 64}, {1, 256}, {100, 1}, {100, 16}, {1000, 4}} {
		b.Run(fmt.Sprintf("%d/by-%d", tt.events, tt.producers), func(b *testing.B) { postTickets(b, tt.events, tt.producers) })
	}
}

func postTickets(b *testing.B, events, producers int) {
	h := open(b)
	by := h.wires(b, max(producers, runtime.GOMAXPROCS(0)))
	var next atomic.Int64
	b.SetParallelism(max(1, producers/runtime.GOMAXPROCS(0)))
	b.ResetTimer()
	door := measure(b, events, func() {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				var body strings.Builder
				for range events {
					i := next.Add(1)
					fmt.Fprintln(&body, note(fmt.Sprint(i), fmt.Sprint("T-", i/4)))
				}
				by.load(b, "/v1/tickets", ndjsonType, body.String(), events)
			}
		})
	})
	b.StopTimer()
	stored := messages(b, h, topology.Tickets, "intake.v1.ticket_changed.>")[0]
	door.against(measure(b, events, func() {
		for left := b.N * events; left > 0; left -= 1000 {
			some := make([]bus.Event, min(left, 1000))
			for i := range some {
				id := fmt.Sprint("floor-", left-i)
				some[i] = bus.Event{
					Subject: topology.TicketSubject("acme", id), ID: id, ExpectLast: bus.Sequence(0),
					Payload: &intakev1.TicketChanged{}, Encoded: stored.data,
				}
			}
			publish(b, h, some)
		}
	}))
}

// load posts a body of which all events are to be accepted. Of the answer it reads
// no more than a producer has to.
func (all *wires) load(b *testing.B, path, contentType, body string, events int) {
	err := all.post(path, contentType, body, func(status int, said []byte) {
		if status != http.StatusAccepted || !strings.HasPrefix(string(said[:min(len(said), 40)]), fmt.Sprintf(`{"accepted":%d,`, events)) {
			b.Errorf("%d: %.200s", status, said)
		}
	})
	if err != nil {
		b.Error(err)
	}
}

// A stored message, and its signals if it has some.
type message struct {
	subject string
	data    []byte
	signals []struct{}
}

// messages are the first that the stream has of a subject, one of each.
func messages(b *testing.B, h *house, stream topology.Stream, subject string) (list []message) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
	defer cancel()
	seen := map[string]bool{}
	for _, raw := range must(h.conn.Among(ctx, stream, subject, bus.Span{From: 1, N: 64}))(b) {
		if seen[raw.Subject] {
			continue
		}
		seen[raw.Subject] = true
		m := message{subject: raw.Subject, data: raw.Data}
		if stream.Name == topology.Signals.Name {
			var batch intakev1.SignalsReceived
			if err := proto.Unmarshal(raw.Data, &batch); err != nil {
				b.Fatal(err)
			}
			m.signals = make([]struct{}, len(batch.Signals))
		}
		list = append(list, m)
	}
	if len(list) == 0 {
		b.Fatal("nothing was stored")
	}
	return list
}

// publish stores events in batches.
func publish(b *testing.B, h *house, events []bus.Event) {
	b.Helper()
	for len(events) > 0 {
		n := min(len(events), 1000)
		if _, err := h.conn.PublishBatch(b.Context(), events[:n]); err != nil {
			b.Fatal(err)
		}
		events = events[n:]
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// taken is what some work took.
type taken struct {
	b      *testing.B
	events float64
	cpu    time.Duration
	wall   time.Duration
}

// measure does b.N times so many events.
func measure(b *testing.B, events int, work func()) taken {
	b.Helper()
	run.TradeMemory() // as the program does
	before, began := cpu(b), time.Now()
	work()
	return taken{b, float64(b.N * events), cpu(b) - before, time.Since(began)}
}

// perEvent is the processors' time, in microseconds.
func (t taken) perEvent() float64 { return float64(t.cpu.Nanoseconds()) / 1e3 / t.events }

// against reports what the door took, and the floor.
func (t taken) against(floor taken) {
	t.b.ReportMetric(t.events/t.wall.Seconds(), "events/s")
	t.b.ReportMetric(t.perEvent(), "cpu-µs/event")
	t.b.ReportMetric(floor.events/floor.wall.Seconds(), "floor-events/s")
	t.b.ReportMetric(floor.perEvent(), "floor-cpu-µs/event")
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
