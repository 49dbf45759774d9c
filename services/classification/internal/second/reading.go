package second

import (
	"slices"
	"time"

	"tocsin/services/classification/internal/classify"

	"tocsin/pkg/policy"
)

// A Reading is what a reader makes of a ticket's words.
type Reading struct {
	Recommendation classify.Recommendation
	Reasons        []policy.ReasonID // in the policy's order
	Denials        []policy.GroundID // in the policy's order
}

// A Difference is one thing that two readers see differently.
type Difference struct {
	// About is "recommendation", a reason or a denial ground.
	About string
	// First and Second are the recommendations; of a reason or ground "holds", or empty.
	First, Second string
}

// Compare lists what two readings see differently: the recommendation first,
// then reasons and grounds in the policy's order. It is empty where they agree.
func Compare(p *policy.Policy, first, second Reading) []Difference {
	var out []Difference
	if first.Recommendation != second.Recommendation {
		out = append(out, Difference{"recommendation", string(first.Recommendation), string(second.Recommendation)})
	}
	for _, id := range p.ReasonIDs() {
		out = differs(out, string(id), slices.Contains(first.Reasons, id), slices.Contains(second.Reasons, id))
	}
	for _, id := range policy.GroundIDs() {
		out = differs(out, string(id), slices.Contains(first.Denials, id), slices.Contains(second.Denials, id))
	}
	return out
}

func differs(out []Difference, about string, first, second bool) []Difference {
	says := map[bool]string{true: "holds"}
	if first != second {
		out = append(out, Difference{about, says[first], says[second]})
	}
	return out
}

// OfWords is what the own method makes of a ticket's words alone, at a time.
func OfWords(m *classify.Method, t classify.Ticket, at time.Time) Reading {
	alone := classify.Ticket{ID: t.ID, Notes: t.Notes, Requests: t.Requests}
	a := m.Assess(alone, nil, at)
	return Reading{a.Recommendation, a.Reasons, a.Denials}
}
