package review

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/ledgertest"

	"tocsin/pkg/pgtest"
	"tocsin/pkg/policy"
)

// A lossy is a ledger that can be lost.
type lossy struct {
	url  string
	lose func()
}

func TestALedgerIsBackedUpLostRestoredAndGoesOn(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "ledger.db")
		survives(t, lossy{file, func() {
			for _, part := range []string{file, file + "-wal", file + "-shm"} {
				if err := os.Remove(part); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
		}})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		url := pgtest.Database(t, "none", func(string) error { return nil })
		if found, err := filepath.Glob("/usr/lib/postgresql/*/bin"); err == nil && len(found) > 0 {
			t.Setenv("PATH", os.Getenv("PATH")+":"+found[len(found)-1])
		}
		survives(t, lossy{url, func() {
			conn, err := pgx.Connect(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			if _, err := conn.Exec(t.Context(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
				t.Fatal(err)
			}
		}})
	})
}

func survives(t *testing.T, at lossy) {
	keys, at9 := &ledgertest.Keys{}, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	hear := func(book *ledger.Ledger, ticket string) string {
		fact := ledger.Fact{Ticket: &decide.Ticket{Tenant: "acme", ID: ticket, Revision: 1, Subject: "log-in of " + ticket, Asks: "n1", Recommendation: decide.Eligible}}
		changes, _, err := book.Hear(t.Context(), ledger.Cause{Consumer: "test", EventID: ticket, At: at9}, fact, policy.Default())
		if err != nil {
			t.Fatal(err)
		}
		return changes[0].Case.ID
	}
	running := func() *ledger.Ledger {
		book, err := open(t.Context(), at.url, keys.Sealed())
		if err != nil {
			t.Fatal(err)
		}
		return book
	}
	backup := filepath.Join(t.TempDir(), "backup")
	book := running()
	kept := hear(book, "T-1")
	if err := Backup(t.Context(), at.url, backup); err != nil {
		t.Fatal(err)
	}
	if err := Backup(t.Context(), at.url, backup); err == nil {
		t.Error("a backup was written over another")
	}
	lost := hear(book, "T-2") // after the backup
	if _, err := book.MakeHeads(t.Context(), at9); err != nil {
		t.Fatal(err)
	}
	published, err := book.HeadSets(t.Context(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), backup, at.url); err == nil {
		t.Error("a backup was restored over a ledger that is there")
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	at.lose()
	if err := Restore(t.Context(), backup, at.url); err != nil {
		t.Fatal(err)
	}

	if found := verified(t, at.url, nil); len(found) != 0 {
		t.Errorf("the restored audit: %v", found)
	}
	if found := verified(t, at.url, published); len(found) != 1 || found[0].Case != lost || found[0].What != ledger.Gone {
		t.Errorf("against what was published since: %v, want that %s is gone", found, lost)
	}
	book = running()
	defer book.Close()
	if c, err := book.Case(t.Context(), kept); err != nil || c.Tickets[0].Subject != "log-in of T-1" {
		t.Errorf("the case is %+v (%v)", c.Tickets, err)
	}
	if again := hear(book, "T-2"); again != lost {
		t.Errorf("heard again, the ticket is case %s and was %s", again, lost)
	}
	if found := verified(t, at.url, nil); len(found) != 0 {
		t.Errorf("the audit that went on: %v", found)
	}
}

// verified are the findings of a whole check.
func verified(t *testing.T, url string, published []AuditHeads) (found []AuditFinding) {
	t.Helper()
	audit, err := OpenAudit(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	check := AuditCheck{Found: func(f AuditFinding) { found = append(found, f) }}
	check.Published(published)
	if err := audit.Each(t.Context(), AuditRange{}, func(l AuditLine) error { check.Row(l); return nil }); err != nil {
		t.Fatal(err)
	}
	without, err := audit.Without(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	check.End(without...)
	return found
}

func TestABackupThatFailsSaysWhyWithoutThePassword(t *testing.T) {
	err := Backup(t.Context(), "postgres://u:hush@127.0.0.1:1/none?connect_timeout=2", filepath.Join(t.TempDir(), "b"))
	if err == nil || strings.Contains(fmt.Sprint(err), "hush") {
		t.Errorf("got %v", err)
	}
	if err := Backup(t.Context(), filepath.Join(t.TempDir(), "none.db"), "b"); err == nil {
		t.Error("a ledger that is not there was backed up")
	}
}
