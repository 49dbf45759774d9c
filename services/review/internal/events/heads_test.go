package events_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/sqlite"

	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

func TestHeadsOfTheAuditArePublishedOnceAndForGood(t *testing.T) {
	conn := natstest.Connect(t)
	book, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	heads := events.Heads{Book: book, Conn: conn, Log: slog.Default()}
	for i, id := range []string{"T-1", "T-2"} {
		fact := ledger.Fact{Ticket: &decide.Ticket{Tenant: "acme", ID: id, Revision: 1, Asks: "n1", Recommendation: decide.Eligible}}
		if _, _, err := book.Hear(t.Context(), ledger.Cause{Consumer: "test", EventID: id, At: at}, fact, policy.Default()); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time nothing has moved
			if err := heads.Publish(t.Context(), at.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
	sets, err := events.PublishedHeads(t.Context(), conn)
	if err != nil || len(sets) != 2 || sets[1].Prev != sets[0].Hash || len(sets[1].Heads) != 1 {
		t.Fatalf("published are %+v (%v)", sets, err)
	}
	check := ledger.Check{Found: func(f ledger.Finding) { t.Errorf("found %+v", f) }}
	check.Published(sets)
	if err := book.EachAuditLine(t.Context(), ledger.AuditRange{}, func(a ledger.AuditLine) error { check.Row(a); return nil }); err != nil {
		t.Fatal(err)
	}
	if check.End(); check.Heads != 2 {
		t.Errorf("%d heads were compared, want 2", check.Heads)
	}
	if err := conn.Purge(t.Context(), topology.AuditHeads, topology.AuditHeadSubject()); err == nil {
		t.Error("the published heads can be deleted")
	}
}
