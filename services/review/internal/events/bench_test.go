package events

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/ledgerbench"
	"tocsin/services/review/internal/ledger/postgres"
	"tocsin/services/review/internal/ledger/sqlite"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/pgtest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// books opens an empty ledger of each kind.
func books(b *testing.B) map[string]func() *ledger.Ledger {
	must := func(book *ledger.Ledger, err error) *ledger.Ledger {
		if err != nil {
			b.Fatal(err)
		}
		return book
	}
	return map[string]func() *ledger.Ledger{
		"sqlite": func() *ledger.Ledger {
			return must(sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db")))
		},
		"postgres": func() *ledger.Ledger {
			url := pgtest.Database(b, "empty-ledger", func(url string) error { return must(postgres.Open(b.Context(), url)).Close() })
			return must(postgres.Open(b.Context(), url))
		},
	}
}

// raised is a condition of one of 500 tenants, of a trouble of its own.
func raised(i int) bus.Event {
	scope, id := fmt.Sprint("tenant-", i%500), fmt.Sprint("episode-", i)
	now := timestamppb.Now()
	return bus.Event{
		Subject: topology.ConditionSubject(scope, string(policy.SecurityBreach), fmt.Sprint("finding-", i)), ID: bus.ID("bench", id), Time: time.Now(),
		Payload: &monitoringv1.ConditionChanged{Condition: &monitoringv1.Condition{
			Id: id, Episode: id, Change: "raised", Reason: string(policy.SecurityBreach), Scope: scope, Subject: fmt.Sprint("finding-", i),
			Value: 1, Threshold: 1, At: now, DetectedAt: now, FirstAt: now, Evidence: []string{"scanner/a1"},
		}},
	}
}

// BenchmarkConditionsBecomeCases has conditions that wait on the stream become
// cases, beside what one fact after another takes.
func BenchmarkConditionsBecomeCases(b *testing.B) {
	for name, open := range books(b) {
		b.Run(name, func(b *testing.B) {
			book, conn := open(), natstest.Connect(b)
			defer book.Close()
			for part := range slices.Chunk(slices.Collect(numbers(b.N)), 1000) {
				var events []bus.Event
				for _, i := range part {
					events = append(events, raised(i))
				}
				for _, err := range conn.PublishAll(b.Context(), events) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			all := &counting{Ledger: book, want: int64(b.N), done: make(chan struct{})}
			ctx, cancel := context.WithCancel(b.Context())
			ended := make(chan error, 1)
			b.ResetTimer()
			go func() {
				in := In{Ledger: all, Policy: policy.Default()}
				ended <- bus.BatchConsumer(conn, topology.ReviewOnConditionChanged, in.OnConditionsChanged)(ctx)
			}()
			<-all.done
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
			b.ReportMetric(float64(b.N)/float64(all.calls.Load()), "facts/commit")
			cancel()
			if err := <-ended; err != nil {
				b.Fatal(err)
			}
		})
	}
}

func numbers(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// counting counts the cases that were made.
type counting struct {
	*ledger.Ledger
	want  int64
	made  atomic.Int64
	calls atomic.Int64
	done  chan struct{}
}

func (c *counting) HearAll(ctx context.Context, facts []ledger.Heard, p *policy.Policy) []ledger.Outcome {
	out := c.Ledger.HearAll(ctx, facts, p)
	c.calls.Add(1)
	for _, o := range out {
		if o.Err == nil && len(o.Changes) > 0 && c.made.Add(1) == c.want {
			close(c.done)
		}
	}
	return out
}

// BenchmarkDecisionIsPublished has leaders claim and release cases of many, and
// waits until each change is on the stream; beside it, what an acknowledged
// publish takes.
func BenchmarkDecisionIsPublished(b *testing.B) {
	site, conn := ledgerbench.Open(b), natstest.Connect(b)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	live := &Live{Conn: conn}
	go live.Run(ctx)
	relay := NewRelay(site.Ledger, conn, policy.Default(), slog.Default())
	go relay.Run(ctx)
	page, err := site.Cases(ctx, ledger.Query{States: []decide.State{decide.PendingReview}, Limit: 500})
	if err != nil {
		b.Fatal(err)
	}
	orders := desk.Desk{Ledger: site.Ledger, Now: time.Now, Changed: relay.Nudge}
	lena := decide.Person{ID: "lena", Role: decide.Leadership}
	news := live.Changes(ctx)
	b.Run("floor", func(b *testing.B) {
		quantiles(b, func(i int) {
			if _, err := conn.Publish(ctx, raised(i)); err != nil {
				b.Fatal(err)
			}
		})
	})
	turn := 0
	b.Run("decision", func(b *testing.B) {
		quantiles(b, func(int) {
			c := &page.Cases[turn%len(page.Cases)]
			action := []desk.Action{desk.Claim, desk.Release}[turn/len(page.Cases)%2]
			turn++
			done, err := orders.Do(ctx, c.ID, desk.Order{Action: action, By: lena, Note: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			for seen := range news {
				if seen.Case == c.ID && seen.Version == done.Version {
					return
				}
			}
		})
	})
}

// quantiles runs do as often as the benchmark asks, and says how long it took.
func quantiles(b *testing.B, do func(i int)) {
	b.Helper()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		at := time.Now()
		do(i)
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
