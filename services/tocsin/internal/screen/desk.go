package screen

import (
	"context"
	"time"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Desk is where cases are, and where they are decided.
type Desk interface {
	// Cases are those that somebody may still act on.
	Cases(ctx context.Context) ([]*reviewv1.Case, error)
	// File is all that is known of one case.
	File(ctx context.Context, id string) (File, error)
	// Do carries out an order and gives the case as it then is.
	Do(ctx context.Context, o Order) (*reviewv1.Case, error)
}

// A Foreteller says what an order would tell people. A Desk that is none shows no preview.
type Foreteller interface {
	// Preview is what would be told, the requester's first; known is false where
	// nobody can say it. An error says that the order would be refused.
	Preview(ctx context.Context, o Order) (letters []Letter, known bool, err error)
}

// A File is a case and what became of it.
type File struct {
	Case  *reviewv1.Case
	Audit []*reviewv1.AuditEntry // oldest first
	Told  []Told
}

// Told is one attempt to tell somebody.
type Told struct {
	At                                          time.Time
	Audience, Recipient, Kind, Channel, Outcome string
}

// A Letter is what somebody would read.
type Letter struct {
	Audience, Recipient, Ticket, Title, Body string
	// Alike is how many more tickets would be told the same.
	Alike int
}

// An Order is what a person wants done with a case.
type Order struct {
	Case    string
	Version uint64 // that the person saw
	// Action is a word of the API's paths: approve, deny, request-info and so on.
	Action string
	// Note is why; for request-info it is the question.
	Note   string
	Ground string
	// ETA is zero where none was given.
	ETA time.Time
	// Key makes the order the same order when it is sent again.
	Key string
}

// News is something that leadership was told just now.
type News struct {
	At    time.Time
	Title string
	Case  string
}
