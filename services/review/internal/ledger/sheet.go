package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/teach"
)

// links says which case each ticket and condition belonged to before a change.
type links struct {
	tickets    map[[2]string]string
	conditions map[string]string
}

func linksOf(cases []*decide.Case) links {
	l := links{map[[2]string]string{}, map[string]string{}}
	for _, c := range cases {
		if c.State.Final() {
			continue
		}
		for _, t := range c.Tickets {
			l.tickets[[2]string{t.Tenant, t.ID}] = c.ID
		}
		for _, cond := range c.Conditions {
			l.conditions[cond.ID] = c.ID
		}
	}
	return l
}

// work is what one fact or command changed.
type work struct {
	at      time.Time
	fact    Fact
	changes []decide.Change
	was     links
}

// save writes all of it in the transaction.
func (w work) save(ctx context.Context, tx *sql.Tx, l *Ledger) error {
	s := newSheet(l, w.was)
	if err := w.note(ctx, s); err != nil {
		return err
	}
	return s.save(ctx, tx)
}

// A sheet is what one transaction writes, however many facts or commands it is
// of: the rows of each table together, of a case that changed several times only
// the last.
type sheet struct {
	l   *Ledger
	was links
	// cases are those that changed, in the order in which they first did.
	cases []*decide.Case
	kept  map[string]keptCase
	// changes are all, of which each leaves rows of its own.
	changes  []decide.Change
	outbox   [][]any
	notes    [][]any
	tickets  []*ticketRow
	requests []*ticketRow
	// conditions are those that the facts speak of.
	conditions map[string]bool
	strays     [][]any
}

// A keptCase is a case as it is to be written, over the version base; 0 is none.
type keptCase struct {
	base uint64
	body []byte
}

// A ticketRow is a ticket that was heard of.
type ticketRow struct {
	*decide.Ticket
	at   time.Time
	body string
}

func newSheet(l *Ledger, was links) *sheet {
	return &sheet{l: l, was: was, kept: map[string]keptCase{}, conditions: map[string]bool{}}
}

// note puts the work on the sheet as it is now; later work may change its cases.
func (w work) note(ctx context.Context, s *sheet) error {
	if err := w.noteTicket(ctx, s); err != nil {
		return fmt.Errorf("write down ticket %s: %w", w.fact.Ticket.ID, err)
	}
	if c := w.fact.Condition; c != nil {
		s.conditions[c.ID] = true
		if !c.Live() {
			s.strays = append(s.strays, []any{c.ID, c.Scope, string(c.Reason), string(c.State), micros(c.At), ""})
		}
	}
	for _, change := range w.changes {
		c := change.Case
		body, err := s.l.encode(ctx, c)
		if err != nil {
			return fmt.Errorf("write down case %s: %w", c.ID, err)
		}
		kept, again := s.kept[c.ID]
		if !again {
			kept.base = change.Event.Version - 1
			s.cases = append(s.cases, c)
		}
		kept.body = body
		s.kept[c.ID] = kept
		s.changes = append(s.changes, change)
		if err := s.noteEvent(ctx, change, body); err != nil {
			return fmt.Errorf("write down what changed in case %s: %w", c.ID, err)
		}
	}
	return nil
}

// noteTicket notes which revision was heard. What the ticket says is kept here
// only while it is open and belongs to no case, so that a condition can find it.
func (w work) noteTicket(ctx context.Context, s *sheet) error {
	t := w.fact.Ticket
	if t == nil {
		return nil
	}
	row := &ticketRow{Ticket: t, at: w.at}
	if len(w.changes) > 0 {
		s.requests = append(s.requests, row)
	} else if !t.Done() {
		text, err := s.l.encodeTicket(ctx, t)
		if err != nil {
			return err
		}
		row.body = string(text)
	}
	for i, o := range s.tickets {
		if o.Tenant == t.Tenant && o.ID == t.ID {
			if o.Revision < t.Revision {
				s.tickets[i] = row
			}
			return nil
		}
	}
	s.tickets = append(s.tickets, row)
	return nil
}

// noteEvent notes what is to be published. What a person wrote is kept apart, so
// that it can be erased.
func (s *sheet) noteEvent(ctx context.Context, change decide.Change, body []byte) error {
	e, tenant := change.Event, change.Case.Tenant
	var err error
	if e.Note, err = s.l.sealOne(ctx, tenant, noteOf(e.Case, e.Version), e.Note); err != nil {
		return err
	}
	if e.Note != "" {
		s.notes = append(s.notes, []any{e.Case, int64(e.Version), tenant, e.Note})
	}
	event, err := json.Marshal(e)
	if err != nil {
		return err
	}
	s.outbox = append(s.outbox, []any{e.Case, int64(e.Version), string(event), string(body), micros(e.At), int64(0)})
	return nil
}

// teaches writes what decisions leave for those after them.
func (s *sheet) teaches(ctx context.Context, tx *sql.Tx) error {
	for _, change := range s.changes {
		if err := savePrecedent(ctx, tx, change.Case, change.Event); err != nil {
			return fmt.Errorf("keep the decision on case %s as a precedent: %w", change.Case.ID, err)
		}
		if err := saveCounts(ctx, tx, change.Case, change.Event); err != nil {
			return fmt.Errorf("count what changed in case %s: %w", change.Case.ID, err)
		}
		for _, example := range teach.Decided(change.Case, change.Event) {
			if err := s.l.saveLabel(ctx, tx, example); err != nil {
				return fmt.Errorf("keep what the decision on case %s teaches: %w", change.Case.ID, err)
			}
		}
	}
	return nil
}
