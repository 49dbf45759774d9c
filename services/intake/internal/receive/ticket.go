package receive

import (
	"cmp"
	"strings"
	"time"
)

// How much a ticket holds. Text is measured in bytes, after quoted mail was cut.
const (
	MaxText   = 64 << 10  // one text
	MaxTicket = 512 << 10 // a whole ticket, as Size measures it

	maxApplied      = 512       // the newest applied events
	maxNotes        = 256       // the newest notes
	maxNoteTexts    = 160 << 10 // the texts of the notes together
	maxRequests     = 32        // the newest requests
	maxRequestTexts = 64 << 10  // the texts of the requests together
	maxReason       = 32 << 10  // the reason of one request
	maxUrgency      = 16 << 10  // the urgency of one request
	maxTurns        = 256       // the newest turns
	maxName         = 256       // a person's id, before it is hashed
	maxSubject      = 2 << 10   // a subject
	maxComponents   = 64        // components, each of at most maxComponent bytes
	maxComponent    = 128       // one component
)

// A Ticket is a support ticket as it now is. Its zero value is the ticket that
// nobody has spoken of. [Fold] is the only way to change it.
type Ticket struct {
	Tenant string
	Ticket string
	// Revision counts the changes: it grows by one with each Fold that changed
	// anything. Up to 512 events it is their number; past that it depends on the
	// order of arrival, and is the one field that does.
	Revision uint64

	Source     Field[string] // the helpdesk that opened it, or that spoke of it last
	Subject    Field[string]
	Requester  Field[string]
	CSM        Field[string]
	Agent      Field[string] // empty value: assigned to nobody
	Status     Field[Status]
	Components Field[[]string]

	// Facts: what an agent set outranks every other's claim, however late.
	Severity      Field[Severity]
	Environment   Field[Environment]
	AffectedUsers Field[uint32] // unknown while its setter is zero

	// Opening is the ticket's first text; its setter is zero while it is unknown.
	Opening TicketNote
	// Notes are in order of event time, oldest first, the opening not among them.
	Notes []TicketNote
	// Requests are flags and forms, oldest first.
	Requests []Request

	OpenedAt        time.Time // zero while nobody has said
	LastEventAt     time.Time // the highest event time, our own notes left out
	AgentActedAt    time.Time // an agent's note, a change to IN_PROGRESS
	SupportActedAt  time.Time // the same, or an assignment
	CustomerActedAt time.Time // the opening, a customer's note
	WaitingSince    time.Time // of the question that is unanswered; zero if none is
	WaitingEndedAt  time.Time // when the last wait for the customer ended; zero if none has

	// Truncated says that a text was shortened or dropped, or a note or request
	// was dropped, for its size or number.
	Truncated bool

	// Applied are the newest 512 events that the ticket holds, oldest first.
	Applied []Applied
	// Turns are the newest 256 instants at which a wait for the customer began or
	// may have ended, oldest first, each instant and kind once.
	Turns []Turn
}

// A Field is a value and who set it, and when.
type Field[T any] struct {
	Value  T
	Setter Setter
}

// A Setter is the event that set a field, and who acted in it. Its zero value
// is nobody.
type Setter struct {
	At    time.Time
	Event string // Ref of the event
	Kind  AuthorKind
}

// A TicketNote is one message on a ticket.
type TicketNote struct {
	Event      string // Ref of the event that brought it
	At         time.Time
	AuthorKind AuthorKind
	Author     string
	Text       string // without quoted mail; empty if it had to make room
	Public     bool
	Truncated  bool // the text was shortened, or dropped and only the reference is left
}

// A Request is a request for escalation by flag (CSM) or form (no author kind).
type Request struct {
	Event        string
	At           time.Time
	AuthorKind   AuthorKind
	Author       string
	Reason       string
	Urgency      string
	PolicyReason string
	Truncated    bool
}

// Applied is an event that a ticket holds.
type Applied struct {
	At    time.Time
	Event string
	Tag   uint32 // of the event; 0 is not known
}

// A TurnKind says what an instant means for the wait for the customer.
type TurnKind uint8

// The kinds of turn. At one instant they are read in this order.
const (
	Answered TurnKind = iota + 1 // a customer's note; one at the very instant of a question does not answer it
	Asked                        // the status became AWAITING_CUSTOMER
	Moved                        // the status became another
)

// A Turn is an instant at which a wait for the customer began or may have ended.
type Turn struct {
	At   time.Time
	Kind TurnKind
}

// compare orders setters by event time, then source, then id.
func (s Setter) compare(o Setter) int {
	return compareEvents(s.At, s.Event, o.At, o.Event)
}

func compareEvents(at time.Time, event string, otherAt time.Time, other string) int {
	if c := at.Compare(otherAt); c != 0 {
		return c
	}
	source, id, _ := strings.Cut(event, "/")
	otherSource, otherID, _ := strings.Cut(other, "/")
	return cmp.Or(strings.Compare(source, otherSource), strings.Compare(id, otherID))
}
