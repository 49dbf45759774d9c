package pull

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"tocsin/services/intake/internal/receive"
	"tocsin/services/intake/internal/webhook"
)

// A Helpdesk is asked for its open tickets.
type Helpdesk interface {
	// List is a page of tickets from the cursor on; the empty one begins. ErrCursor is
	// a cursor that counts no more.
	List(ctx context.Context, cursor string) (Page, error)
	// Ticket is what one of them says. ErrGone is one that is not there any more.
	Ticket(ctx context.Context, r Ref) (webhook.Said, error)
}

// Errors of a helpdesk.
var (
	ErrCursor = errors.New("the helpdesk does not know this place in its list any more")
	ErrGone   = errors.New("not there any more, or not to be seen with these credentials")
)

// A Ref is a ticket in a list.
type Ref struct {
	ID string
	// State is another one when the ticket has changed.
	State string
	// Native is what the list says of it; nil where that is no more than its id.
	Native []byte
}

// A Page is a part of a list.
type Page struct {
	Refs []Ref
	// Next is where the next one begins; empty is the last.
	Next string
	// Of is how many tickets the list has, as the helpdesk says; 0 is not known.
	Of int
	// Shifts says that tickets which leave the list meanwhile move others past the
	// cursor: it is read again until it brings nothing new.
	Shifts bool
}

// Taken is what became of events.
type Taken struct {
	Accepted, Known int
}

// A Run is one way through a helpdesk's list.
type Run struct {
	Desk Helpdesk
	// Take hands events over; when it returns they are on disk there.
	Take func(ctx context.Context, evs []receive.TicketEvent) (Taken, error)
	// Check says why an event is refused; nil where it is not.
	Check func(ev receive.TicketEvent) error
	// Journal says what was done before, and what is done; nil remembers nothing.
	Journal *Journal
	// Progress hears how many tickets are done, and of how many, where that is known.
	Progress func(done, of int)
}

const (
	// together is how many tickets are asked for before they are handed over.
	together = 25
	// askers is how many are asked for at a time.
	askers = 4
	// passes is how often a list that shifts is read at most.
	passes = 4
)

// All asks for all tickets. What it returns counts in any case; after an error the
// same run goes on where it was.
func (r Run) All(ctx context.Context) (Sum, error) {
	sum := Sum{}
	cursor := r.Journal.Cursor()
	for pass, news := 1, 0; ; {
		page, err := r.Desk.List(ctx, cursor)
		if errors.Is(err, ErrCursor) && cursor != "" {
			cursor = ""
			continue
		}
		if err != nil {
			return sum, fmt.Errorf("list the tickets: %w", err)
		}
		fresh := slices.DeleteFunc(page.Refs, r.Journal.Has)
		sum.Unchanged += len(page.Refs) - len(fresh)
		news += len(fresh)
		for some := range slices.Chunk(fresh, together) {
			if err := r.some(ctx, some, &sum); err != nil {
				return sum, err
			}
			r.progress(sum, page.Of)
		}
		if err := r.Journal.At(page.Next); err != nil {
			return sum, err
		}
		if cursor = page.Next; cursor != "" {
			continue
		}
		if !page.Shifts || news == 0 || pass == passes || r.Journal == nil {
			return sum, r.Journal.End()
		}
		pass, news = pass+1, 0
	}
}

func (r Run) progress(sum Sum, of int) {
	if r.Progress != nil {
		r.Progress(sum.Tickets+sum.Unchanged, of)
	}
}

// some asks for tickets and hands over what they say, in the list's order.
func (r Run) some(ctx context.Context, refs []Ref, sum *Sum) error {
	said, err := r.ask(ctx, refs)
	if err != nil {
		return err
	}
	var evs []receive.TicketEvent
	for i, s := range said {
		slices.SortStableFunc(s.Tickets, func(a, b receive.TicketEvent) int { return a.OccurredAt.Compare(b.OccurredAt) })
		for _, ev := range s.Tickets {
			if err := r.Check(ev); err != nil {
				sum.Refused.add(err.Error(), ev.ID+" of "+ev.Ticket)
				continue
			}
			evs = append(evs, ev)
		}
		for _, why := range s.Ignored {
			sum.Ignored.add(reason(why, refs[i].ID), refs[i].ID)
		}
	}
	taken, err := r.Take(ctx, evs)
	if err != nil {
		return fmt.Errorf("hand over %d events: %w", len(evs), err)
	}
	sum.Tickets, sum.Events = sum.Tickets+len(refs), sum.Events+len(evs)
	sum.Accepted, sum.Known = sum.Accepted+taken.Accepted, sum.Known+taken.Known
	return r.Journal.Done(refs)
}

// ask asks for tickets, a few at a time.
func (r Run) ask(ctx context.Context, refs []Ref) ([]webhook.Said, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	said, errs := make([]webhook.Said, len(refs)), make([]error, len(refs))
	turns := make(chan int)
	var all sync.WaitGroup
	for range min(askers, len(refs)) {
		all.Go(func() {
			for i := range turns {
				if said[i], errs[i] = r.Desk.Ticket(ctx, refs[i]); errs[i] != nil && !errors.Is(errs[i], ErrGone) {
					stop()
				}
			}
		})
	}
	for i := range refs {
		turns <- i
	}
	close(turns)
	all.Wait()
	var first error
	for i, err := range errs {
		switch {
		case errors.Is(err, ErrGone):
			said[i] = webhook.Ignored("%v", ErrGone)
		case err != nil && (first == nil || errors.Is(first, context.Canceled)): // by the first that failed
			first = fmt.Errorf("ticket %s: %w", refs[i].ID, err)
		}
	}
	return said, first
}
