package decide

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
)

// Platform is the tenant of a case that a condition of the whole platform shows.
const Platform = "platform"

// A State is where a case stands.
type State string

// The states of a case; the package comment draws the ways between them.
const (
	Detected      State = "detected"       // a condition shows it and nobody has asked
	NeedsInfo     State = "needs_info"     // somebody asked, and what is needed to assess it is missing
	PendingReview State = "pending_review" // somebody asked, and leadership can decide
	Approved      State = "approved"       // leadership approved; an ETA is still to be given
	InProgress    State = "in_progress"    // approved, with an ETA
	Denied        State = "denied"         // leadership denied
	Resolved      State = "resolved"       // the trouble is over
	Withdrawn     State = "withdrawn"      // the request was taken back, or the condition never held
	Expired       State = "expired"        // no more signals came, so nobody knows whether it is over
	Closed        State = "closed"         // final; a later request opens another case
	Merged        State = "merged"         // final; MergedInto names the case that goes on
)

// Undecided says that the case waits for a decision.
func (s State) Undecided() bool { return s == Detected || s == NeedsInfo || s == PendingReview }

// Ended says that nothing more is to be done unless the case is reopened.
func (s State) Ended() bool { return s == Resolved || s == Withdrawn || s == Expired || s.Final() }

// Final says that the case can not be reopened.
func (s State) Final() bool { return s == Closed || s == Merged }

// A Recommendation is what the facts recommend to leadership. It is never executed.
type Recommendation string

// The four recommendations of policy section 5. A case is never NotARequest; a ticket may be.
const (
	NotARequest Recommendation = "not_a_request"
	Ineligible  Recommendation = "ineligible"
	NeedInfo    Recommendation = "needs_info"
	Eligible    Recommendation = "eligible"
)

// A Case is what leadership decides, as it now is.
type Case struct {
	// ID is derived from what opened the case.
	ID string `json:"id"`
	// Tenant is a customer organisation, or Platform.
	Tenant string `json:"tenant"`
	State  State  `json:"state"`
	// Version grows by one with each change, from 1.
	Version uint64 `json:"version"`
	// Round counts the times the case was open for a decision, from 1.
	Round uint32 `json:"round"`
	// ByHand says that a person began this round, so that facts alone do not end it.
	ByHand bool `json:"by_hand,omitempty"`

	Tickets    []Ticket    `json:"tickets,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`

	// Reasons are those that the conditions show, then those that only the tickets
	// claim, each in the policy's order.
	Reasons []policy.ReasonID `json:"reasons,omitempty"`
	// Grounds are the denial grounds that hold for every ticket that asks. They are recommended, never executed.
	Grounds        []policy.GroundID `json:"grounds,omitempty"`
	Recommendation Recommendation    `json:"recommendation"`
	Impact         Impact            `json:"impact"`

	// Decision is this round's; nil while nobody has decided.
	Decision *Decision `json:"decision,omitempty"`
	// Past are the decisions of earlier rounds, oldest first.
	Past []Decision `json:"past,omitempty"`

	// Question is what leadership wants to know, while it waits for the answer.
	Question string    `json:"question,omitempty"`
	AskedAt  time.Time `json:"asked_at,omitzero"`

	ETA       time.Time `json:"eta,omitzero"`
	ETAReason string    `json:"eta_reason,omitempty"` // why the ETA was moved last
	ETAMoves  uint32    `json:"eta_moves,omitempty"`

	// Promises are the ETAs that were given, oldest first, and what became of each.
	Promises []Promise `json:"promises,omitempty"`

	// ClaimedBy is the leader who takes care of this round's decision; empty is nobody yet.
	ClaimedBy string    `json:"claimed_by,omitempty"`
	ClaimedAt time.Time `json:"claimed_at,omitzero"`
	// AcknowledgedBy is the first who said, or showed by what they did, that they have seen
	// that this round waits for a decision; empty is nobody yet.
	AcknowledgedBy string    `json:"acknowledged_by,omitempty"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	// Technician is the id of who works on it, as the roster has it; empty is nobody in particular.
	Technician string `json:"technician,omitempty"`
	// Level is who has been called to decide: 1 leadership (also 0), 2 the level above.
	Level uint32 `json:"level,omitempty"`
	// UpdateDueAt is by when those who asked should hear how it goes; zero while nothing is owed.
	UpdateDueAt time.Time `json:"update_due_at,omitzero"`
	// LastUpdate is the one that was given last; nil where none was, or none can be told any more.
	LastUpdate *Update `json:"last_update,omitempty"`
	// NewsAt is when those who asked were last told an update.
	NewsAt time.Time `json:"news_at,omitzero"`
	// WaitsSince is since when the case waits for an answer from those who asked.
	WaitsSince time.Time `json:"waits_since,omitzero"`
	// Rang are the deadlines of which the case has said that they passed.
	Rang []Ring `json:"rang,omitempty"`

	// OpenedBy is the person who opened the case by hand, and Named the reason that they gave.
	OpenedBy string          `json:"opened_by,omitempty"`
	Named    policy.ReasonID `json:"named,omitempty"`
	// SplitFrom is the case from which a person parted this one.
	SplitFrom string `json:"split_from,omitempty"`
	// Apart are cases that a person parted from this one: facts do not merge them again.
	Apart []string `json:"apart,omitempty"`
	// Appealed is what began this round, if somebody appealed against the denial before it.
	Appealed *Appeal `json:"appealed,omitempty"`

	// AskedAgain counts requests made on tickets of this case after the first of each.
	AskedAgain uint32 `json:"asked_again,omitempty"`
	MergedInto string `json:"merged_into,omitempty"`

	OpenedAt  time.Time `json:"opened_at"`
	RoundAt   time.Time `json:"round_at"` // when this round began
	UpdatedAt time.Time `json:"updated_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// DecisionDueAt is when this round should be decided, by the policy's durations.
	DecisionDueAt time.Time `json:"decision_due_at"`
	// Policy is the version of the policy that was applied last.
	Policy string `json:"policy"`
}

