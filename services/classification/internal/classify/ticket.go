package classify

import (
	"time"

	"tocsin/pkg/policy"
)

// A Ticket is one support ticket as it now is, as far as classification reads it.
type Ticket struct {
	ID     string
	Tenant string
	// Notes are in order of time; the opening text is the first of them.
	Notes    []TicketNote
	Requests []Request
	Status   Status
	// SiteUnusable says that the severity field states that the site is unusable.
	SiteUnusable   bool
	SeveritySetBy  AuthorKind
	Environment    Environment
	EnvironmentBy  AuthorKind
	AffectedUsers  *int
	AffectedBy     AuthorKind
	Components     []string
	OpenedAt       time.Time
	AgentActedAt   time.Time // the last thing a human agent did that shows work; zero if none
	SupportActedAt time.Time // support's last activity of any kind; zero if none
	CustomerAt     time.Time // the customer's last activity; zero if none
	WaitingSince   time.Time // when the wait for the customer began; zero if never
	WaitingEnded   time.Time // when the last wait for the customer ended; zero if never
	// LookedAt is when monitoring last looked at what it counts for the tenant; zero is unknown.
	LookedAt time.Time
	// TenantUsers is how many users the tenant has; zero is unknown.
	TenantUsers int
}

// A TicketNote is one message on a ticket.
type TicketNote struct {
	ID     string
	Author AuthorKind
	Text   string
	Public bool
	At     time.Time
	// Opening marks the ticket's subject and body.
	Opening bool
}

// A Request is an escalation asked for by flag or form, not by a note.
type Request struct {
	ID      string
	Author  AuthorKind
	Reason  string
	Urgency string
	// PolicyReason is the reason that the form names, if it names one. It is a claim.
	PolicyReason policy.ReasonID
	At           time.Time
}

// An AuthorKind is who speaks, in the short names of the contract. Empty is unknown.
type AuthorKind string

// The author kinds of the contract.
const (
	Customer AuthorKind = "CUSTOMER"
	CSM      AuthorKind = "CSM"
	Agent    AuthorKind = "AGENT"
	System   AuthorKind = "SYSTEM"
)

// A Status is where the ticket stands in the helpdesk, in the short names of the contract.
type Status string

// The statuses of the contract that classification tells apart.
const (
	InProgress       Status = "IN_PROGRESS"
	AwaitingCustomer Status = "AWAITING_CUSTOMER"
	Resolved         Status = "RESOLVED"
	Closed           Status = "CLOSED"
)

// An Environment is where an issue exists. Empty is unknown.
type Environment string

// The environments that the policy knows.
const (
	Production Environment = "production"
	Beta       Environment = "beta"
)

// Platform is the scope of all tenants together.
const Platform = "platform"

// A Condition is a policy reason that monitoring found, from signals alone, to hold now.
type Condition struct {
	ID     string
	Reason policy.ReasonID
	// Scope is a tenant, or Platform.
	Scope   string
	Subject string
	// Value is what was measured, for instance the people unable to log in.
	Value     int
	Threshold int
	Window    time.Duration
	People    int
	At        time.Time
	// Raised says that it holds now. A condition that has ended still corrects
	// what a note claimed before its end.
	Raised bool
	// Unknown says that it has ended because nothing was heard any more: nobody
	// knows whether it is over.
	Unknown bool
	// Near says that it is counted, and the line is not reached.
	Near bool
	// ClaimedOnly says that the tenant's own token sent its signals: shown, never counted.
	ClaimedOnly bool
}
