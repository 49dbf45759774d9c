package notification_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	"tocsin/services/notification"
)

// A counter takes posts, and counts each id once; a repeat fails the benchmark.
type counter struct {
	URL  string
	b    *testing.B
	want int
	mu   sync.Mutex
	seen map[string]bool
	all  chan struct{}
}

func counting(b *testing.B, want int) *counter {
	b.Helper()
	run.TradeMemory() // as the program does
	c := &counter{b: b, want: want, seen: map[string]bool{}, all: make(chan struct{})}
	s := httptest.NewServer(c)
	b.Cleanup(s.Close)
	c.URL = s.URL
	return c
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	id := r.Header.Get("webhook-id")
	if c.seen[id] {
		c.b.Errorf("%s came twice", id)
	}
	if c.seen[id] = true; len(c.seen) == c.want {
		close(c.all)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *counter) await() {
	c.b.Helper()
	select {
	case <-c.all:
	case <-time.After(2 * time.Minute):
		c.mu.Lock()
		defer c.mu.Unlock()
		c.b.Fatalf("%d of %d came", len(c.seen), c.want)
	}
}

// storm stores so many changes, each of another case.
func storm(b *testing.B, conn *bus.Conn, cases int) {
	b.Helper()
	var events []bus.Event
	for i := range cases {
		c := changed(1, "opened", "pending_review")
		c.Case.Id = fmt.Sprint("c-", i)
		events = append(events, bus.Event{Subject: topology.CaseSubject("acme", c.Case.Id), ID: bus.ID("storm", c.Case.Id), Payload: c})
	}
	for some := range slices.Chunk(events, 1000) {
		for _, err := range conn.PublishAll(b.Context(), some) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkStormToWebhook is 10,000 changes that wait on CASES until the webhook
// has the last of them, each hop on disk; beside it the same number of bare
// messages that are stored in batches, fetched, posted and acknowledged.
func BenchmarkStormToWebhook(b *testing.B) {
	cases := many(b, 10_000)
	var took, floor, work, floorWork time.Duration
	for b.Loop() {
		b.StopTimer()
		conn, hook := natstest.Connect(b), counting(b, cases)
		storm(b, conn, cases)
		b.StartTimer()
		began, busy := time.Now(), worked()
		_, stop := start(b, conn, notification.Config{WebhookURL: hook.URL, WebhookSecret: secret})
		hook.await()
		took, work = took+time.Since(began), work+worked()-busy
		b.StopTimer()
		stop()
		busy = worked()
		floor += bare(b, cases)
		floorWork += worked() - busy
		b.StartTimer()
	}
	b.ReportMetric(float64(cases*b.N)/took.Seconds(), "changes/s")
	b.ReportMetric(float64(cases*b.N)/floor.Seconds(), "floor/s")
	b.ReportMetric(took.Seconds()/floor.Seconds(), "took/floor")
	b.ReportMetric(float64(work.Microseconds())/float64(cases*b.N), "cpu-us/change")
	b.ReportMetric(float64(floorWork.Microseconds())/float64(cases*b.N), "floor-cpu-us")
}

// many is how many things a benchmark does: those of the goal, or as many as
// TOCSIN_BENCH_CASES says, where it only has to be seen to run.
func many(b *testing.B, goal int) int {
	b.Helper()
	text := os.Getenv("TOCSIN_BENCH_CASES")
	if text == "" {
		return goal
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("TOCSIN_BENCH_CASES: %v", err)
	}
	return n
}

// worked is how long processors have worked for this process.
func worked() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bare is how long so many bare messages take to a webhook through one stream.
func bare(b *testing.B, messages int) time.Duration {
	b.Helper()
	conn, hook := natstest.Connect(b), counting(b, messages)
	js := conn.JS()
	c := jetstream.ConsumerConfig{Durable: "floor", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1000}
	cons, err := js.CreateConsumer(b.Context(), topology.Notifications.Name, c)
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { waiting(b, conn, messages) })
	msgs := make(chan jetstream.Msg)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	for range 32 {
		wg.Go(func() {
			for m := range msgs {
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(m.Data()))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("webhook-id", m.Subject())
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				_ = m.Ack()
			}
		})
	}
	it, err := cons.Messages(jetstream.PullMaxMessages(500))
	if err != nil {
		b.Fatal(err)
	}
	for range messages {
		m, err := it.Next()
		if err != nil {
			b.Fatal(err)
		}
		msgs <- m
	}
	hook.await()
	took := time.Since(began)
	it.Stop()
	close(msgs)
	wg.Wait()
	cancel()
	return took
}

// BenchmarkStormGrouped is 10,000 changes that come at once, and in how many
// messages a destination is told of them that gathers.
func BenchmarkStormGrouped(b *testing.B) {
	cases := many(b, 10_000)
	of := map[string]bool{}
	for b.Loop() {
		conn := natstest.Connect(b)
		url, _ := receiver(b)
		path := routes(b, url, "routes:\n  - {name: storm, to: [ops], when: {audience: [leadership]}, group: {by: [tenant], wait: 10s}}\n")
		_, stop := start(b, conn, notification.Config{RoutesFile: path})
		served(b, conn, "ops")
		storm(b, conn, cases)
		told := map[string]bool{}
		for tick := time.NewTicker(200 * time.Millisecond); len(told) < cases; {
			<-tick.C
			for _, r := range records(b, conn, "ops") {
				switch {
				case r.GetOutcome() == "grouped":
					told[r.GetCase()], of[r.GetAnswer()] = true, true // it names the message
				case r.GetKind() != "several":
					told[r.GetCase()], of[r.GetNotification()] = true, true
				}
			}
		}
		stop()
	}
	b.ReportMetric(float64(len(of))/float64(b.N), "messages")
}
