package score

import (
	"slices"

	"tocsin/services/classification/internal/text"
)

// A manner is the way a claim is meant.
type manner uint8

const (
	stated manner = iota
	over
	supposed
	asked
	manners
)

// letter stands for a manner in the names of features.
func (m manner) letter() byte { return "aosq"[m] }

func mannerOf(c *text.Claim) manner {
	switch {
	case c.Polarity == text.Over:
		return over
	case c.Polarity == text.Supposed:
		return supposed
	case c.Polarity == text.Asked || c.Question:
		return asked
	}
	return stated
}

// A meaning is what words of a sentence stand for, or what is said of its
// subject: a place in meaningNames. 0 is none.
type meaning uint8

// What is said of a subject.
const (
	fails = "+fails"
	gone  = "+gone"
	wrong = "+wrong"
	slow  = "+slow"
	works = "+works"
)

// meaningNames are the names of all meanings in order, so that two meanings are
// in the order of their names.
var meaningNames = func() []string {
	names := []string{"", fails, gone, wrong, slow, works}
	for m := range 256 {
		names = append(names, text.Meaning(m).String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}()

func named(name string) meaning {
	return meaning(slices.Index(meaningNames, name))
}

// meaningsOf are the meanings of the vocabulary by their number there.
var meaningsOf = func() (of [256]meaning) {
	for m := range of {
		of[m] = named(text.Meaning(m).String())
	}
	return of
}()

// states are what is said of a subject, by whether a claim says it.
var states = [...]struct {
	is   meaning
	said func(*text.Claim) bool
}{
	{named(fails), func(c *text.Claim) bool { return c.Fails }},
	{named(gone), func(c *text.Claim) bool { return c.Gone }},
	{named(wrong), func(c *text.Claim) bool { return c.Wrong }},
	{named(slow), func(c *text.Claim) bool { return c.Slow }},
	{named(works), func(c *text.Claim) bool { return c.Works }},
}

// meant is the feature of a meaning, or of two in one sentence.
func meant(how manner, a, b meaning) feature {
	if b != 0 && b < a {
		a, b = b, a
	}
	return feature{meanings, how.letter(), meaningNames[a], meaningNames[b]}
}
