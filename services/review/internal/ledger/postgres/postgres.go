// Package postgres keeps the ledger in PostgreSQL, for a site of several machines.
//
// It promises that two processes on one database never double a case: changes
// of one tenant follow one another, those of several tenants run side by side,
// and those of the platform have all to themselves (advisory locks, fair, held
// until the transaction ends). What is written and read is left to package
// ledger, and the durability of a commit to the server's settings.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
)

//go:embed migrations/*.sql
var migrations embed.FS

// lockClass keeps our advisory locks apart from those of other programs.
const lockClass = 0x70c5

// Open connects to the database that the URL names, makes its tables where they
// are missing, and gives a ledger on it.
func Open(ctx context.Context, url string, options ...ledger.Option) (*ledger.Ledger, error) {
	e, err := open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := e.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("bring the tables of the ledger database up to date: %w", err), e.Close())
	}
	l, err := ledger.Start(ctx, e, ledger.Conns{Write: e.db, Read: e.read}, options...)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return l, nil
}

// Look connects to a database as it is: nothing is brought up to date.
func Look(ctx context.Context, url string) (*ledger.Ledger, error) {
	e, err := open(ctx, url)
	if err != nil {
		return nil, err
	}
	return ledger.Look(e, ledger.Conns{Write: e.db, Read: e.read}), nil
}

// engine has connections that write, and others that only read.
type engine struct {
	pools    []*pgxpool.Pool
	db, read *sql.DB
}

func open(ctx context.Context, url string) (*engine, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the address of the ledger database: %w", err)
	}
	e := &engine{}
	if e.db, err = e.connect(ctx, config); err != nil {
		return nil, err
	}
	// What is searched for decides how to search: a plan for any words at all walks
	// every case to find the one with a rare one. Writers keep their plans: to plan
	// anew for every row that names a case takes them most of their time.
	config = config.Copy()
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	if e.read, err = e.connect(ctx, config); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// connect makes a pool of connections, of which one was tried.
func (e *engine) connect(ctx context.Context, config *pgxpool.Config) (*sql.DB, error) {
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to the ledger database at %s: %w", config.ConnConfig.Host, err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach the ledger database at %s (try again when it is up): %w", config.ConnConfig.Host, err)
	}
	e.pools = append(e.pools, pool)
	return stdlib.OpenDBFromPool(pool), nil
}

func (e *engine) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	alone, err := lock.NewPostgresSessionLocker() // two processes may start at once
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, e.db, files, goose.WithSessionLocker(alone))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Lock waits for others on the scopes: a tenant shares the platform with other
// tenants, and the platform shares with nobody. The platform comes first, and
// tenants in one order, so that nobody waits in a circle.
func (e *engine) Lock(ctx context.Context, tx *sql.Tx, scopes ...string) error {
	if slices.Contains(scopes, decide.Platform) {
		_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1::int, 0)`, lockClass)
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock_shared($1::int, 0)`, lockClass); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1::int, key) FROM
		(SELECT DISTINCT hashtext(scope) AS key FROM unnest($2::text[]) AS scope ORDER BY key) AS sorted`, lockClass+1, scopes)
	return err
}

// Close gives back the connections.
func (e *engine) Close() (err error) {
	for _, db := range []*sql.DB{e.db, e.read} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	for _, pool := range e.pools {
		pool.Close()
	}
	return err
}

// Lost says that another writer was first.
func (e *engine) Lost(err error) bool {
	var lost *pgconn.PgError
	if !errors.As(err, &lost) {
		return false
	}
	switch lost.Code {
	case "23505", "40001", "40P01": // unique_violation, serialization_failure, deadlock_detected
		return true
	}
	return false
}

// Scrub has the server take back the room of what was deleted, so that it is
// overwritten by what comes. Its write-ahead log and backups are its own.
func (e *engine) Scrub(ctx context.Context) error {
	_, err := e.db.ExecContext(ctx, `VACUUM cases, outbox, notes, label_comments, tickets, deliveries, requests, case_terms, inbox`)
	return err
}
