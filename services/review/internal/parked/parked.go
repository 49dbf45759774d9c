// Package parked shows people what could not be handled and waits for them, and
// lets them send it back or drop it.
//
//	a reader gives up ─→ dead letter ─┬─ retry ─→ its reader, once
//	                                  └─ drop ──→ gone
//
// It promises:
//   - Only leadership that sees all tenants is shown any of it. What the message
//     says to people is shown to nobody: whom it is about, and what is wrong with it.
//   - Who did what, and why, is in the ledger before it is done. The same again
//     changes nothing; who comes second is told who was first.
//   - Nothing is sent back to nobody, and nothing is dropped that was not meant for
//     people: what came in, or what was found, is not lost by a click.
//
// It leaves to package bus what a dead letter is and how it comes back, and to the
// ledger how orders are kept. Who has the bus's password needs none of this
// (tocsin deadletter).
package parked

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
)

// Why something is not done. Trying again does not help, but for ErrAway.
var (
	ErrNone      = errors.New("there is no such dead letter")
	ErrSettled   = errors.New("somebody was first")
	ErrUnheard   = errors.New("its reader is gone, so that it would reach nobody: bring the reader back (a destination by the file of routes), or drop it")
	ErrElsewhere = errors.New("only what was to be told to people is dropped here; `tocsin deadletter drop` drops it, for who has the bus's password")
	ErrWhy       = errors.New("say why it is dropped, in a note")
	ErrAway      = errors.New("the bus does not answer; try again")
)

// An Act is what is done with a dead letter.
type Act string

// The acts.
const (
	Retry Act = "retry"
	Drop  Act = "drop"
)

// A Letter is a message that its reader gave up, without what it says.
type Letter struct {
	ID       uint64 `json:"id"`
	Consumer string `json:"consumer"`
	// Destination is where it was to be told, as the file of routes calls it; empty
	// where it is no message to people.
	Destination string `json:"destination,omitempty"`
	Reason      string `json:"reason"`
	// Subject, Stream and Sequence say where it came from.
	Subject  string    `json:"subject"`
	Stream   string    `json:"stream"`
	Sequence string    `json:"sequence"`
	ParkedAt time.Time `json:"parked_at"`
	Bytes    int       `json:"bytes"`
	// Told is what it would have told; nil where it is no message to people.
	Told *Told `json:"notification,omitempty"`
	// Heard says that its reader is there, so that a retry reaches it.
	Heard bool `json:"heard"`
}

// A Told says whom a message is about, and not what it says.
type Told struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Audience  string `json:"audience"`
	Tenant    string `json:"tenant,omitempty"`
	Case      string `json:"case,omitempty"`
	Recipient string `json:"recipient,omitempty"`
}

// ForPeople says that the letter is of what people were to be told.
func (l *Letter) ForPeople() bool { return strings.HasPrefix(l.Consumer, "notification-") }

// A Query asks for letters, oldest first. What is empty asks for all.
type Query struct {
	Consumer string
	// After is the id of the last of the page before.
	After uint64
	// Limit is at most so many.
	Limit int
}

// A Box has the letters; events.Letters does.
type Box interface {
	// Letters is what is parked and asked for, oldest first.
	Letters(ctx context.Context, q Query) ([]Letter, error)
	// Letter is one; ErrNone where there is none.
	Letter(ctx context.Context, id uint64) (Letter, error)
	// Settle sends one back, or drops it. However often it is called, it goes back
	// once; one that is not there is ErrNone.
	Settle(ctx context.Context, id uint64, act Act) error
}

// A Book keeps what was done; the ledger does.
type Book interface {
	// Dispose keeps an order; the same again changes nothing.
	Dispose(ctx context.Context, d ledger.Disposal) error
	// Disposals are the orders asked for, the latest first.
	Disposals(ctx context.Context, q ledger.DisposalQuery) ([]ledger.Disposal, error)
}

// A Desk answers people who ask what is parked, and does what they order.
type Desk struct {
	Box  Box
	Book Book
	Now  func() time.Time
}