// Impact is who is hit, over all tickets and conditions of a case.
type Impact struct {
	// Measured is the most people that the conditions counted; nil is unknown.
	Measured *int `json:"measured,omitempty"`
	// Claimed is what the tickets claim as facts correct it: the highest claim of
	// each tenant, added up; nil is unknown.
	Claimed *int `json:"claimed,omitempty"`
	// Said is the same as the words have it, whatever was measured.
	Said *int `json:"said,omitempty"`
	// Tenants is how many customer organisations are known to be hit.
	Tenants  int             `json:"tenants"`
	Priority policy.Priority `json:"priority"`
}

// Claim is how many people the words name; where a row was written before that was
// kept apart, what it claims as facts correct it. Nil is unknown.
func (i Impact) Claim() *int { return cmp.Or(i.Said, i.Claimed) }

// People is how many people are known to be hit: as measured, or, where nothing
// was, as claimed. False is unknown.
func (i Impact) People() (int, bool) {
	switch {
	case i.Measured != nil:
		return *i.Measured, true
	case i.Claimed != nil:
		return *i.Claimed, true
	}
	return 0, false
}

// Rank orders cases by impact: first by priority, then by people. It orders a
// list and decides nothing.
func (i Impact) Rank() int64 {
	rank := map[policy.Priority]int64{policy.PriorityCritical: 2, policy.PriorityHigh: 1}[i.Priority]
	people, _ := i.People()
	return rank<<40 + int64(people)
}

// A Verdict is how leadership decided.
type Verdict string

// The verdicts.
const (
	Approve Verdict = "approved"
	Deny    Verdict = "denied"
)

// A Decision is how one round of a case was decided, by whom, and what was
// recommended at that moment.
type Decision struct {
	Round   uint32  `json:"round"`
	Verdict Verdict `json:"verdict"`
	// Ground is the denial ground, where one of the policy's was given.
	Ground      policy.GroundID `json:"ground,omitempty"`
	By          string          `json:"by"`
	At          time.Time       `json:"at"`
	Note        string          `json:"note,omitempty"`
	Recommended Recommendation  `json:"recommended"`
}

// An Appeal is why somebody asked leadership to look at a denial again.
type Appeal struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

// IDFrom derives a case's id from the cause that opened it: the same cause gives the same id.
func IDFrom(cause string) string {
	sum := sha256.Sum256([]byte("case\x00" + cause))
	return "c-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// carries says that a ticket keeps the case open.
func (c *Case) carries() bool {
	for i := range c.Tickets {
		if c.Tickets[i].Carries() {
			return true
		}
	}
	return false
}

// Live says that one of the case's conditions still holds.
func (c *Case) Live() bool {
	for i := range c.Conditions {
		if c.Conditions[i].Live() {
			return true
		}
	}
	return false
}

func (c *Case) ticket(tenant, id string) *Ticket {
	for i := range c.Tickets {
		if c.Tickets[i].Tenant == tenant && c.Tickets[i].ID == id {
			return &c.Tickets[i]
		}
	}
	return nil
}

// inDetail says that a ticket of the case is kept with what it says.
func (c *Case) inDetail(t *Ticket) bool {
	n := min(len(c.Tickets), InDetail)
	return slices.ContainsFunc(c.Tickets[:n], func(o Ticket) bool { return o.Tenant == t.Tenant && o.ID == t.ID })
}

func (c *Case) condition(id string) *Condition {
	for i := range c.Conditions {
		if c.Conditions[i].ID == id {
			return &c.Conditions[i]
		}
	}
	return nil
}
