// Package label reads notes that were labelled by hand, and says what of a label
// cannot have been meant.
//
//	ReadAll ── a file, one JSON object a line → notes   (a refusal names line and field)
//	Part    ── a folder, a file a writer      → the notes of train, dev, test or all
//	Check   ── one note                       → where its label contradicts itself
//
// notes/README.md says what the fields mean and how to label. Reading is strict:
// a field or an id that nobody knows is a slip of the pen, and would otherwise
// count as an error of the method that is measured by it.
package label

import "tocsin/pkg/policy"

// A Note is a note and what a careful reader of the policy says of it. ID, Text
// and Label are always there, the other fields may be empty.
type Note struct {
	ID         string `json:"id"`
	Writer     string `json:"writer,omitempty"`
	AuthorKind string `json:"author_kind,omitempty"` // CUSTOMER, CSM, AGENT or SYSTEM
	Difficulty string `json:"difficulty,omitempty"`  // plain or hard
	Why        string `json:"why,omitempty"`         // what makes it hard
	Source     string `json:"source,omitempty"`      // of an exported label: decision or correction
	Text       string `json:"text"`
	Label      Label  `json:"label"`
}

// A Label is what the assessment of a note should say.
type Label struct {
	Language       string             `json:"language"` // "en" or "de"; empty: neither
	Request        bool               `json:"is_escalation_request"`
	Recommendation string             `json:"recommendation"` // as in package classify
	Reasons        []policy.ReasonID  `json:"reasons"`
	Denials        []policy.GroundID  `json:"denials"`
	Missing        []policy.MissingID `json:"missing"`
	Facts          Facts              `json:"facts"`
	// About are the reasons whose kind of trouble the note states, thresholds met
	// or not, and Misses those of them that the note says are not met. About is
	// nil where the labeller has not said, and empty where there is none.
	About  []policy.ReasonID `json:"about,omitzero"`
	Misses []policy.ReasonID `json:"misses,omitzero"`
}

// Facts are what the note says of the issue; nil is unknown.
type Facts struct {
	AffectedUsers *int     `json:"affected_users"` // people
	DurationHours *float64 `json:"duration_hours"`
	Environment   *string  `json:"environment"` // production or beta
	UrgencyGiven  bool     `json:"urgency_given"`
	ReasonGiven   bool     `json:"reason_given"`
}

// Recommendations lists what a label may recommend, as package classify names
// them; the caller may change the slice.
func Recommendations() []string {
	return []string{"eligible", "ineligible", "needs_info", "not_a_request"}
}

func authorKinds() []string { return []string{"CUSTOMER", "CSM", "AGENT", "SYSTEM"} }
