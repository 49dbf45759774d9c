package ledgerbench

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/policy"
)

// timed runs do as often as the benchmark asks, and says how long the slowest
// hundredth took.
func timed(b *testing.B, do func(i int)) {
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

func TestTheCasesHaveChainsThatHold(t *testing.T) {
	s := Open(t)
	page, err := s.Cases(t.Context(), ledger.Query{Limit: 20})
	if err != nil || len(page.Cases) != 20 {
		t.Fatal(len(page.Cases), err)
	}
	for _, c := range page.Cases {
		rows, err := s.Audit(t.Context(), c.ID)
		if err != nil || len(rows) != past {
			t.Fatalf("case %s has %d rows (%v)", c.ID, len(rows), err)
		}
		if err := ledger.Verify(rows); err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkLists asks for what pages show, beside what the shortest way to the
// database and back takes.
func BenchmarkLists(b *testing.B) {
	s, ctx := Open(b), context.Background()
	db, err := sql.Open("pgx", s.URL)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	b.Run("floor", func(b *testing.B) {
		timed(b, func(int) {
			var one int
			if err := db.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
				b.Fatal(err)
			}
		})
	})
	open := []decide.State{decide.Detected, decide.NeedsInfo, decide.PendingReview}
	for _, tt := range []struct {
		name  string
		query func(i int) ledger.Query
	}{
		{"queue", func(int) ledger.Query { return ledger.Query{States: open, Limit: 200} }},
		{"all", func(int) ledger.Query { return ledger.Query{Order: ledger.ByTime} }},
		{"due", func(int) ledger.Query { return ledger.Query{States: open, Order: ledger.ByDue, Overdue: Now} }},
		{"tenant", func(i int) ledger.Query { return ledger.Query{Tenants: []string{Tenant(i), Tenant(i + 1)}} }},
		{"search/ticket", func(i int) ledger.Query { return ledger.Query{Text: Ticket(i%Cases(), 0)} }},
		{"search/prefix", func(i int) ledger.Query { return ledger.Query{Text: fmt.Sprint("help-", i%10)} }},
		{"search/every", func(int) ledger.Query { return ledger.Query{Text: "help"} }},
		{"search/agent", func(i int) ledger.Query { return ledger.Query{Text: fmt.Sprint("agent-", i%200)} }},
		{"search/common", func(int) ledger.Query { return ledger.Query{Text: "login everybody"} }},
		{"search/rare", func(i int) ledger.Query { return ledger.Query{Text: fmt.Sprint(i%Cases(), " uploads")} }},
		{"search/apart", func(int) ledger.Query { return ledger.Query{Text: "login uploads"} }},
		{"search/none", func(int) ledger.Query { return ledger.Query{Text: "unicorn"} }},
		{"search/open", func(int) ledger.Query { return ledger.Query{Text: "login", States: open} }},
		{"search/walls", func(i int) ledger.Query {
			return ledger.Query{Text: "login", Tenants: []string{Tenant(i), Tenant(i + 1), Tenant(i + 2)}}
		}},
		{"reason", func(int) ledger.Query { return ledger.Query{Reason: policy.UploadsFailing24h, States: open} }},
	} {
		b.Run(tt.name, func(b *testing.B) {
			timed(b, func(i int) {
				if _, err := s.Cases(ctx, tt.query(i)); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
	b.Run("audit", func(b *testing.B) {
		timed(b, func(i int) {
			actor := []string{"", "lena", "nobody"}[i%3]
			if _, err := s.AllAudit(ctx, ledger.AuditQuery{Actor: actor}); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("case", func(b *testing.B) {
		timed(b, func(i int) {
			id := decide.IDFrom(fmt.Sprint("bench/", i*7919%Cases()))
			if _, err := s.Case(ctx, id); err != nil {
				b.Fatal(err)
			}
			if _, err := s.Audit(ctx, id); err != nil {
				b.Fatal(err)
			}
			if _, err := s.Deliveries(ctx, id); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// BenchmarkVerify checks the whole audit, and says how many rows a second.
func BenchmarkVerify(b *testing.B) {
	s := Open(b)
	check := ledger.Check{Found: func(f ledger.Finding) { b.Error(f) }}
	for b.Loop() {
		check.Published(nil)
		err := s.EachAuditLine(b.Context(), ledger.AuditRange{}, func(l ledger.AuditLine) error { check.Row(l); return nil })
		if err != nil {
			b.Fatal(err)
		}
		check.End()
	}
	b.ReportMetric(float64(check.Rows)/b.Elapsed().Seconds(), "rows/s")
}
