package notification_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/topology"
	"tocsin/services/notification"
)

// A fan is many destinations, of which some may hang; it notes when each of the
// others has what it was sent.
type fan struct {
	*httptest.Server
	hang atomic.Bool
	mu   sync.Mutex
	came map[string][]time.Time // by the case
	news chan struct{}
	over chan struct{}
}

func newFan(b *testing.B) *fan {
	f := &fan{came: map[string][]time.Time{}, news: make(chan struct{}, 1), over: make(chan struct{})}
	f.Server = httptest.NewServer(f)
	b.Cleanup(func() { close(f.over); f.CloseClientConnections(); f.Close() })
	return f
}

func (f *fan) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	body, _ := io.ReadAll(r.Body)
	apart := strings.HasPrefix(r.URL.Path, "/apart")
	if apart && f.hang.Load() {
		select {
		case <-r.Context().Done():
		case <-f.over:
		}
		return
	}
	w.WriteHeader(http.StatusNoContent)
	if apart {
		return
	}
	_, id, _ := strings.Cut(string(body), `"case":"`)
	id, _, _ = strings.Cut(id, `"`)
	f.mu.Lock()
	f.came[id] = append(f.came[id], now)
	f.mu.Unlock()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// await returns when so many destinations have a case.
func (f *fan) await(b *testing.B, id string, n int) []time.Time {
	b.Helper()
	for deadline := time.After(2 * time.Minute); ; {
		f.mu.Lock()
		list := slices.Clone(f.came[id])
		f.mu.Unlock()
		if len(list) >= n {
			return list
		}
		select {
		case <-f.news:
		case <-deadline:
			b.Fatalf("%d of %d have %s", len(list), n, id)
		}
	}
}

// routes is a file of so many destinations that all are told everything.
func (f *fan) routes(b *testing.B, destinations, apart int) (path string, names []string) {
	b.Helper()
	var text strings.Builder
	text.WriteString("destinations:\n")
	for i := range destinations {
		place := "counts"
		if i < apart {
			place = "apart"
		}
		names = append(names, fmt.Sprint("d", i))
		fmt.Fprintf(&text, "  d%d: {channel: webhook, with: {url: %q, secret: %q}}\n", i, fmt.Sprintf("%s/%s/%d", f.URL, place, i), secret)
	}
	fmt.Fprintf(&text, "routes:\n  - {name: all, to: [%s], when: {audience: [leadership]}}\n", strings.Join(names, ", "))
	path = filepath.Join(b.TempDir(), "routes.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path, names
}

// BenchmarkManyDestinations is how long one notification takes to each of nine in
// ten destinations, beside others that are well, and then beside others that hang.
// There are 100, or as many as TOCSIN_BENCH_DESTINATIONS says.
func BenchmarkManyDestinations(b *testing.B) {
	const laps = 10
	destinations := 100
	if text := os.Getenv("TOCSIN_BENCH_DESTINATIONS"); text != "" {
		var err error
		if destinations, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	apart := destinations / 10
	conn, f := natstest.Connect(b), newFan(b)
	path, names := f.routes(b, destinations, apart)
	began := time.Now()
	start(b, conn, notification.Config{RoutesFile: path})
	allServed(b, conn, names)
	ready := time.Since(began)
	told, took := 0, map[bool][]time.Duration{}
	for b.Loop() {
		for _, hang := range []bool{false, true} {
			f.hang.Store(hang)
			for range laps {
				told++
				id := fmt.Sprint("c-", told)
				began := time.Now()
				publish(b, conn, id, of(id, "acme", "sso_unavailable"))
				for _, at := range f.await(b, id, destinations-apart) {
					took[hang] = append(took[hang], at.Sub(began))
				}
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ready.Seconds(), "start-s")
	b.ReportMetric(ms(took[false], 50), "well-p50-ms")
	b.ReportMetric(ms(took[false], 99), "well-p99-ms")
	b.ReportMetric(ms(took[true], 50), "hanging-p50-ms")
	b.ReportMetric(ms(took[true], 99), "hanging-p99-ms")
	b.ReportMetric(ms(took[true], 99)/ms(took[false], 99), "hanging/well")
}

// allServed waits until each destination has its place.
func allServed(b *testing.B, conn *bus.Conn, names []string) {
	b.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for at, deadline := 0, time.Now().Add(10*time.Minute); at < len(names); <-tick.C {
		for ; at < len(names); at++ {
			if _, err := conn.JS().Consumer(b.Context(), topology.Notifications.Name, topology.Destinations+names[at]); err != nil {
				break
			}
		}
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d destinations are served", at, len(names))
		}
	}
}
