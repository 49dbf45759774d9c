package decide

import (
	"slices"
	"strconv"
	"time"

	"tocsin/pkg/policy"
)

// A Status is where a ticket stands in its helpdesk.
type Status string

// The statuses that end a ticket; all others are open.
const (
	StatusResolved Status = "RESOLVED"
	StatusClosed   Status = "CLOSED"
)

// The environments of a ticket: where its issue exists. Beta is only there.
const (
	Production = "production"
	Beta       = "beta"
)

// A Ticket is what classification says of one ticket at one revision, and, in a
// case, the ticket linked to it.
type Ticket struct {
	Tenant   string `json:"tenant"`
	ID       string `json:"id"`
	Source   string `json:"source"`
	Revision uint64 `json:"revision"`
	Subject  string `json:"subject,omitempty"`
	// Language is "en", "de", or empty when neither.
	Language  string `json:"language,omitempty"`
	Requester string `json:"requester,omitempty"`
	CSM       string `json:"csm,omitempty"`
	Agent     string `json:"agent,omitempty"`
	Status    Status `json:"status,omitempty"`

	// Asks names the newest note or event that asks for escalation; empty if
	// nobody asks. Another name is another request.
	Asks string `json:"asks,omitempty"`
	// Withdrawn says that a request was made and taken back.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// MakesCase says that the words state a security breach or an outage of the
	// production site, which makes a case even where nobody asks.
	MakesCase bool `json:"makes_case,omitempty"`

	Recommendation Recommendation     `json:"recommendation"`
	Reasons        []policy.ReasonID  `json:"reasons,omitempty"`
	Denials        []policy.GroundID  `json:"denials,omitempty"`
	Missing        []policy.MissingID `json:"missing,omitempty"`
	// Environment is Production, Beta, or empty when unknown.
	Environment string `json:"environment,omitempty"`
	// People is how many are hit as the ticket claims; nil is unknown.
	People *int `json:"people,omitempty"`
	// Hours is how long it has lasted as the ticket claims; nil is unknown.
	Hours *float64 `json:"hours,omitempty"`
	// UrgencyGiven and ReasonGiven say that the words give a why, and say what is wrong.
	UrgencyGiven bool `json:"urgency_given,omitempty"`
	ReasonGiven  bool `json:"reason_given,omitempty"`
	// Quotes are the best pieces of evidence, best first.
	Quotes         []Quote         `json:"quotes,omitempty"`
	Contradictions []Contradiction `json:"contradictions,omitempty"`
	// Confirmations are claims that a measurement or a field bears out.
	Confirmations []Contradiction `json:"confirmations,omitempty"`
	NearMisses    []NearMiss      `json:"near_misses,omitempty"`
	// Confidence is how likely the recommendation is right, from 0 to 1, as far as
	// it rests on words; 0 is unknown.
	Confidence float64 `json:"confidence,omitempty"`
	// Unclear are "language", "request" and the reasons that could neither be
	// affirmed nor denied.
	Unclear []string `json:"unclear,omitempty"`
	// Unsupported says that the requester writes in a language that is not read.
	Unsupported bool `json:"unsupported_language,omitempty"`
	// Policy is the version of the policy that the ticket was assessed by.
	Policy string `json:"policy,omitempty"`

	OpenedAt time.Time `json:"opened_at,omitzero"`
	// CustomerActedAt is when the customer last wrote; it answers a question asked before.
	CustomerActedAt time.Time `json:"customer_acted_at,omitzero"`
	// ReadUpTo is the highest event time among what was assessed; zero is unknown.
	ReadUpTo time.Time `json:"read_up_to,omitzero"`
	// LinkedAt is when the ticket joined its case.
	LinkedAt time.Time `json:"linked_at,omitzero"`
}

// A Quote is a piece of a note, and what it speaks for.
type Quote struct {
	For    string  `json:"for"`
	Text   string  `json:"text"`
	Start  uint32  `json:"start"`
	End    uint32  `json:"end"`
	Weight float64 `json:"weight"`
	Note   string  `json:"note,omitempty"`
	Step   string  `json:"step,omitempty"`
}

// A Contradiction is a claim beside what was measured or set of it.
type Contradiction struct {
	About    string `json:"about"`
	Claimed  string `json:"claimed"`
	Measured string `json:"measured"`
	Source   string `json:"source,omitempty"`
}

// A NearMiss is a reason that does not hold, and by how much.
type NearMiss struct {
	Reason policy.ReasonID `json:"reason"`
	Stated string          `json:"stated"`
	Needed string          `json:"needed"`
}

// Done says that the helpdesk has resolved or closed the ticket.
func (t *Ticket) Done() bool { return t.Status == StatusResolved || t.Status == StatusClosed }

// Carries says that the ticket alone keeps a case open: somebody asks, or its
// words make a case, and it is neither withdrawn nor done.
func (t *Ticket) Carries() bool {
	return (t.Asks != "" && !t.Withdrawn || t.MakesCase) && !t.Done()
}

// Claims says that an open ticket names a reason that a condition could show, or
// comes near one.
func (t *Ticket) Claims() bool { return len(t.Reasons)+len(t.NearMisses) > 0 && !t.Done() }

// Said is how many people the words name, before facts corrected them; nil is unknown.
func (t *Ticket) Said() *int {
	for _, c := range t.Contradictions { // the first was corrected first
		if n, err := strconv.Atoi(c.Claimed); c.About == "affected_users" && err == nil {
			return &n
		}
	}
	return t.People
}

// InDetail is how many tickets of a case are kept with what they say. Of those
// after them a case keeps what counts, so that an outage with thousands of
// tickets still fits into one message; the rest stands in their assessments.
const InDetail = 100

// brief leaves out of a ticket what is only shown.
func (t *Ticket) brief() {
	t.Subject, t.Quotes, t.Contradictions, t.Confirmations, t.NearMisses = "", nil, nil, nil, nil
}

// sameAs says that the two state the same, whatever their revisions.
func (t *Ticket) sameAs(o *Ticket) bool {
	return t.Source == o.Source && t.Subject == o.Subject && t.Language == o.Language &&
		t.Requester == o.Requester && t.CSM == o.CSM && t.Agent == o.Agent && t.Status == o.Status &&
		t.Asks == o.Asks && t.Withdrawn == o.Withdrawn && t.MakesCase == o.MakesCase &&
		t.Recommendation == o.Recommendation && slices.Equal(t.Reasons, o.Reasons) &&
		slices.Equal(t.Denials, o.Denials) && slices.Equal(t.Missing, o.Missing) &&
		t.Environment == o.Environment && equal(t.People, o.People) && equal(t.Hours, o.Hours) &&
		t.UrgencyGiven == o.UrgencyGiven && t.ReasonGiven == o.ReasonGiven &&
		slices.Equal(t.Quotes, o.Quotes) && slices.Equal(t.Contradictions, o.Contradictions) &&
		slices.Equal(t.Confirmations, o.Confirmations) && slices.Equal(t.NearMisses, o.NearMisses) &&
		t.Confidence == o.Confidence && slices.Equal(t.Unclear, o.Unclear) && t.Unsupported == o.Unsupported
}

func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
