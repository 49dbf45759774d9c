package deliver

import (
	"time"

	"tocsin/pkg/policy"
)

// A Change is a case as it now is, and why it changed.
type Change struct {
	Case       Case
	Transition Transition
}

// A Transition is what changed, who did it, when and why.
type Transition struct {
	// Name is review's name for it, as "opened" or "ticket_linked".
	Name string
	// From and To are states of the case; From is empty where it was opened.
	From, To string
	// Actor is a person's id, or a service's name.
	Actor string
	At    time.Time
	// Note is why, as the person wrote it.
	Note string
	// Tenant and Ticket are set where the change concerns one ticket.
	Tenant, Ticket string
}

// A Case is what is known of a case when it is told.
type Case struct {
	ID, Tenant, State string
	Version           uint64
	// Title is review's name for the case, for where there is no reason.
	Title          string
	Reasons        []policy.ReasonID
	Denials        []policy.GroundID
	Recommendation string
	Tickets        []Ticket
	Conditions     []Condition
	// People is how many are known to be hit; nil is unknown.
	People  *uint32
	Tenants uint32
	// Ground is the one that leadership denied on; empty where it gave none.
	Ground policy.GroundID
	// ETA is the estimated time of resolution; zero where none is given.
	ETA time.Time
	// ETAReason is why the ETA was moved last.
	ETAReason string
	// ETAWas is what the ETA was before it was moved last; zero where it never was.
	ETAWas        time.Time
	DecisionDueAt time.Time
	// Along is an update that waited and is told with this change; empty is none.
	Along string
	// UpdateDueAt is by when those who asked should hear how it goes; zero while nothing is owed.
	UpdateDueAt time.Time
	// WaitsSince is since when the case waits for an answer; zero where it does not.
	WaitsSince time.Time
	// Question is what leadership asks of those who asked.
	Question string
}

// A Ticket is one of a case's tickets.
type Ticket struct {
	Tenant, ID, Source, Subject string
	// Requester, CSM and Agent are people's ids in the helpdesk; empty is unknown.
	Requester, CSM, Agent string
	// Status is the helpdesk's, as "OPEN" or "RESOLVED".
	Status string
	// Asked says that somebody asks for escalation on this ticket.
	Asked bool
	// LinkedAt is when the ticket joined the case.
	LinkedAt time.Time
	// Withdrawn says that the request was taken back.
	Withdrawn bool
	// Language is "en", "de", or empty when neither.
	Language string
	// Unread says that the requester writes in a language that there are no words in.
	Unread         bool
	Recommendation string
	Reasons        []policy.ReasonID
	Missing        []policy.MissingID
	// Quote is the best piece of evidence; leadership alone reads it.
	Quote string
	// personal says that the subject held personal data.
	personal bool
}

// A Condition is one of a case's conditions.
type Condition struct {
	Reason policy.ReasonID
	// Scope is a tenant, or Platform; Subject is the component, provider and so on.
	Scope, Subject           string
	Value, Threshold, People uint32
	Window                   time.Duration
	// Live is false once the condition has ended.
	Live     bool
	RaisedAt time.Time
}

// Platform is the tenant of a case that concerns all tenants together.
const Platform = "platform"

// The audiences, in the order in which they are told.
const (
	Leadership = "leadership"
	Requester  = "requester"
	CSM        = "csm"
	Agent      = "agent"
)

// Audiences are all audiences, in the order in which they are told.
func Audiences() []string { return []string{Leadership, Requester, CSM, Agent} }

// A Kind says what a notification tells.
type Kind string

// The kinds of notifications; the package comment says who hears which.
const (
	CaseOpened      Kind = "case_opened"
	UnderReview     Kind = "under_review"
	InfoNeeded      Kind = "info_needed"
	ConditionLinked Kind = "condition_linked"
	ConditionEnded  Kind = "condition_ended"
	Approved        Kind = "approved"
	Denied          Kind = "denied"
	ETAGiven        Kind = "eta_given"
	ETAMoved        Kind = "eta_moved"
	Resolved        Kind = "resolved"
	Reopened        Kind = "reopened"
	Withdrawn       Kind = "withdrawn"
	Expired         Kind = "expired"
	DecisionOverdue Kind = "decision_overdue"
	ETANear         Kind = "eta_near" // it passes soon
	ETAOverdue      Kind = "eta_overdue"
	PassedOn        Kind = "decision_passed_on" // the level above is called
	UpdateOverdue   Kind = "update_overdue"
	Progress        Kind = "progress"
	InfoReminder    Kind = "info_reminder"
	Unanswered      Kind = "unanswered"
	SeveralNews     Kind = "several"    // of several, told at once
	MuteEnded       Kind = "mute_ended" // what a mute silenced
	Call            Kind = "called"     // nobody has acknowledged yet
	Unacknowledged  Kind = "unacknowledged"
)

// Kinds are all kinds that tell of a change of a case.
func Kinds() []Kind {
	return []Kind{
		CaseOpened, UnderReview, InfoNeeded, ConditionLinked, ConditionEnded, Approved, Denied, ETAGiven, ETAMoved,
		Resolved, Reopened, Withdrawn, Expired, DecisionOverdue, ETANear, ETAOverdue, PassedOn, UpdateOverdue, Progress,
		InfoReminder, Unanswered, SourceSilent, SourceHeard, DestinationSilent, DestinationHeard, // Heartbeat and SeveralNews are none that routes see: they are made behind them
	}
}

// A Notification is what one person or group is told.
type Notification struct {
	// ID is derived from the change and the addressee.
	ID       string
	Audience string
	// Tenant is the ticket's, or, for leadership, the case's.
	Tenant, Case string
	Version      uint64
	// Index orders the notifications of one version to one audience of one tenant, from 0.
	Index    uint32
	Kind     Kind
	Language string
	// Title is one line; Body is plain text of short paragraphs.
	Title, Body string
	// Recipient is the person's id in the helpdesk; empty for leadership, or where unknown.
	Recipient string
	// Ticket and Source are the ticket that the message belongs to, and its helpdesk.
	Ticket, Source string
	// Destination is the one that is silent or heard again.
	Destination string
	At          time.Time
	State       string
	// Reasons are the case's for leadership, else those that the ticket claims.
	Reasons []policy.ReasonID
	ETA     time.Time
	// Recommendation, People, Tenants and Link are for leadership alone.
	Recommendation string
	People         *uint32
	Tenants        uint32
	Link           string
}