// within is how long the bus may take.
const within = 5 * time.Second

// May says whether any of it is for a person.
func May(p decide.Person) bool { return p.May(decide.Leadership) && p.SeesAll() }

// Letters is what is parked and asked for, oldest first; the id after which the
// next page begins is 0 where there is none.
func (d Desk) Letters(ctx context.Context, q Query) (list []Letter, next uint64, err error) {
	if !May(who.Of(ctx)) {
		return nil, 0, decide.ErrNotLeader
	}
	ctx, enough := context.WithTimeout(ctx, within)
	defer enough()
	limit := q.Limit
	q.Limit++
	list, err = d.Box.Letters(ctx, q)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrAway, err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, nil
}

// Letter is one of what is parked; ErrSettled, with who was first, where somebody
// has dealt with it, ErrNone where there was none.
func (d Desk) Letter(ctx context.Context, id uint64) (Letter, error) {
	if !May(who.Of(ctx)) {
		return Letter{}, decide.ErrNotLeader
	}
	soon, enough := context.WithTimeout(ctx, within)
	defer enough()
	l, err := d.Box.Letter(soon, id)
	switch {
	case errors.Is(err, ErrNone):
		_, err = d.first(ctx, id)
		return Letter{}, err
	case err != nil:
		return Letter{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return l, nil
}

// first is who dealt with a letter that is not there any more; the error says so.
func (d Desk) first(ctx context.Context, id uint64) (ledger.Disposal, error) {
	done, err := d.Book.Disposals(ctx, ledger.DisposalQuery{Letter: id, Limit: 1})
	switch {
	case err != nil:
		return ledger.Disposal{}, err
	case len(done) == 0:
		return ledger.Disposal{}, fmt.Errorf("dead letter %d: %w", id, ErrNone)
	}
	return done[0], fmt.Errorf("dead letter %d: %s: %s at %s: %w", id, done[0].Act, done[0].By, done[0].At.UTC().Format(time.RFC3339), ErrSettled)
}

// Done is what was done with letters, the latest first.
func (d Desk) Done(ctx context.Context, limit int) ([]ledger.Disposal, error) {
	if !May(who.Of(ctx)) {
		return nil, decide.ErrNotLeader
	}
	return d.Book.Disposals(ctx, ledger.DisposalQuery{Limit: limit})
}

// Settle sends a letter back to its reader, or drops it for good, which needs a
// note. What the same person did already is done.
func (d Desk) Settle(ctx context.Context, id uint64, act Act, note string) error {
	note = strings.TrimSpace(note)
	by := who.Of(ctx)
	l, err := d.Letter(ctx, id)
	switch {
	case errors.Is(err, ErrSettled):
		if was, _ := d.first(ctx, id); was.By == by.ID && was.Act == string(act) {
			return nil
		}
		return err
	case err != nil:
		return err
	case act == Retry && !l.Heard:
		return fmt.Errorf("dead letter %d: %w", id, ErrUnheard)
	case act == Drop && !l.ForPeople():
		return fmt.Errorf("dead letter %d: %w", id, ErrElsewhere)
	case act == Drop && note == "":
		return fmt.Errorf("dead letter %d: %w", id, ErrWhy)
	}
	order := ledger.Disposal{
		Letter: l.ID, ParkedAt: l.ParkedAt, Consumer: l.Consumer, Subject: l.Subject, Said: l.Reason,
		Act: string(act), By: by.ID, Note: note, At: d.Now(),
	}
	if l.Told != nil {
		order.Notification, order.Case, order.Tenant = l.Told.ID, l.Told.Case, l.Told.Tenant
	}
	if err := d.Book.Dispose(ctx, order); err != nil {
		return err
	}
	soon, enough := context.WithTimeout(ctx, within)
	defer enough()
	if err := d.Box.Settle(soon, id, act); err != nil && !errors.Is(err, ErrNone) { // who was as fast has done it
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return nil
}
