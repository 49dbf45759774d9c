package evaluate

import (
	"cmp"
	"slices"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
)

// A Mistake is a note whose recommendation or reasons are not as labelled.
type Mistake struct {
	ID         string   `json:"id"`
	Writer     string   `json:"writer,omitempty"`
	AuthorKind string   `json:"author_kind,omitempty"`
	Language   string   `json:"language,omitempty"`
	Difficulty string   `json:"difficulty,omitempty"`
	Why        string   `json:"why,omitempty"`
	Confidence *float64 `json:"confidence,omitempty"`

	Labelled Outcome `json:"labelled"`
	Said     Outcome `json:"said"`
	// Differences are all that is not as labelled, each in a sentence.
	Differences []string `json:"differences"`
	Evidence    []Quote  `json:"evidence"`
	// Note is the note, shortened around the evidence if it is long.
	Note []Piece `json:"note"`
}

// An Outcome is what matters most of a label or an assessment.
type Outcome struct {
	Recommendation string            `json:"recommendation"`
	Reasons        []policy.ReasonID `json:"reasons"`
}

// A Quote is a piece of evidence: what it speaks for, how strongly (0 to 1), and the
// step of the method that found it.
type Quote struct {
	For    string  `json:"for"`
	Quote  string  `json:"quote"`
	Step   string  `json:"step"`
	Weight float64 `json:"weight"`
}

// worst counts the notes that are wrong and describes up to most of them: wrong
// recommendations before wrong reasons, the surest first, and among equals what
// harms more.
func worst(results []Result, most int) (int, []Mistake) {
	var wrong []weighed
	for i := range results {
		if r := &results[i]; !r.right() || !sameSet(r.reasons()) {
			wrong = append(wrong, weigh(r))
		}
	}
	slices.SortStableFunc(wrong, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.sure, a.sure), cmp.Compare(a.harm, b.harm), cmp.Compare(b.differences, a.differences))
	})
	out := []Mistake{}
	for _, w := range wrong[:min(max(most, 0), len(wrong))] {
		out = append(out, mistake(w.Result))
	}
	return len(wrong), out
}

// A weighed result is what its place among the mistakes follows from.
type weighed struct {
	*Result
	rank        int // 0: the recommendation is wrong
	sure        float64
	harm        int
	differences int
}

func weigh(r *Result) weighed {
	w := weighed{Result: r, sure: -1, harm: harm(r), differences: len(r.differences())}
	if r.right() {
		w.rank = 1
	}
	if r.Confidence != nil {
		w.sure = *r.Confidence
	}
	return w
}

// harm orders mistakes: an escalation that nobody asked for, one that the policy
// does not bear, one that is withheld, the others.
func harm(r *Result) int {
	labelled := classify.Recommendation(r.Note.Label.Recommendation)
	switch {
	case labelled == classify.NotARequest && r.Said.Recommendation == classify.Eligible:
		return 0
	case r.Said.Recommendation == classify.Eligible:
		return 1
	case labelled == classify.Eligible:
		return 2
	}
	return 3
}

func mistake(r *Result) Mistake {
	n := &r.Note
	m := Mistake{
		ID: n.ID, Writer: n.Writer, AuthorKind: n.AuthorKind, Language: n.Label.Language, Difficulty: n.Difficulty, Why: n.Why,
		Confidence:  r.Confidence,
		Labelled:    Outcome{n.Label.Recommendation, named(n.Label.Reasons)},
		Said:        Outcome{string(r.Said.Recommendation), named(r.Said.Reasons)},
		Differences: r.differences(),
		Evidence:    []Quote{},
		Note:        Excerpt(n.Text, r.Said.Evidence),
	}
	for _, e := range r.Said.Evidence {
		m.Evidence = append(m.Evidence, Quote{e.For, e.Quote, e.Step, e.Weight})
	}
	return m
}

// named is an empty list where there is none, as JSON says it.
func named(ids []policy.ReasonID) []policy.ReasonID {
	return append([]policy.ReasonID{}, ids...)
}
