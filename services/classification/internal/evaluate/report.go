package evaluate

import (
	"cmp"
	"slices"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/label"
)

// A Report is what the assessments of labelled notes are worth.
type Report struct {
	Source string `json:"source"` // where the notes are from
	Notes  int    `json:"notes"`
	Policy string `json:"policy"` // the version of the policy

	Recommendation Share `json:"recommendation"`
	RequestF1      Mean  `json:"request_f1"`
	ReasonsMacroF1 Mean  `json:"reasons_macro_f1"` // over the reasons with support
	ReasonsMicro   Score `json:"reasons_micro"`
	ReasonsExact   Share `json:"reasons_exact"` // the same set of reasons
	// EligibleUnasked is the share of eligible among the notes that ask for nothing.
	EligibleUnasked Share `json:"eligible_unasked"`
	// MissingExact is the share of notes asked for exactly what is missing, where
	// label and method say needs_info.
	MissingExact Share `json:"missing_exact"`
	Language     Share `json:"language"`

	Confusion Confusion    `json:"confusion"`
	Labels    []LabelGroup `json:"labels"`
	Instead   []Instead    `json:"instead"`
	Facts     []Fact       `json:"facts"`
	Slices    []SliceGroup `json:"slices"`
	// Calibration is nil where no assessment says how sure it is.
	Calibration *Calibration `json:"calibration,omitempty"`
	Wrong       int          `json:"wrong"` // notes with a wrong recommendation or wrong reasons
	Mistakes    []Mistake    `json:"mistakes"`
	// Comparison sets another method against this one; nil where none was compared.
	Comparison *Comparison `json:"comparison,omitempty"`

	reasons []policy.ReasonID
	results []Result
}

// A Source is where results are from.
type Source struct {
	Name string
	// Reasons are those that labels and assessments may name, in the policy's order;
	// without any the sixteen.
	Reasons []policy.ReasonID
}

// A LabelGroup is the scores of labels of one kind.
type LabelGroup struct {
	Kind   string  `json:"kind"`
	Scores []Score `json:"scores"`
}

// A Confusion counts recommendations: Counts[i][j] is how often the i-th of IDs was
// labelled and the j-th said.
type Confusion struct {
	IDs    []string `json:"ids"`
	Counts [][]int  `json:"counts"`
}

// Instead is a reason that was labelled and not said, and one that was said on the
// same notes and not labelled. Either may be empty: nothing.
type Instead struct {
	Labelled policy.ReasonID `json:"labelled"`
	Said     policy.ReasonID `json:"said"`
	Notes    int             `json:"notes"`
}

// Of measures results and keeps up to so many mistakes, the worst first.
func Of(from Source, results []Result, mistakes int) Report {
	r := Report{Source: from.Name, Notes: len(results), reasons: from.Reasons, results: results}
	if len(r.reasons) == 0 {
		r.reasons = policy.ReasonIDs()
	}
	for i := range results {
		r.count(&results[i])
	}
	reasons := scores(r.reasons, results, (*Result).reasons)
	r.RequestF1, r.ReasonsMacroF1, r.ReasonsMicro = requestF1(results), macroF1(r.reasons, results), micro(reasons)
	r.Confusion = confusion(results)
	r.Labels = []LabelGroup{
		{"reasons", reasons},
		{"denial grounds", scores(policy.GroundIDs(), results, (*Result).denials)},
		{"recommendations", r.Confusion.scores()},
		{"request and facts", []Score{
			binary("is_escalation_request", results, func(r *Result) (bool, bool) {
				return r.Note.Label.Request, r.Said.Request
			}),
			binary("urgency_given", results, func(r *Result) (bool, bool) {
				return r.Note.Label.Facts.UrgencyGiven, r.Said.Facts.UrgencyGiven
			}),
			binary("reason_given", results, func(r *Result) (bool, bool) {
				return r.Note.Label.Facts.ReasonGiven, r.Said.Facts.ReasonGiven
			}),
		}},
		{"missing", scores(policy.MissingIDs(), results, (*Result).missing)},
	}
	r.Instead = instead(results)
	r.Facts = facts(results)
	r.Slices = slicesOf(r.reasons, results)
	r.Calibration = calibrate(results)
	r.Wrong, r.Mistakes = worst(results, mistakes)
	return r
}

func (r *Report) count(one *Result) {
	l := &one.Note.Label
	r.Policy = one.Said.Policy
	r.Recommendation.add(one.right())
	r.ReasonsExact.add(sameSet(one.reasons()))
	r.Language.add(l.Language == one.Said.Language)
	if classify.Recommendation(l.Recommendation) == classify.NotARequest {
		r.EligibleUnasked.add(one.Said.Recommendation == classify.Eligible)
	}
	if classify.Recommendation(l.Recommendation) == classify.NeedsInfo && one.right() {
		r.MissingExact.add(sameSet(one.missing()))
	}
}

func confusion(results []Result) Confusion {
	c := Confusion{IDs: label.Recommendations()}
	c.Counts = make([][]int, len(c.IDs))
	for i := range c.Counts {
		c.Counts[i] = make([]int, len(c.IDs))
	}
	for i := range results {
		labelled := slices.Index(c.IDs, results[i].Note.Label.Recommendation)
		said := slices.Index(c.IDs, string(results[i].Said.Recommendation))
		if labelled >= 0 && said >= 0 {
			c.Counts[labelled][said]++
		}
	}
	return c
}

// scores takes each recommendation as a label of its own.
func (c *Confusion) scores() []Score {
	out := make([]Score, len(c.IDs))
	for i, id := range c.IDs {
		out[i].ID = id
		for j := range c.IDs {
			out[i].Support += c.Counts[i][j]
			out[i].Said += c.Counts[j][i]
		}
		out[i].Both = c.Counts[i][i]
	}
	return out
}

// instead counts which reason was said in place of which, the most frequent first.
func instead(results []Result) []Instead {
	count := map[Instead]int{}
	for i := range results {
		labelled, said := results[i].reasons()
		missed, added := without(labelled, said), without(said, labelled)
		if len(missed) == 0 && len(added) == 0 {
			continue
		}
		if len(missed) == 0 {
			missed = []policy.ReasonID{""}
		}
		if len(added) == 0 {
			added = []policy.ReasonID{""}
		}
		for _, m := range missed {
			for _, a := range added {
				count[Instead{Labelled: m, Said: a}]++
			}
		}
	}
	out := []Instead{}
	for pair, n := range count {
		pair.Notes = n
		out = append(out, pair)
	}
	slices.SortFunc(out, func(a, b Instead) int {
		return cmp.Or(b.Notes-a.Notes, cmp.Compare(a.Labelled, b.Labelled), cmp.Compare(a.Said, b.Said))
	})
	return out
}
