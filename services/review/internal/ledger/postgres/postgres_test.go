package postgres

import (
	"context"
	"strings"
	"testing"

	"tocsin/pkg/pgtest"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/ledger/ledgertest"
)

func TestPostgreSQLKeepsWhatALedgerPromises(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Site { return site(t) })
}

func BenchmarkDeliveries(b *testing.B) {
	ledgertest.BenchmarkDeliveries(b, site(b), "ANALYZE deliveries")
}

// site is an empty database.
func site(t testing.TB) ledgertest.Site {
	t.Helper()
	url := pgtest.Database(t, "ledger", tables)
	behind, err := open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := behind.Close(); err != nil {
			t.Error(err)
		}
	})
	keys := &ledgertest.Keys{}
	return ledgertest.Site{DB: behind.db, Keys: keys, Unlock: []string{"ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE audit_heads DISABLE TRIGGER USER"}, Open: func() *ledger.Ledger {
		l, err := Open(t.Context(), url, keys.Sealed())
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

// tables makes the template that each test gets a clone of.
func tables(url string) error {
	l, err := Open(context.Background(), url)
	if err != nil {
		return err
	}
	return l.Close()
}

func TestTwoProcessesThatStartAtOnceMakeTheTablesOnce(t *testing.T) {
	url := pgtest.Database(t, "empty", func(string) error { return nil })
	errs := make(chan error)
	for range 2 {
		go func() { errs <- tables(url) }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestAnAuditCanNotBeEmptied(t *testing.T) {
	e, err := open(t.Context(), pgtest.Database(t, "ledger", tables))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := e.db.ExecContext(t.Context(), "TRUNCATE audit"); err == nil {
		t.Error("it was emptied")
	}
}

func TestADatabaseThatIsAwayIsNamedWithoutItsPassword(t *testing.T) {
	_, err := Open(t.Context(), "postgres://u:hush@127.0.0.1:1/none?sslmode=disable&connect_timeout=2")
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v", err)
	}
}
