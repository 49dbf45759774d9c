package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tocsin/services/review/internal/decide"
)

// ErrNotFound says that the ledger has no such case. Trying again does not help.
var ErrNotFound = errors.New("no such case")

// A Ledger keeps cases in one database. It is safe for concurrent use.
type Ledger struct {
	engine Engine
	read   *sql.DB
}

// An Engine is what differs between databases.
type Engine interface {
	// Within runs fn in one transaction that may write, and commits it unless fn fails.
	// A race that was lost is given back as an error that wraps ErrConflict.
	Within(ctx context.Context, fn func(*sql.Tx) error) error
	// Lock makes changes that touch the same scope wait for one another until
	// the transaction ends. A tenant's lock is shared with other tenants' on the
	// platform, and excludes the platform's own.
	Lock(ctx context.Context, tx *sql.Tx, scope string) error
	// Close gives back the connections.
	Close() error
}

// ErrConflict says that another writer was first. The ledger tries again by itself.
var ErrConflict = errors.New("another writer was first")

// New is a ledger on an engine whose tables exist. Reads go through read.
func New(engine Engine, read *sql.DB) *Ledger { return &Ledger{engine: engine, read: read} }

// Close gives back the connections.
func (l *Ledger) Close() error { return l.engine.Close() }

// A Cause is what makes the ledger change: one message to one consumer, or one command.
type Cause struct {
	// Consumer is who read the message; "api" and the like for commands.
	Consumer string
	// EventID is the id of the message or the command. Empty is never the same.
	EventID string
	At      time.Time
}

// A Fact is what review hears: one of both.
type Fact struct {
	Ticket    *decide.Ticket
	Condition *decide.Condition
}
