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

// An Order is how a list of cases is sorted.
type Order uint8

// The orders, each with the greatest first.
const (
	ByImpact Order = iota // priority, then people, then the time of opening
	ByTime                // the time of opening
)

// A Query asks for cases.
type Query struct {
	States []decide.State // none: all
	Tenant string         // empty: all
	Order  Order
	Limit  int    // 0: 50; at most 500
	Cursor string // from the page before; empty: the first page
}

// A Page is a part of a list.
type Page struct {
	Cases []decide.Case
	// Next is the cursor of the page after this one; empty where there is none.
	Next string
}

// An AuditRow is one transition of a case, with ids only.
type AuditRow struct {
	Event decide.Event
	// Hash covers the row and PrevHash, the hash of the row before (empty at the first).
	Hash, PrevHash string
}

// An Outgoing is a transition that is still to be published.
type Outgoing struct {
	// Seq grows with each row.
	Seq   int64
	Case  decide.Case
	Event decide.Event
}

// A Delivery is the fate of one attempt to tell somebody something.
type Delivery struct {
	ID           string
	Notification string
	Case         string
	Tenant       string
	Audience     string
	Recipient    string
	Channel      string
	Destination  string
	Kind         string
	Outcome      string // sent, failed or parked
	Attempt      uint32
	At           time.Time
	DurationMS   uint32
	Answer       string
}
