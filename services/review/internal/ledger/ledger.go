package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/seal"
)

// ErrNotFound says that the ledger has no such case. Trying again does not help.
var ErrNotFound = errors.New("no such case")

// A Ledger keeps cases in one database. It is safe for concurrent use.
type Ledger struct {
	engine      Engine
	write, read *sql.DB
	// key is what the words are hashed with that cases are found by.
	key hasher
	// seal keeps personal text; nil keeps it as it is.
	seal *seal.Sealer
}

// An Engine is what differs between databases.
type Engine interface {
	// Lock makes changes that touch one of the same scopes wait for one another until
	// the transaction ends. A tenant's lock is shared with other tenants' on the
	// platform, and excludes the platform's own.
	Lock(ctx context.Context, tx *sql.Tx, scopes ...string) error
	// Lost says that an error means that another writer was first.
	Lost(err error) bool
	// Close gives back the connections.
	Close() error
}

// Conns are the connections of a ledger.
type Conns struct{ Write, Read *sql.DB }

// Start is a ledger on an engine whose tables exist, which writes and reads
// through these connections. It first brings up to date what an older program
// left of what cases are found by.
func Start(ctx context.Context, engine Engine, conns Conns, options ...Option) (*Ledger, error) {
	l := &Ledger{engine: engine, write: conns.Write, read: conns.Read}
	for _, o := range options {
		o(l)
	}
	var err error
	if l.key, err = l.loadKey(ctx); err != nil {
		return nil, err
	}
	return l, l.reindex(ctx)
}

// Look is a ledger on tables as they are, for what no key is needed for: nothing
// is brought up to date, and nothing that is personal is to be read or written.
func Look(engine Engine, conns Conns) *Ledger {
	return &Ledger{engine: engine, write: conns.Write, read: conns.Read}
}

// Close gives back the connections.
func (l *Ledger) Close() error { return l.engine.Close() }

// within runs fn in one transaction, and commits it unless fn fails.
func (l *Ledger) within(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		if back := tx.Rollback(); !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, back)
		}
		return err
	}
	return tx.Commit()
}

// A Cause is what makes the ledger change: one message to one consumer, or one command.
type Cause struct {
	// Consumer is who read the message; "api" and the like for commands.
	Consumer string
	// EventID is the id of the message or the command. Empty is never the same.
	EventID string
	At      time.Time
	// Said is what a command says, so that one with the same id that says something
	// else is ErrReused; only a keyed hash of it is kept.
	Said string
}

// ErrReused says that the id of a command was that of another one. Trying again does not help.
var ErrReused = errors.New("the key came with another order before")

// A Fact is what review hears: one of both.
type Fact struct {
	Ticket    *decide.Ticket
	Condition *decide.Condition
}
