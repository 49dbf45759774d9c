package review

import (
	"context"

	"tocsin/services/review/internal/ledger/postgres"
	"tocsin/services/review/internal/ledger/sqlite"
)

// Backup writes the ledger that the URL names to a file as it stands at one
// moment, while review goes on. The tenants' keys are not in it.
func Backup(ctx context.Context, url, file string) error {
	if inPostgres(url) {
		return postgres.Backup(ctx, url, file)
	}
	return sqlite.Backup(ctx, url, file)
}

// Restore puts a backup where the URL says: into an empty database, or where no
// file is. Review must not run on it meanwhile.
func Restore(ctx context.Context, file, url string) error {
	if inPostgres(url) {
		return postgres.Restore(ctx, file, url)
	}
	return sqlite.Restore(ctx, file, url)
}
