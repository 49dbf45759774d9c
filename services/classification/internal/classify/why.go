package classify

import (
	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// Policy is the policy that the method reads by.
func (m *Method) Policy() *policy.Policy { return m.policy }

// Model is the model that the method reads with.
func (m *Method) Model() *score.Model { return m.model }

// Because says which features of a note read alone spoke for a piece of its
// evidence, most first, and which against it, most last. Empty where the evidence
// is of a step that the model does not weigh, as a number is.
func (m *Method) Because(note string, by AuthorKind, e Evidence) []score.Contribution {
	switch e.Step {
	case score.Step, "ask", "urge", "find", "ground":
		return m.model.Explain(m.words(), note, by.Author(), score.Quoted{For: e.For, At: text.Span{Start: e.Start, End: e.End}})
	}
	return nil
}
