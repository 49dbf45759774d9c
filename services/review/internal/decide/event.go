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
	WasClaimed       Name = "claimed"
	WasReleased      Name = "released"
	WasAssigned      Name = "assigned"
	Progress         Name = "progress" // those who asked are told how it goes
	WasAppealed      Name = "appealed"
	WasWithdrawn     Name = "withdrawn" // a person says that the request was taken back
	WasExpired       Name = "expired"   // nobody answered
	WasSplit         Name = "split"     // a part of it is another case now
	SplitOff         Name = "split_off" // it was a part of another case
	Absorbed         Name = "absorbed"  // a person merged another case into it
	DecisionPassedOn Name = "decision_passed_on"
	InfoReminder     Name = "info_reminder"
	UpdateOverdue    Name = "update_overdue"
	UpdateWaits      Name = "update_waits" // an update that is told when the cadence allows
	ETAIsNear        Name = "eta_near"     // the ETA passes soon, and the trouble is not over
	WasAcknowledged  Name = "acknowledged" // a person has seen that it waits
	WasErased        Name = "erased"       // what it held of a tenant's people was taken out
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
	// Subject is whom or what else it concerns: the technician, the case that was
	// parted from it or joined, the level that is called, or the link by which somebody
	// acknowledged. It is an id or a number.
	Subject string `json:"subject,omitempty"`
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
		outcome := Void
		if c.State == Resolved {
			outcome = Kept
		}
		c.settlePromise(outcome, e.At)
	}
	if !c.State.Undecided() {
		c.unclaim()
	}
	c.news(e)
	c.owe(e)
	e.ID = c.ID + "/" + strconv.FormatUint(c.Version, 10)
	e.Case, e.Version, e.From, e.To = c.ID, c.Version, from, c.State
	return e
}

// owe works out since when the case waits for an answer, and by when those who
// asked should hear how it goes.
func (c *Case) owe(e Event) {
	switch {
	case c.State != NeedsInfo:
		c.WaitsSince = time.Time{}
	case c.WaitsSince.IsZero() || e.Name == InfoRequested:
		c.WaitsSince = e.At
	}
	told := e.Name == Progress || e.Name == ETAGiven || e.Name == ETAMoved || e.Name == WasApproved ||
		c.LastUpdate != nil && c.LastUpdate.ToldAt.Equal(e.At) // it was taken along
	switch {
	case c.State != Approved && c.State != InProgress, !c.carries():
		c.UpdateDueAt = time.Time{}
	case told || c.UpdateDueAt.IsZero():
		c.UpdateDueAt = e.At.Add(UpdateEvery(c.Impact.Priority))
	}
}
