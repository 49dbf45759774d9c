package console_test

import (
	"fmt"
	"net/http"
	"testing"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/ledger"
)

// BenchmarkPages serves the pages of a bad morning: 200 cases to decide.
func BenchmarkPages(b *testing.B) {
	s := open(b)
	id := ""
	for i := range 200 {
		t := consoletest.Outcry(morning)
		t.Tenant, t.ID = fmt.Sprint("tenant-", i), fmt.Sprint("T-", i)
		id = s.Hear(morning, ledger.Fact{Ticket: t})
	}
	for name, path := range map[string]string{"queue": "/", "case": "/cases/" + id, "row": "/rows/" + id} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := s.get(path); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
