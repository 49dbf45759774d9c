// Package sqlite keeps the ledger in one SQLite file, for a site that runs on
// one machine and has no database server.
//
// It promises that a commit survives a power cut (WAL, synchronous FULL), that
// writers follow one another (a write transaction has the file to itself from
// its first statement on), and that readers never wait for them. Several
// processes of one machine may share the file; a network file system may not
// hold it. What is written and read is left to package ledger.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tocsin/services/review/internal/ledger"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the file, makes it and its tables where they are missing, and gives a ledger on it.
func Open(ctx context.Context, file string, options ...ledger.Option) (*ledger.Ledger, error) {
	e, err := open(file)
	if err != nil {
		return nil, fmt.Errorf("open the ledger file %s: %w", file, err)
	}
	if err := e.migrate(ctx); err != nil {
		err = fmt.Errorf("bring the tables of the ledger file %s up to date: %w", file, err)
		if damaged(err) {
			err = fmt.Errorf("%w; put a copy of it in its place, or move it away and begin with an empty one", err)
		}
		return nil, errors.Join(err, e.Close())
	}
	l, err := ledger.Start(ctx, e, ledger.Conns{Write: e.write, Read: e.read}, options...)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return l, nil
}

// Look opens a file that is there as it is: nothing is brought up to date.
func Look(file string) (*ledger.Ledger, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("open the ledger file: %w", err)
	}
	e, err := open(file)
	if err != nil {
		return nil, fmt.Errorf("open the ledger file %s: %w", file, err)
	}
	return ledger.Look(e, ledger.Conns{Write: e.write, Read: e.read}), nil
}

// engine has one connection that writes, and others that only read.
type engine struct{ write, read *sql.DB }

func open(file string) (*engine, error) {
	write, err := sql.Open("sqlite", dsn(file))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", dsn(file, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	return &engine{write, read}, nil
}

func dsn(file string, pragmas ...string) string {
	options := url.Values{"_txlock": {"immediate"}}
	for _, p := range append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}, pragmas...) {
		options.Add("_pragma", p)
	}
	path := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: options.Encode()}
	return path.String()
}

func (e *engine) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, e.write, files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Lock has nothing to do: a write transaction has all scopes to itself.
func (e *engine) Lock(context.Context, *sql.Tx, ...string) error { return nil }

// Close gives back the connections.
func (e *engine) Close() error { return errors.Join(e.read.Close(), e.write.Close()) }

// damaged says that the file cannot be read as a database.
func damaged(err error) bool {
	var bad *sqlite.Error
	if !errors.As(err, &bad) {
		return false
	}
	code := bad.Code() & 0xff // without the extension
	return code == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_CORRUPT
}

// Lost says that another writer was first.
func (e *engine) Lost(err error) bool {
	var lost *sqlite.Error
	if !errors.As(err, &lost) {
		return false
	}
	switch lost.Code() {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return true
	}
	return false
}

// Scrub writes the file anew without what was deleted, and empties the log beside
// it. What the disk itself keeps of overwritten blocks is the disk's.
func (e *engine) Scrub(ctx context.Context) error {
	if _, err := e.write.ExecContext(ctx, `VACUUM`); err != nil {
		return err
	}
	const tries = 50
	for range tries {
		var busy, log, done int
		if err := e.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done); err != nil {
			return err
		}
		if busy == 0 {
			return nil
		}
	}
	return errors.New("somebody reads the file all the time; try again")
}
