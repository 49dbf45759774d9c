package ledgertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/ledger"
)

// attempts is how many deliveries the benchmark looks among.
const attempts = 100_000

// BenchmarkDeliveries asks for pages of deliveries among a hundred thousand, by
// what is common and by what is rare, and says how long the slowest hundredth took.
// After is what the engine does by itself once much was written.
func BenchmarkDeliveries(b *testing.B, site Site, after ...string) {
	book := site.Open()
	tellMany(b, site)
	for _, statement := range after {
		if _, err := site.DB.ExecContext(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
	for name, q := range map[string]ledger.DeliveryQuery{
		"all":                   {},
		"case":                  {Case: "c-77"},
		"person":                {Recipient: "u77"},
		"person-who-is-nobody":  {Recipient: "nobody"},
		"destination":           {Destination: "ops"},
		"destination-rare":      {Destination: "rare"},
		"outcome-parked":        {Outcome: "parked"},
		"outcome-failed":        {Outcome: "failed"},
		"tenant":                {Tenants: []string{"tenant-0"}},
		"tenants-of-a-wall":     {Tenants: []string{"tenant-3", "tenant-7", "tenant-9"}, Audiences: []string{"requester", "csm"}},
		"audience-rare":         {Audience: "agent"},
		"days":                  {Since: nine.Add(-48 * time.Hour), Until: nine.Add(-24 * time.Hour)},
		"destination-and-rare":  {Destination: "ops", Outcome: "parked"},
		"common-with-no-answer": {Tenants: []string{"tenant-0"}, Channel: "stream", Outcome: "sent", Audience: "agent"},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				at := time.Now()
				if _, err := book.AllDeliveries(b.Context(), q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// tellMany writes the deliveries behind the ledger's back: one tenant has half of
// them, nine of ten were sent at once.
func tellMany(b *testing.B, site Site) {
	b.Helper()
	const together, columns = 500, 14
	tx, err := site.DB.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < attempts; from += together {
		var rows []string
		var args []any
		for i := from; i < from+together; i++ {
			places := make([]string, columns)
			for at := range places {
				places[at] = fmt.Sprint("$", len(args)+at+1)
			}
			rows = append(rows, "("+strings.Join(places, ", ")+")")
			args = append(args, toldAs(i)...)
		}
		_, err := tx.ExecContext(b.Context(), `INSERT INTO deliveries (delivery_id, notification_id, case_id, tenant, audience, recipient,
			channel, destination, kind, outcome, attempt, tried_at, duration_ms, answer) VALUES `+strings.Join(rows, ", "), args...)
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// toldAs is the delivery number i, as the table has it.
func toldAs(i int) []any {
	tenant, audience, channel, destination, outcome := "tenant-0", "leadership", "stream", "notifications", "sent"
	if i%2 == 1 {
		tenant, channel, destination = fmt.Sprint("tenant-", i%200), "slack", "ops: hooks.example.com"
	}
	switch {
	case i%1000 == 3:
		outcome = "parked"
	case i%10 == 5:
		outcome = "failed"
	case i%10 == 7:
		audience, channel, destination = "requester", "email", "mail: mail.example.com"
	case i%5000 == 9:
		audience, destination = "agent", "rare: hooks.example.com"
	}
	at := nine.Add(-time.Duration(attempts-i) * 5 * time.Second)
	return []any{
		fmt.Sprintf("%032x", i*7919), fmt.Sprintf("%032x", i/4), fmt.Sprint("c-", i%5000), tenant, audience, fmt.Sprint("u", i%3000),
		channel, destination, "approved", outcome, int64(1), at.UnixMicro(), int64(i % 300), "200 OK",
	}
}
