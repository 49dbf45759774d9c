// Package duty reads and changes the roster for people, each as far as they may.
//
// It promises:
//   - Who is on duty is nobody's outside: a CSM, and who is unknown, gets ErrInside.
//   - Who sees some tenants only learns of work for others that it is there, and
//     nothing else of it.
//   - Only leadership changes the roster, and reads why somebody is away.
//
// The person is the one of the request (package who). What the roster says is
// package roster's, and the ledger keeps it.
package duty

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/who"
)

// ErrInside says that the roster is not for who asks. Trying again does not help.
var ErrInside = errors.New("only support sees the roster")

// A Ledger keeps the roster; ledger.Ledger does.
type Ledger interface {
	// Roster is all technicians, by their ids.
	Roster(ctx context.Context) (roster.Book, error)
	// Working is who works on what, by the technicians' ids.
	Working(ctx context.Context) (map[string][]roster.Work, error)
	// ChangeRoster lets fn change the roster while nobody else does, and keeps what
	// is new; if fn fails, nothing.
	ChangeRoster(ctx context.Context, who ledger.Editor, fn func(roster.Book) (roster.Book, error)) (roster.Book, roster.Diff, error)
}

// A Desk answers people who ask for the roster, or change it.
type Desk struct{ Ledger Ledger }

// Inside says whether the roster is for a person.
func Inside(p decide.Person) bool { return p.May(decide.Viewer) && p.Role != decide.CSM }

// Book is all technicians, by their ids.
func (d Desk) Book(ctx context.Context) (roster.Book, error) {
	if !Inside(who.Of(ctx)) {
		return nil, ErrInside
	}
	book, err := d.Ledger.Roster(ctx)
	if err != nil || who.Of(ctx).May(decide.Leadership) {
		return book, err
	}
	for i := range book {
		for j := range book[i].Absences {
			book[i].Absences[j].Why = ""
		}
	}
	return book, nil
}

// OnDuty is how everybody stands at a time: those first who fit what is needed,
// of those who is free, then who is on duty.
func (d Desk) OnDuty(ctx context.Context, at time.Time, need roster.Need) ([]roster.Standing, error) {
	book, err := d.Book(ctx)
	if err != nil || len(book) == 0 {
		return nil, err
	}
	load, err := d.Ledger.Working(ctx)
	if err != nil {
		return nil, err
	}
	return roster.Shown(book.At(at, load, need), who.Of(ctx).Sees), nil
}

// An Edit is when the roster is changed; Dry that it is only tried.
type Edit struct {
	At  time.Time
	Dry bool
}

// Change lets fn change the roster, and gives it as it then is with what is new.
// If fn fails, nothing is kept, and its error is given.
func (d Desk) Change(ctx context.Context, e Edit, fn func(roster.Book) (roster.Book, error)) (roster.Book, roster.Diff, error) {
	p := who.Of(ctx)
	if !p.May(decide.Leadership) {
		return nil, roster.Diff{}, fmt.Errorf("change the roster: %w", decide.ErrNotLeader)
	}
	return d.Ledger.ChangeRoster(ctx, ledger.Editor{By: p.ID, At: e.At, Dry: e.Dry}, fn)
}
