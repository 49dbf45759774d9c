package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/ledgertest"
)

func TestSQLiteKeepsWhatALedgerPromises(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Site { return site(t) })
}

func BenchmarkDeliveries(b *testing.B) { ledgertest.BenchmarkDeliveries(b, site(b)) }

// site is an empty database.
func site(t testing.TB) ledgertest.Site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "the ledger?#.db")
	behind, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := behind.Close(); err != nil {
			t.Error(err)
		}
	})
	keys := &ledgertest.Keys{}
	bytes := func() (all []byte) {
		for _, end := range []string{"", "-wal"} {
			part, err := os.ReadFile(file + end)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, part...)
		}
		return all
	}
	return ledgertest.Site{DB: behind.write, Keys: keys, Unlock: unlock(), Bytes: bytes, Open: func() *ledger.Ledger {
		l, err := Open(t.Context(), file, keys.Sealed())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
		return l
	}}
}

func TestACommitIsOnDiskBeforeItIsAnswered(t *testing.T) {
	e, err := open(filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := e.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
	if _, err := e.read.ExecContext(t.Context(), "CREATE TABLE t (a TEXT)"); err == nil {
		t.Error("the connections that read can write")
	}
}

// unlock drops what refuses changes.
func unlock() (statements []string) {
	for _, trigger := range []string{
		"audit_rows_never_change", "audit_rows_are_never_deleted", "audit_rows_are_never_replaced", "audit_heads_never_change", "audit_heads_are_never_deleted",
	} {
		statements = append(statements, "DROP TRIGGER "+trigger)
	}
	return append(statements, "PRAGMA foreign_keys = 0")
}
