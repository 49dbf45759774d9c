// Package desk is where people act on cases, whether they speak through the
// console, the API or the command line: one way in, the same rules for all.
//
// It turns an Order or a Plan into a command of package decide, or a Correction
// into an example of package teach, applies it in the ledger's transaction, and
// tells the relay. Who the person is has been settled before (package who).
package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/roster"
	"tocsin/services/review/internal/teach"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
)

// A Ledger changes cases, and keeps what they teach.
type Ledger interface {
	// Update locks the case, lets fn change it, and saves it together with the
	// event that fn returns. If fn fails, nothing is saved.
	Update(ctx context.Context, id string, cause ledger.Cause, fn func(*decide.Case) (decide.Event, error)) (decide.Case, error)
	// Arrange locks all cases, lets fn change those that are named, saves them together, and gives those that are wanted.
	Arrange(ctx context.Context, cause ledger.Cause, a ledger.Arrangement, fn func(*decide.Desk) ([]decide.Change, error)) ([]decide.Case, error)
	// Teach lets fn make a label of a case, and of the labels that it has, newest
	// first, and keeps it. A label that is kept already is given as it is.
	Teach(ctx context.Context, caseID string, fn func(*decide.Case, []teach.Example) (teach.Example, error)) (teach.Example, error)
}

// A Roster says who there is to work on cases; ledger.Ledger does.
type Roster interface {
	// Roster is all technicians, by their ids.
	Roster(ctx context.Context) (roster.Book, error)
}

// ErrTechnician says that an order names a technician whom the roster does not
// have, though it has others.
var ErrTechnician = errors.New("the roster has nobody of that id: tocsin roster list says whom it has, tocsin roster set adds somebody")

// An Action is what a person does to a case.
type Action string

// The actions; the same words stand in the API's paths.
const (
	Approve     Action = "approve"
	Deny        Action = "deny"
	ETA         Action = "eta"
	RequestInfo Action = "request-info"
	Resolve     Action = "resolve"
	Close       Action = "close"
	Reopen      Action = "reopen"
	Claim       Action = "claim"
	Release     Action = "release"
	Assign      Action = "assign"
	Update      Action = "update"
	Appeal      Action = "appeal"
	Withdraw    Action = "withdraw"
	Acknowledge Action = "acknowledge"
)

// Actions are all actions on one case.
func Actions() []Action {
	return []Action{Approve, Deny, ETA, RequestInfo, Resolve, Close, Reopen, Claim, Release, Assign, Update, Appeal, Withdraw, Acknowledge}
}

// An Order is one action of one person on one case.
type Order struct {
	Action Action
	By     decide.Person
	// Key makes the order the same order when it is sent again; empty: it never is.
	Key string
	// Version is the version of the case that the person saw; 0 is whichever it has.
	Version uint64
	// Note is why; for RequestInfo it is the question.
	Note   string
	Ground policy.GroundID
	// ETA is for ETA, and may come with Approve.
	ETA time.Time
	// Technician is for Assign, and may come with Approve: somebody of the roster, or
	// anybody while it is empty; empty with Assign takes the case from who had it.
	Technician string
}

// Desk takes orders.
type Desk struct {
	Ledger Ledger
	// Roster has the technicians that orders may name; nil is anybody.
	Roster Roster
	// Policy says which reasons there are; nil is the one that comes with the program.
	Policy *policy.Policy
	Now    func() time.Time
	// Changed is told when there is something to publish.
	Changed func()
}

// Do carries out an order and gives the case as it then is. Its errors are
// decide's and the ledger's; only a database that is away is worth another try.
func (d Desk) Do(ctx context.Context, caseID string, o Order) (decide.Case, error) {
	now := d.Now()
	cause := ledger.Cause{Consumer: "desk", At: now}
	if o.Key != "" {
		cause.EventID = bus.ID("order", caseID, string(o.Action), o.By.ID, o.Key)
		cause.Said = o.said()
	}
	cmd := decide.Command{ID: cause.EventID, By: o.By, At: now, Version: o.Version, Note: o.Note, Technician: o.Technician}
	if cmd.ID == "" {
		cmd.ID = bus.ID("order", caseID, string(o.Action), o.By.ID, now.String())
	}
	known, err := d.known(ctx, o.Technician)
	if err != nil {
		return decide.Case{}, fmt.Errorf("%s case %s: %w", o.Action, caseID, err)
	}
	c, err := d.Ledger.Update(ctx, caseID, cause, func(c *decide.Case) (decide.Event, error) {
		e, err := o.do(c, cmd)
		if err == nil && !known { // said only to who may do it, and not of an order that was carried out before
			err = fmt.Errorf("technician %q: %w", o.Technician, ErrTechnician)
		}
		return e, err
	})
	if err != nil {
		return c, fmt.Errorf("%s case %s: %w", o.Action, caseID, err)
	}
	if d.Changed != nil {
		d.Changed()
	}
	return c, nil
}

// known says that an order may name the technician.
func (d Desk) known(ctx context.Context, technician string) (bool, error) {
	if technician == "" || d.Roster == nil {
		return true, nil
	}
	book, err := d.Roster.Roster(ctx)
	if err != nil {
		return false, err
	}
	_, missing := book.Find(technician)
	return len(book) == 0 || missing == nil, nil
}

// said is all that an order says beside what its id is made of.
func (o Order) said() string {
	return fmt.Sprintf("%d %q %q %d %q", o.Version, o.Note, o.Ground, o.ETA.UnixNano(), o.Technician)
}

// do calls the one rule for the action.
func (o Order) do(c *decide.Case, cmd decide.Command) (decide.Event, error) {
	switch o.Action {
	case Approve:
		return c.Approve(cmd, o.ETA)
	case Deny:
		return c.Deny(cmd, o.Ground)
	case ETA:
		return c.SetETA(cmd, o.ETA)
	case RequestInfo:
		cmd.Note = ""
		return c.RequestInfo(cmd, o.Note)
	case Resolve:
		return c.Resolve(cmd)
	case Close:
		return c.Close(cmd)
	case Reopen:
		return c.Reopen(cmd)
	case Claim:
		return c.Claim(cmd)
	case Release:
		return c.Release(cmd)
	case Assign:
		return c.Assign(cmd)
	case Update:
		return c.Update(cmd)
	case Appeal:
		return c.Appeal(cmd)
	case Withdraw:
		return c.Withdraw(cmd)
	case Acknowledge:
		return c.Acknowledge(cmd)
	}
	return decide.Event{}, fmt.Errorf("unknown action %q", o.Action)
}

// Correct keeps what a person says of the reading of a ticket. The same key again
// is the same correction; without one it never is. It changes no case.
func (d Desk) Correct(ctx context.Context, caseID, key string, c teach.Correction) (teach.Example, error) {
	c.At, c.Policy = d.Now(), d.policy()
	c.ID = bus.ID("correction", caseID, c.Tenant, c.Ticket, c.By.ID, key)
	if key == "" {
		c.ID = bus.ID("correction", caseID, c.Tenant, c.Ticket, c.By.ID, "at", c.At.String())
	}
	e, err := d.Ledger.Teach(ctx, caseID, func(of *decide.Case, past []teach.Example) (teach.Example, error) { return teach.Correct(of, past, c) })
	if err != nil {
		return e, fmt.Errorf("correct the reading of ticket %s of case %s: %w", c.Ticket, caseID, err)
	}
	return e, nil
}
