package score

import (
	"slices"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// A Truth is what a careful reader says of a note. About are the kinds of trouble
// that it states, Misses those of them that miss threshold or scope; About is nil
// where the reader has not said.
type Truth struct {
	Request, Urgent, Trouble, Worked, Awaited bool
	Reasons, About, Misses                    []policy.ReasonID
	Hours                                     *float64 // since it began; nil is unknown
}

// Example is a note to learn from, read with the words of a policy.
func Example(v *text.Vocabulary, note string, by text.Author, t Truth) linear.Example {
	r := v.Read(note, by)
	return linear.Example{Terms: extract(&r, by, false).shared(), Answers: t.answers()}
}

// answers are what a reader says of each output. What was not said is not learned.
func (t *Truth) answers() []linear.Answer {
	out := []linear.Answer{
		answer(t.Request), answer(t.Urgent), answer(t.Trouble), answer(t.Worked), answer(t.Awaited), t.partly(), t.kind(),
	}
	for _, k := range topics {
		switch {
		case slices.Contains(t.Reasons, k.reason) || slices.Contains(t.About, k.reason):
			out = append(out, linear.Yes)
		case t.kind() != linear.Yes || t.About == nil: // which kind it is, is learned from notes that state one
			out = append(out, linear.Unknown)
		default:
			out = append(out, linear.No)
		}
	}
	return out
}

// kind is whether the note states trouble of a kind that the policy knows.
func (t *Truth) kind() linear.Answer {
	if t.About == nil && len(t.Reasons) == 0 && t.Request { // it may be about one and miss it
		return linear.Unknown
	}
	return answer(len(t.About)+len(t.Reasons) > 0)
}

// partly is whether the trouble of the note is but a part; unknown where some of
// it is and some is not, where none is stated, and where a number decides, which
// is left to the rules.
func (t *Truth) partly() linear.Answer {
	counted := func(id policy.ReasonID) bool {
		switch id {
		case policy.AuthFailuresOver100, policy.ProfileDiscrepancy100, policy.StaleTicket1w:
			return true
		case policy.ReportsFailing24h, policy.UploadsFailing24h:
			return t.Hours != nil && *t.Hours < 24
		}
		return false
	}
	missed := slices.ContainsFunc(t.Misses, func(id policy.ReasonID) bool { return !counted(id) })
	stands := slices.ContainsFunc(t.About, func(id policy.ReasonID) bool { return !counted(id) && !slices.Contains(t.Misses, id) })
	switch {
	case missed && !stands:
		return linear.Yes
	case stands && !missed:
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
