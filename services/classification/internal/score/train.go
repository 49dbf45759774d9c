package score

import (
	"slices"
	"strings"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/label"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// Train learns a model from labelled notes, read with the words of a policy: the
// same notes in the same order give the same model. What a label does not say is
// not learned from it.
func Train(v *text.Vocabulary, notes []label.Note, s linear.Settings) *Model {
	examples := make([]linear.Example, len(notes))
	for i := range notes {
		examples[i] = example(v, &notes[i])
	}
	return newModel(linear.Train(Outputs(), examples, s))
}

func example(v *text.Vocabulary, n *label.Note) linear.Example {
	by := author(n.AuthorKind)
	r := v.Read(n.Text, by)
	return linear.Example{Terms: extract(&r, by, false).terms, Answers: answers(&n.Label)}
}

// author is an author kind of the contract as package text reads it.
func author(kind string) text.Author {
	if kind == "CUSTOMER" {
		return ""
	}
	return text.Author(strings.ToLower(kind))
}

// answers are what a label says of each output.
func answers(l *label.Label) []linear.Answer {
	denies := func(id policy.GroundID) linear.Answer { return answer(slices.Contains(l.Denials, id)) }
	out := []linear.Answer{
		answer(l.Request), answer(l.Facts.UrgencyGiven), answer(l.Facts.ReasonGiven),
		denies(policy.TechniciansActive), denies(policy.AwaitingCustomer), partly(l), kind(l),
	}
	for _, t := range topics {
		switch {
		case slices.Contains(l.Reasons, t.reason) || slices.Contains(l.About, t.reason):
			out = append(out, linear.Yes)
		case kind(l) != linear.Yes || l.About == nil: // which kind it is, is learned from notes that state one
			out = append(out, linear.Unknown)
		default:
			out = append(out, linear.No)
		}
	}
	return out
}

// kind is whether the note states trouble of a kind that the policy knows.
func kind(l *label.Label) linear.Answer {
	if l.About == nil && len(l.Reasons) == 0 && l.Request { // it may be about one and miss it
		return linear.Unknown
	}
	return answer(len(l.About)+len(l.Reasons) > 0)
}

// partly is whether all trouble of the note misses its threshold or scope;
// unknown where some of it does and some does not, or none is stated.
func partly(l *label.Label) linear.Answer {
	switch {
	case len(l.Misses) > 0 && len(l.Reasons) == 0:
		return linear.Yes
	case len(l.Misses) == 0 && len(l.About) > 0:
		return linear.No
	}
	return linear.Unknown
}

func answer(is bool) linear.Answer {
	if is {
		return linear.Yes
	}
	return linear.No
}
