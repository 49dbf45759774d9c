package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/ledgertest"

	"tocsin/pkg/policy"
)

// queueOf fills a ledger with as many cases as a page holds, each with two tickets.
func queueOf(b *testing.B, cases int, options ...ledger.Option) *ledger.Ledger {
	b.Helper()
	book, err := Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), options...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = book.Close() })
	at, pol := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), policy.Default()
	for i := range cases {
		for _, t := range []string{"a", "b"} {
			tenant := fmt.Sprint("tenant-", i%20)
			ticket := &decide.Ticket{
				Tenant: tenant, ID: fmt.Sprint(t, i), Revision: 1, Asks: "n1", Recommendation: decide.Eligible,
				Subject: "Niemand kommt mehr rein", Requester: "mia@example.org", CSM: "olaf", Agent: "ann",
				Quotes:         []decide.Quote{{For: "r", Text: "Bitte eskalieren, um 10 Uhr startet unser Programm."}, {For: "u", Text: "Niemand kommt mehr rein."}},
				Contradictions: []decide.Contradiction{{About: "people", Claimed: "500 people", Measured: "143 people"}},
			}
			if _, _, err := book.Hear(b.Context(), ledger.Cause{Consumer: "bench", EventID: t + fmt.Sprint(i), At: at}, ledger.Fact{Ticket: ticket}, pol); err != nil {
				b.Fatal(err)
			}
		}
	}
	return book
}

// BenchmarkQueue reads a page of 50 cases, and says what sealing adds.
func BenchmarkQueue(b *testing.B) {
	for name, options := range map[string][]ledger.Option{"plain": nil, "sealed": {(&ledgertest.Keys{}).Sealed()}} {
		b.Run(name, func(b *testing.B) {
			book := queueOf(b, 60, options...)
			for b.Loop() {
				page, err := book.Cases(b.Context(), ledger.Query{Limit: 50})
				if err != nil || len(page.Cases) != 50 {
					b.Fatal(len(page.Cases), err)
				}
			}
		})
	}
}

// BenchmarkVerify checks the audit, and says how many rows a second.
func BenchmarkVerify(b *testing.B) {
	book := queueOf(b, 500)
	check := ledger.Check{Found: func(f ledger.Finding) { b.Error(f) }}
	for b.Loop() {
		check.Published(nil)
		if err := book.EachAuditLine(b.Context(), ledger.AuditRange{}, func(l ledger.AuditLine) error { check.Row(l); return nil }); err != nil {
			b.Fatal(err)
		}
		check.End()
	}
	b.ReportMetric(float64(check.Rows)/b.Elapsed().Seconds(), "rows/s")
}
