package classify

import "tocsin/pkg/policy"

// A Recommendation is what the method recommends to leadership. It is never executed.
type Recommendation string

// The four recommendations of policy section 5.
const (
	NotARequest Recommendation = "not_a_request"
	Ineligible  Recommendation = "ineligible"
	NeedsInfo   Recommendation = "needs_info"
	Eligible    Recommendation = "eligible"
)

// An Assessment is what classification says of one ticket at one revision, or
// of one note read alone.
type Assessment struct {
	ID string
	// Language is "en" or "de", or empty when neither.
	Language string
	// Unsupported says that those who ask write in a language that is not read:
	// nothing is claimed by their words, and a person has to read them.
	Unsupported bool
	Request     bool
	// AskedIn is the id of the note, flag or form that asks last; empty where
	// nobody asks, or for a note read alone.
	AskedIn        string
	Withdrawn      bool // a request was made and taken back
	Recommendation Recommendation
	// MakesCase says that the words state a security breach or an outage of the
	// production site, which opens a case even where nobody asks.
	MakesCase bool
	// LargePopulation says that the issue makes the site unusable, or hits a
	// large population by number or by statement.
	LargePopulation bool
	Reasons         []policy.ReasonID // in the policy's order
	Denials         []policy.GroundID // in the policy's order
	// Missing are the things to ask the requester for, in the policy's order.
	// Only reason and urgency block.
	Missing        []policy.MissingID
	Facts          Facts
	Evidence       []Evidence
	Contradictions []Contradiction
	Confirmations  []Confirmation
	NearMisses     []NearMiss
	// Matched are the ids of the live conditions that show what the ticket claims.
	Matched []string
	// Confidence is how likely the recommendation is right, from 0 to 1, as far as
	// it rests on words; Unclear are "language", "request" and the reasons that the
	// method can neither affirm nor deny.
	Confidence float64
	Unclear    []string
	// Sure is Confidence before it is calibrated, and not rounded.
	Sure   float64
	Policy string // the version of the policy
	Model  string // the name of the model: the hash of its file
}

// Facts are what is known of the issue; nil is unknown.
type Facts struct {
	AffectedUsers *int
	DurationHours *float64
	Environment   Environment
	UrgencyGiven  bool
	ReasonGiven   bool
}

// Evidence is a quote and what it speaks for.
type Evidence struct {
	For   string // a reason, a denial ground, a fact, or "request"
	Quote string
	// Start and End are byte offsets in the note's text: text[Start:End] == Quote.
	Start, End int
	Weight     float64 // from 0 to 1
	Note       string  // the note's id; empty for a note read alone
	Step       string  // the step of the method that produced it
}

// A Contradiction is a claim beside what says otherwise. What was measured and
// what an agent set correct the claim, unless nothing was seen or counting still
// goes on.
type Contradiction struct {
	About    string // a reason or a fact
	Claimed  string
	Measured string
	Source   string // a condition's id, who set the field, "monitoring" or "ticket"
}

// A Confirmation is a claim beside what bears it out.
type Confirmation Contradiction

// A NearMiss is a reason that does not hold, what was stated, and what was needed.
type NearMiss struct {
	Reason policy.ReasonID
	Stated string
	Needed string
}
