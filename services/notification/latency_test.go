package notification_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification"
)

// BenchmarkCaseChangedToWebhook is one change at a time, from when it is published
// until the webhook has it, each hop on disk and nothing else to do; beside it one
// bare message that is published, read and posted.
func BenchmarkCaseChangedToWebhook(b *testing.B) {
	laps := many(b, 300)
	conn := natstest.Connect(b)
	came := make(chan time.Time, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came <- time.Now()
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
	b.Cleanup(s.Close)
	bed := "floor"
	if _, err := conn.JS().CreateStream(b.Context(), jetstream.StreamConfig{Name: bed, Subjects: []string{bed}}); err != nil {
		b.Fatal(err)
	}
	start(b, conn, notification.Config{WebhookURL: s.URL, WebhookSecret: secret})
	straight := posting(b, conn, bed, s.URL)
	var took, floor []time.Duration
	for b.Loop() {
		for range laps {
			rest(b, conn)
			c := changed(uint64(len(took)+1), "eta_given", "in_progress")
			began := time.Now()
			publish(b, conn, fmt.Sprint("c-1/", len(took)), c)
			took = append(took, (<-came).Sub(began))
			rest(b, conn)
			began = time.Now()
			straight()
			floor = append(floor, (<-came).Sub(began))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(took, 50), "p50-ms")
	b.ReportMetric(ms(took, 99), "p99-ms")
	b.ReportMetric(ms(floor, 50), "floor-p50-ms")
	b.ReportMetric(ms(floor, 99), "floor-p99-ms")
	b.ReportMetric(ms(took, 50)/ms(floor, 50), "took/floor")
}

// posting returns what publishes a message that is read and posted at once.
func posting(b *testing.B, conn *bus.Conn, bed, url string) func() {
	b.Helper()
	cons, err := conn.JS().CreateConsumer(b.Context(), bed, jetstream.ConsumerConfig{AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		b.Fatal(err)
	}
	reading, err := cons.Consume(func(m jetstream.Msg) {
		resp, err := http.Post(url, "application/json", strings.NewReader(string(m.Data())))
		if err != nil {
			b.Error(err)
			return
		}
		_ = resp.Body.Close()
		_ = m.Ack()
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(reading.Stop)
	return func() {
		if _, err := conn.JS().Publish(b.Context(), bed, make([]byte, 600)); err != nil {
			b.Error(err)
		}
	}
}

// rest waits until nothing is under way: all that was said is told and recorded.
func rest(b *testing.B, conn *bus.Conn) {
	b.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 20_000 {
		busy := 0
		for _, c := range []topology.Consumer{topology.NotificationOnCaseChanged, topology.NotificationToWebhook} {
			cons, err := conn.JS().Consumer(b.Context(), c.Stream.Name, c.Name)
			if err != nil {
				b.Fatal(err)
			}
			busy += cons.CachedInfo().NumAckPending + int(cons.CachedInfo().NumPending) //nolint:gosec // few
		}
		if busy == 0 {
			return
		}
		<-tick.C
	}
	b.Fatal("it never came to rest")
}

// ms is the value, in milliseconds, that p of a hundred do not exceed.
func ms(list []time.Duration, p int) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return float64(sorted[max(0, (len(sorted)*p+99)/100-1)]) / float64(time.Millisecond)
}
