package text

import (
	"slices"
	"strings"
)

// A counted says what a number before a noun counts. No list can hold all words
// for people ("310 crane drivers", "85 Leut"), so it is things that are listed,
// in things.go: a number before a noun that is on no list counts people.
type counted uint8

const (
	uncounted counted = iota // no noun follows
	things
	persons
)

// A counting is what a number counts, and the tokens of the noun.
type counting struct {
	what     counted
	from, to int
	partOf   bool // "12 of the nurses"
}

// maxNoun is how many words a noun may have, with what stands before it.
const maxNoun = 5

// counts finds what the number n that ends before token i counts.
func (c *counter) counts(cl *clause, i int, n float64) counting {
	found, instead := counting{}, false
	for k, room := i, maxNoun; k < cl.to && room > 0; k, room = k+1, room-1 {
		t := &c.tokens[k]
		switch {
		case t.kind != word:
			after := c.across(cl, k, found.partOf || instead)
			if after == k {
				return found
			}
			if c.tokens[k].kind == digit {
				found.to = after
			}
			k = after - 1
			continue
		case t.is(replacing): // "240 instead of 50 people"
			instead = true
			room++
			continue
		case t.is(partitive) && instead:
			continue
		case t.is(partitive), k == i && cl.language == German && t.is(genitive):
			found.partOf = true
			room++
			continue
		case t.is(pronoun) && found.partOf && c.speaksOf(cl, t):
			found.what, found.from, found.to = persons, k, k+1
			return found
		}
		what := c.word(cl, k, n)
		if k == i && t.glued && what != persons {
			what = things // "4pm", "24h"
		}
		if what == things && !cl.has(notPeople) && c.inCompound(cl, k) {
			continue // "60 report owners"
		}
		if what != uncounted {
			found.what, found.from, found.to = what, k, c.nounEnd(cl, k)
			return found
		}
		if c.ends(cl, k, found.partOf) {
			return found
		}
	}
	return found
}

// ends says whether no noun goes on at the word at k.
func (c *counter) ends(cl *clause, k int, partOf bool) bool {
	t := &c.tokens[k]
	hyphen := k+1 < cl.to && c.tokens[k+1].fold == "-" && c.tokens[k+1].glued // "per-diem nurses"
	switch {
	case t.numeric && !partOf:
		return true
	case t.is(endsNoun) && !hyphen:
		return true
	case t.function && !(partOf && t.is(determiner)) && !t.is(adjective):
		return true
	}
	return c.says(cl, k)
}

// speaksOf says whether the pronoun t stands for people: "120 of them" may be
// reports.
func (c *counter) speaksOf(cl *clause, t *token) bool {
	switch t.fold {
	case "us", "uns", "you", "euch", "whom":
		return true
	}
	return cl.has(people) || c.last == persons || c.last == uncounted && c.previous != nil && c.previous.has(people)
}

// across returns the token behind the marks at k that a noun may have before
// it, a hyphen ("12 HR-Partner") or, in "3 of our 40 nurses", the whole; it is k
// where the noun ends.
func (c *counter) across(cl *clause, k int, partOf bool) int {
	if t := &c.tokens[k]; t.kind == mark && (t.fold == "-" && t.glued || t.fold == "\"" || t.fold == "'" || t.fold == "+") {
		return k + 1
	}
	if _, after, ok := number(c.tokens[:cl.to], k, cl.language); ok && partOf {
		return after
	}
	return k
}

// says reports whether the word at k begins what is said of the people: "240 work".
func (c *counter) says(cl *clause, k int) bool {
	for h := range cl.hits {
		p := &cl.hits[h]
		if p.from == k && (p.means == negation || p.means == failing) {
			return true
		}
	}
	return false
}

// word says what a number counts before the word at k.
func (c *counter) word(cl *clause, k int, n float64) counted {
	w := c.tokens[k].fold
	if t := &c.tokens[k]; t.is(notOurs) {
		return things
	}
	if cl.has(notPeople) && slices.ContainsFunc(cl.hits, func(h hit) bool { return h.from == k && h.means == notPeople }) || namesThing(fold(c.tokens[k].raw), cl.language) {
		return things
	}
	known := uncounted
	for h := range cl.hits {
		p := &cl.hits[h]
		switch {
		case p.from != k, p.typo && cl.language == German:
		case p.means == people:
			known = persons
		case p.means == account && known == uncounted: // whose profiles are wrong, who is locked out
			known = persons
		}
	}
	if cl.language == German {
		return c.germanNoun(cl, k, known)
	}
	switch {
	case known == persons && !isPlural(w) && c.thingBehind(cl, k+1):
		return uncounted // "300 user files"
	case known != uncounted:
		return known
	case n != 1 && (isPlural(w) || isInitials(&c.tokens[k])):
		return persons
	}
	return uncounted
}

// germanNoun says what a number counts before the word at k: nouns have capital
// letters, the last part of a compound says what it is.
func (c *counter) germanNoun(cl *clause, k int, known counted) counted {
	t := &c.tokens[k]
	if k+2 < cl.to && c.tokens[k+1].fold == "-" && c.tokens[k+1].glued && c.tokens[k+2].kind == word && c.tokens[k+2].glued {
		return uncounted // "12 HR-Partner"
	}
	switch {
	case known != uncounted:
		return known
	case t.capital && !t.function && len(t.fold) > 2:
		return persons
	}
	return uncounted
}

// inCompound says whether the thing at k only says more of a noun behind it:
// "60 report owners".
func (c *counter) inCompound(cl *clause, k int) bool {
	if cl.language == German || isPlural(c.tokens[k].fold) || k+1 >= cl.to {
		return false
	}
	t := &c.tokens[k+1]
	if t.fold == "-" && t.glued {
		return true // "shop-floor staff"
	}
	if t.kind != word {
		return false
	}
	if slices.ContainsFunc(cl.hits, func(h hit) bool { return h.from == k+1 && h.means == people }) {
		return true
	}
	return !t.function && isPlural(t.fold) && !namesThing(t.fold, English)
}

// thingBehind says whether the word at k is a thing or an account.
func (c *counter) thingBehind(cl *clause, k int) bool {
	if k >= cl.to || c.tokens[k].kind != word {
		return false
	}
	for h := range cl.hits {
		if p := &cl.hits[h]; p.from == k && p.means == account {
			return true
		}
	}
	return isPlural(c.tokens[k].fold) && namesThing(c.tokens[k].fold, English)
}

// nounEnd is the token behind the noun at k.
func (c *counter) nounEnd(cl *clause, k int) int {
	for h := range cl.hits {
		if p := &cl.hits[h]; p.from == k && p.means == people {
			return p.to
		}
	}
	return k + 1
}

// isPlural says whether an English word looks like more than one.
func isPlural(w string) bool {
	return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is")
}

// isInitials says whether t is more than one of a kind that has a short name: "RNs".
func isInitials(t *token) bool {
	n := len(t.raw)
	return n > 2 && t.raw[n-1] == 's' && strings.ToUpper(t.raw[:n-1]) == t.raw[:n-1] && t.capital
}
