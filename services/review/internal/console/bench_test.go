package console_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/policy"
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

// BenchmarkBoard serves the board of a bad morning: 300 conditions are raised,
// each with three hours of values.
func BenchmarkBoard(b *testing.B) {
	s, o, _ := under(b, &consoletest.Sky{})
	for i := range 300 {
		thing := outlook.Thing{Scope: fmt.Sprint("tenant-", i), Reason: policy.AuthFailuresOver100, Path: fmt.Sprintf("tenant-%d/auth_failures_over_100/_", i)}
		for m := range 180 {
			at := morning.Add(time.Duration(m-179) * time.Minute)
			o.Stand(outlook.Standing{
				Thing: thing, Figure: outlook.Figure{Value: uint32(101 + m), Threshold: 100, Window: time.Hour}, State: outlook.Raised,
				Counts: "people", Shard: "00", At: at, RaisedAt: morning.Add(-3 * time.Hour),
			})
		}
	}
	o.Look(outlook.Looked{Shard: "00", At: morning})
	for name, path := range map[string]string{"board": "/conditions", "one": "/conditions/tenant-1/auth_failures_over_100"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := s.get(path); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
