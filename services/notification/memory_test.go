package notification_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"tocsin/pkg/natstest"
	"tocsin/services/notification"
)

// BenchmarkWaiting is how much memory a notification takes that waits: held back
// alone, by quiet hours, and at a destination that does not answer. It is all of
// the process, the bus included.
func BenchmarkWaiting(b *testing.B) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	nowhere := "http://" + closed.Addr().String()
	if err := closed.Close(); err != nil {
		b.Fatal(err)
	}
	now := time.Now().UTC()
	file := func(name, quiet string) string {
		return fmt.Sprintf("destinations:\n  %s:\n    channel: webhook\n    with: {url: %q, secret: %q}\n%sroutes:\n  - {name: all, to: [%s], when: {audience: [leadership]}}\n", name, nowhere, secret, quiet, name)
	}
	night := fmt.Sprintf("    quiet: {from: %q, to: %q, zone: UTC}\n", now.Add(-time.Hour).Format("15:04"), now.Add(12*time.Hour).Format("15:04"))
	b.Run("held", func(b *testing.B) { kept(b, file("night", night), "night", true) })
	b.Run("dead", func(b *testing.B) { kept(b, file("dead", ""), "dead", false) })
}

// kept is one destination, and so many that wait for it.
func kept(b *testing.B, text, name string, held bool) {
	messages := many(b, 20_000)
	took := 0.0
	for b.Loop() {
		conn := natstest.Connect(b)
		path := filepath.Join(b.TempDir(), "routes.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		_, stop := start(b, conn, notification.Config{RoutesFile: path})
		served(b, conn, name)
		before := heap(b)
		waiting(b, conn, messages)
		for tick := time.NewTicker(100 * time.Millisecond); held && waits(b, conn) < uint64(messages); {
			<-tick.C
		}
		took += heap(b) - before
		stop()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took/float64(messages)/float64(b.N), "bytes/waiting")
}

// heap is what the process holds when it has come to rest: the least within the
// time in which the bus lets go of what it keeps at hand.
func heap(b *testing.B) float64 {
	b.Helper()
	var m runtime.MemStats
	least := ^uint64(0)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	looks := 15
	if most := 20_000; many(b, most) < most {
		looks = 1
	}
	for range looks {
		runtime.GC()
		runtime.ReadMemStats(&m)
		least = min(least, m.HeapAlloc+m.StackInuse)
		<-tick.C
	}
	return float64(least)
}
