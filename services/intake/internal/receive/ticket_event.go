package receive

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// A TicketEvent is one thing that happened to one support ticket, as its
// helpdesk states it. Source and ID are its identity.
type TicketEvent struct {
	ID         string
	Source     string
	Tenant     string
	Ticket     string
	OccurredAt time.Time
	// Said is what happened: one of Opened, Note, StatusChanged, Assigned, Facts,
	// Flagged, EscalationRequested, by value.
	Said Said
	// Tag stands for all that it says, where its producer chose the ID: another of the same
	// identity with another tag contradicts it. 0 is not known.
	Tag uint32
}

// Said is what a ticket event says.
type Said interface {
	check(p *problems)
	apply(t *Ticket, s Setter) bool
}

// Severity is how badly the ticket's issue hurts, by the helpdesk's own field.
// Empty is unknown.
type Severity string

// The severities, worst first.
const (
	SiteUnusable Severity = "SITE_UNUSABLE"
	High         Severity = "HIGH"
	Normal       Severity = "NORMAL"
	Low          Severity = "LOW"
)

// Environment is where the issue exists. Empty is unknown.
type Environment string

// The environments.
const (
	Production Environment = "PRODUCTION"
	Beta       Environment = "BETA"
)

// AuthorKind is who speaks or acts. Empty is unknown and counts as a customer's
// claim.
type AuthorKind string

// The kinds of author. System is a machine, ours included.
const (
	Customer AuthorKind = "CUSTOMER"
	CSM      AuthorKind = "CSM"
	Agent    AuthorKind = "AGENT"
	System   AuthorKind = "SYSTEM"
)

// Status is where the ticket stands in its helpdesk. Empty is unknown.
type Status string

// The statuses, in the order a ticket usually has them.
const (
	New              Status = "NEW"
	Open             Status = "OPEN"
	InProgress       Status = "IN_PROGRESS"
	AwaitingCustomer Status = "AWAITING_CUSTOMER"
	OnHold           Status = "ON_HOLD"
	Resolved         Status = "RESOLVED"
	Closed           Status = "CLOSED"
)

// Opened is the ticket's beginning. Its facts are the requester's claims.
type Opened struct {
	Subject       string
	Body          string
	Requester     string // by the helpdesk's id or address
	CSM           string
	Severity      Severity
	Environment   Environment
	AffectedUsers *uint32 // nil is unknown
	Components    []string
}

// Note is one message on the ticket.
type Note struct {
	// AuthorKind is who wrote it, as the helpdesk has it; who it counts as is By.
	AuthorKind AuthorKind
	Author     string
	Text       string
	Public     bool
	// Own says that this house wrote it and it came back through the helpdesk: its
	// words fit the mark that they bear, whatever author the helpdesk names.
	Own bool
}

// By is who the note counts as: what this house wrote is a machine's.
func (n Note) By() AuthorKind {
	if n.Own {
		return System
	}
	return n.AuthorKind
}

// StatusChanged is a new status.
type StatusChanged struct {
	Status Status
}

// Assigned is a new agent; empty means nobody.
type Assigned struct {
	Agent string
}

// Facts are fields that somebody set. What is empty was not set.
type Facts struct {
	Severity      Severity
	Environment   Environment
	AffectedUsers *uint32
	SetBy         AuthorKind
}

// Flagged is a CSM's flag: a request.
type Flagged struct {
	CSM    string
	Reason string
}

// EscalationRequested is a request by form, not by note.
type EscalationRequested struct {
	Reason       string
	Urgency      string
	PolicyReason string // one of the sixteen reasons' ids, or empty
}

// maxRef is how many bytes a reference to an event may have before it is hashed.
const maxRef = 128

// Ref is how an event is referred to: "source/id". A "/" or "%" within the
// source is escaped, so that no two events share one, and what is longer than
// 128 bytes is "~" and the first half of its SHA-256 in hex.
func Ref(source, id string) string {
	if strings.ContainsAny(source, "/%") {
		source = strings.NewReplacer("%", "%25", "/", "%2F").Replace(source)
	}
	return short(source+"/"+id, maxRef)
}

// short is s, or a hash of it if it is longer than max bytes.
func short(s string, max int) string {
	if len(s) <= max {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return "~" + hex.EncodeToString(sum[:16])
}
