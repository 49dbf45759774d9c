// Package learn makes a model from labelled notes, and sees how often it is right
// of notes that it has not learned from.
package learn

import (
	"slices"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// Train learns a model from labelled notes, read with the words of a policy: the
// same notes in the same order give the same model. What a label does not say is
// not learned from it.
func Train(v *text.Vocabulary, notes []label.Note, s linear.Settings) *score.Model {
	return score.Learned(read(v, notes), s)
}

// Digest tells apart what models are learned from: it is another where notes,
// labels, words or rules are.
func Digest(v *text.Vocabulary, notes []label.Note) string { return linear.Digest(read(v, notes)) }

func read(v *text.Vocabulary, notes []label.Note) []linear.Example {
	examples := make([]linear.Example, len(notes))
	for i := range notes {
		n := &notes[i]
		examples[i] = score.Example(v, n.Text, classify.AuthorKind(n.AuthorKind).Author(), truth(&n.Label))
	}
	return examples
}

func truth(l *label.Label) score.Truth {
	return score.Truth{
		Request: l.Request, Urgent: l.Facts.UrgencyGiven, Trouble: l.Facts.ReasonGiven,
		Worked:  slices.Contains(l.Denials, policy.TechniciansActive),
		Awaited: slices.Contains(l.Denials, policy.AwaitingCustomer),
		Reasons: l.Reasons, About: l.About, Misses: l.Misses, Hours: l.Facts.DurationHours,
	}
}
