package wall

import (
	"context"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/teach"
	"tocsin/services/review/internal/who"
)

// A Board tells how the conditions stand; outlook.Outlook does.
type Board interface {
	// View is how all stand.
	View(now time.Time) outlook.View
	// Card is how the one with a path stands; false where nothing is known of it.
	Card(path string, now time.Time) (outlook.Card, bool)
	// Watch tells that something changed, until leave is called.
	Watch() (changed <-chan struct{}, leave func())
}

// An Outlook is the board as the person of a request sees it: behind a wall only
// the conditions of their own tenants, and no number over others.
type Outlook struct {
	board  Board
	person decide.Person
}

// OutlookOf is the board for the person of the request.
func OutlookOf(ctx context.Context, board Board) Outlook { return Outlook{board, who.Of(ctx)} }

// View is how all stand that the person sees.
func (o Outlook) View(now time.Time) outlook.View {
	v := o.board.View(now)
	if o.person.SeesAll() {
		return v
	}
	v.Watched, v.Unshown = 0, 0
	for _, group := range []*[]outlook.Card{&v.Raised, &v.Flapping, &v.Near, &v.Undetermined} {
		var seen []outlook.Card
		for _, card := range *group {
			if o.person.Sees(card.Scope) {
				seen = append(seen, card)
			}
		}
		*group = seen
		v.Watched += len(seen)
	}
	for i := range v.Blind {
		v.Blind[i].Lost = 0
	}
	return v
}

// Card is how the one with a path stands; false where the person sees none.
func (o Outlook) Card(path string, now time.Time) (outlook.Card, bool) {
	card, known := o.board.Card(path, now)
	if !known || !o.person.Sees(card.Scope) {
		return outlook.Card{}, false
	}
	return card, true
}

// Watch tells that something changed, and not what.
func (o Outlook) Watch() (changed <-chan struct{}, leave func()) { return o.board.Watch() }

// A Past reads what was stated of conditions; events.Watcher does.
type Past interface {
	// History is all changes of the condition with a path, oldest first.
	History(ctx context.Context, path string) ([]outlook.Change, error)
}

// A Memory is the past as the person of each request sees it.
type Memory struct{ Stated Past }

// History is all changes of a condition of the person's tenants, oldest first.
func (m Memory) History(ctx context.Context, path string) ([]outlook.Change, error) {
	past, err := m.Stated.History(ctx, path)
	p := who.Of(ctx)
	for i := range past {
		if !p.Sees(past[i].Scope) {
			return nil, err
		}
	}
	return past, err
}

// An Advice reads what second readers said; events.Opinions does.
type Advice interface {
	// Of is what was said last of each of the tickets.
	Of(ctx context.Context, tickets []decide.Ticket) ([]events.Opinion, error)
}

// Opinions are what second readers said, for leadership.
type Opinions struct{ Said Advice }

// Of is what was said last of each of the tickets; nothing for who is not of leadership.
func (o Opinions) Of(ctx context.Context, tickets []decide.Ticket) ([]events.Opinion, error) {
	if !who.Of(ctx).May(decide.Leadership) {
		return nil, nil
	}
	return o.Said.Of(ctx, tickets)
}

// A Pulse tells whom notification hears and reaches; events.Pulses does.
type Pulse interface {
	// Now is how things were found last.
	Now(ctx context.Context) (events.Pulse, error)
}

// Pulses are for those who see all: sources and destinations are of no tenant.
type Pulses struct{ Found Pulse }

// Now is how things were found last; nothing for who is behind a wall.
func (p Pulses) Now(ctx context.Context) (events.Pulse, error) {
	if !who.Of(ctx).SeesAll() {
		return events.Pulse{}, nil
	}
	return p.Found.Now(ctx)
}

// Changes tells which cases change, by whichever process; events.Live does.
type Changes interface {
	// Changes gives every change from now on until the context ends; the channel is
	// closed early for one who does not keep up.
	Changes(ctx context.Context) <-chan events.Glance
}

// Live tells each person of the cases that they see.
type Live struct {
	Changing Changes
	Wall     *Wall
}

// Changes gives every change that the person sees, until the context ends.
func (l Live) Changes(ctx context.Context) <-chan events.Glance {
	all, p := l.Changing.Changes(ctx), who.Of(ctx)
	if p.SeesAll() && p.May(decide.Leadership) {
		return all
	}
	seen := make(chan events.Glance)
	go func() {
		defer close(seen)
		for g := range all {
			if !l.shows(ctx, g) {
				continue
			}
			select {
			case seen <- g:
			case <-ctx.Done():
				return
			}
		}
	}()
	return seen
}

// shows says whether the person sees what changed. What can not be read is not shown.
func (l Live) shows(ctx context.Context, g events.Glance) bool {
	if g.Advice {
		return who.Of(ctx).May(decide.Leadership)
	}
	ok, err := l.Wall.sees(ctx, g.Case)
	return ok && err == nil
}

// A Shelf has the words of tickets; events.Archive does.
type Shelf interface {
	// Words are what a label of the ticket speaks of.
	Words(ctx context.Context, e teach.Example, whole bool) (teach.Words, error)
}

// Archive has the words of tickets, for leadership.
type Archive struct{ Kept Shelf }

// Words are what a label of the ticket speaks of; none for who is not of
// leadership, or does not see the tenant.
func (a Archive) Words(ctx context.Context, e teach.Example, whole bool) (teach.Words, error) {
	if p := who.Of(ctx); !p.May(decide.Leadership) || !p.Sees(e.Tenant) {
		return teach.Words{}, nil
	}
	return a.Kept.Words(ctx, e, whole)
}
