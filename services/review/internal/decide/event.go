package decide

import (
	"strconv"
	"time"

	"tocsin/pkg/policy"
)

// A Name says what a transition changed.
type Name string

// The names of transitions.
const (
	Opened           Name = "opened"
	Reopened         Name = "reopened"
	TicketLinked     Name = "ticket_linked"
	TicketUpdated    Name = "ticket_updated"
	TicketWithdrawn  Name = "ticket_withdrawn"
	WasAskedAgain    Name = "asked_again"
	ConditionLinked  Name = "condition_linked"
	ConditionUpdated Name = "condition_updated"
	ConditionEnded   Name = "condition_ended"
	InfoRequested    Name = "info_requested"
	WasApproved      Name = "approved"
	WasDenied        Name = "denied"
	ETAGiven         Name = "eta_given"
	ETAMoved         Name = "eta_moved"
	DecisionOverdue  Name = "decision_overdue"
	ETAOverdue       Name = "eta_overdue"
	WasResolved      Name = "resolved"
	WasClosed        Name = "closed"
	WasMerged        Name = "merged"
)

// An Event says what one transition of a case changed, who did it, and why.
type Event struct {
	// ID is derived from the case and its version.
	ID      string `json:"id"`
	Case    string `json:"case"`
	Version uint64 `json:"version"`
	Name    Name   `json:"name"`
	From    State  `json:"from,omitempty"` // empty where the case was opened
	To      State  `json:"to"`
	// Actor is a person's id, or the service that acted.
	Actor string `json:"actor"`
	// Person says that a person acted.
	Person bool      `json:"person,omitempty"`
	At     time.Time `json:"at"`
	// Cause is the id of the event or the command behind it.
	Cause string `json:"cause"`
	// Tenant and Ticket are set where the change concerns one ticket.
	Tenant string `json:"tenant,omitempty"`
	Ticket string `json:"ticket,omitempty"`
	// Condition is set where the change concerns one condition.
	Condition string          `json:"condition,omitempty"`
	Ground    policy.GroundID `json:"ground,omitempty"`
	// Absorbed are the cases that were merged into this one by the change.
	Absorbed []string `json:"absorbed,omitempty"`
	// Note is what the person wrote: why. It is personal text and kept apart from the audit.
	Note string `json:"note,omitempty"`
}

// News is where a fact comes from: the event that states it and when it was heard.
type News struct {
	// Cause is the id of the event.
	Cause string
	// Actor is the service that states it.
	Actor string
	At    time.Time
}

// advance grows the version and states what changed since from.
func (c *Case) advance(e Event, from State) Event {
	c.Version++
	c.UpdatedAt = e.At
	if c.State.Ended() && !from.Ended() {
		c.EndedAt = e.At
	}
	e.ID = c.ID + "/" + strconv.FormatUint(c.Version, 10)
	e.Case, e.Version, e.From, e.To = c.ID, c.Version, from, c.State
	return e
}
