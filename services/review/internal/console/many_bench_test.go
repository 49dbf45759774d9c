package console_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger/ledgerbench"
	"tocsin/services/review/internal/wall"
)

// BenchmarkPagesOfMany serves pages of a house with many cases in PostgreSQL, and
// says how long the slowest hundredth took.
func BenchmarkPagesOfMany(b *testing.B) {
	many := ledgerbench.Open(b)
	s := open(b, func(cfg *console.Config) {
		seen := wall.New(many.Ledger)
		cfg.Cases, cfg.Precedents, cfg.Now = seen, seen, func() time.Time { return many.Now }
	})
	for name, path := range map[string]func(i int) string{
		"queue":  func(int) string { return "/" },
		"case":   func(i int) string { return "/cases/" + decide.IDFrom(fmt.Sprint("bench/", i*7919%ledgerbench.Cases())) },
		"search": func(i int) string { return "/?q=" + ledgerbench.Ticket(i*7919%ledgerbench.Cases(), 0) },
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				at := time.Now()
				if w := s.get(path(i)); w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body.String())
				}
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
