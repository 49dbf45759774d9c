//go:build unix

package outage_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/outage"

	"tocsin/pkg/natstest"
	"tocsin/pkg/tenantkey"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

const (
	benched = 20_000
	askers  = 256
)

// BenchmarkSpool takes ticket events in, one each by many at once, without a bus, and drains
// them into one. Beside it stand what the disk and the bus give by themselves: as many
// bytes with a sync for each 256 events, and as many events stored directly, 250 at once.
func BenchmarkSpool(b *testing.B) {
	for b.Loop() {
		in := intake(b)
		dir := b.TempDir()
		k, err := outage.Open(outage.Settings{Dir: dir, Bytes: 1 << 30}, in, slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		measured(b, "take", func() { take(b, k) })
		bytes := written(b, dir)
		measured(b, "disk", func() { raw(b, bytes) })
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		measured(b, "drain", func() {
			go func() { ended <- k.Run(ctx, func(context.Context) error { return nil }) }()
			for tick := time.NewTicker(time.Millisecond); !k.Waits().IsZero(); {
				<-tick.C
			}
		})
		stop()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		measured(b, "bus", func() { direct(b, in) })
		_ = k.Close()
	}
	b.ReportMetric(0, "ns/op")
}

func intake(b testing.TB) events.Intake {
	b.Helper()
	conn := natstest.Connect(b)
	ring, err := tenantkey.Open(b.Context(), conn.JS())
	if err != nil {
		b.Fatal(err)
	}
	in := events.Intake{Tickets: events.NewTickets(conn), Signals: events.NewSignals(conn, ring), Now: time.Now}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- in.Signals.Run(ctx) }()
	b.Cleanup(func() { stop(); <-ended })
	for in.Signals.Ready(b.Context()) != nil {
		<-time.After(time.Millisecond)
	}
	return in
}

func event(of string, i int) *ingressv1.TicketEvent {
	return &ingressv1.TicketEvent{
		Id: fmt.Sprint(of, i), Source: "desk", Tenant: fmt.Sprint("tenant-", i%40), Ticket: fmt.Sprint(of, i/4), OccurredAt: timestamppb.New(time.Now()),
		Event: &ingressv1.TicketEvent_Note{Note: &ingressv1.Note{AuthorKind: ingressv1.AuthorKind_CUSTOMER, Text: "Es geht noch immer nicht, und um zehn beginnt unser Programm."}},
	}
}

func take(b *testing.B, k *outage.Keeper) {
	b.Helper()
	var all sync.WaitGroup
	for w := range askers {
		all.Go(func() {
			for i := w; i < benched; i += askers {
				l := &events.Lot{Received: time.Now(), Tickets: []*ingressv1.TicketEvent{event("spooled", i)}}
				if n, err := k.Take(b.Context(), l); n != 1 || err != nil {
					b.Errorf("%d, %v", n, err)
				}
			}
		})
	}
	all.Wait()
}

func written(b *testing.B, dir string) (bytes int) {
	b.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.spool"))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			bytes += int(info.Size())
		}
	}
	return bytes
}

// raw writes so many bytes to a file, in as many writes and syncs as the askers come together.
func raw(b *testing.B, bytes int) {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	piece := make([]byte, bytes*askers/benched)
	for range benched / askers {
		if _, err := f.Write(piece); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	_ = f.Close()
}

func direct(b *testing.B, in events.Intake) {
	b.Helper()
	const together = 250
	for i := 0; i < benched; i += together {
		l := &events.Lot{}
		for n := range together {
			l.Tickets = append(l.Tickets, event("direct", i+n))
		}
		if err := in.Store(b.Context(), l); err != nil {
			b.Fatal(err)
		}
	}
}

// measured reports how many events a second something did, and what each cost of our CPU,
// with the server's, which is in this process.
func measured(b *testing.B, name string, do func()) {
	began, cpu := time.Now(), used()
	do()
	b.ReportMetric(benched/time.Since(began).Seconds(), name+"/s")
	b.ReportMetric((used()-cpu).Seconds()*1e6/benched, name+"-us-cpu")
}

func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
