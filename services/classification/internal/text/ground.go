package text

import "slices"

// An Author is who wrote a note, as far as reading it depends on that.
type Author string

// The authors that words are read differently for. Everybody else, and the
// unknown, speaks for the customer.
const (
	ByAgent Author = "agent"
	ByCSM   Author = "csm"
	// BySystem is a machine, such as a form that somebody filled in.
	BySystem Author = "system"
)

// A Statement is something that a note states or not.
type Statement struct {
	Given bool
	Span  Span
	Sure
}

// workedOn finds the statement that support is at work on the ticket.
func workedOn(tokens []token, list []clause, by Author) Statement {
	for i := range list {
		c := &list[i]
		h := c.find(working)
		if h == nil || by == BySystem || c.has(would) || c.past(tokens, *h) || c.polarity != Asserted && !(c.polarity == Over && !c.again) || c.denies(*h, true) != nil || c.has(nobody) || c.has(pastTime) && !c.has(ongoing) {
			continue
		}
		if c.negated(*h) {
			continue
		}
		for _, s := range c.hits {
			if s.means != support || s.from > h.to+4 {
				continue
			}
			w := tokens[s.from].fold
			if (w == "we" || w == "i" || w == "wir" || w == "ich" || w == "sie" && by == ByAgent) && by != ByAgent {
				continue
			}
			if by != ByAgent && (s.from > c.from && tokens[s.from-1].is(ours) || s.from > c.from+1 && tokens[s.from-2].is(ours)) {
				continue
			}
			return Statement{Given: true, Span: spanOf(tokens, min(s.from, h.from), max(s.to, h.to))}
		}
		if w := tokens[h.from].fold; w == "being" || w == "wird" || w == "in" {
			return Statement{Given: true, Span: spanOf(tokens, h.from, h.to)}
		}
	}
	return atWork(tokens, list, by)
}

// past says whether the work of h is behind, or yet to come: "he looked at it",
// "somebody will look at it".
func (c *clause) past(tokens []token, h hit) bool {
	if w := tokens[h.from].fold; w == "looked" || w == "checked" {
		return true
	}
	for j := max(c.from, h.from-4); j < h.from; j++ {
		if tokens[j].cued(undone) && !c.has(negation) {
			return true
		}
	}
	return false
}

// negated says whether any negation stands before or right behind h.
func (c *clause) negated(h hit) bool {
	return slices.ContainsFunc(c.hits, func(o hit) bool {
		return o.means == negation && !o.overlaps(h) && (o.from < h.from || o.from-h.to < 3)
	})
}

func spanOf(tokens []token, from, to int) Span { return Span{tokens[from].start, tokens[to-1].end} }

// awaited finds the statement that support waits for the customer.
func awaited(tokens []token, list []clause, by Author) Statement {
	for i := range list {
		c := &list[i]
		if c.polarity == Supposed || c.has(howTo) || c.has(silence) {
			continue
		}
		if h := c.find(owe); h != nil && by != ByAgent && c.polarity != Asked && !c.settled(tokens) {
			return Statement{Given: true, Span: spanOf(tokens, h.from, h.to)}
		}
		if h := c.find(giveUs); h != nil && by == ByAgent {
			return Statement{Given: true, Span: spanOf(tokens, h.from, h.to)}
		}
		h := c.find(waiting)
		if h == nil || c.polarity == Asked || c.settled(tokens) || c.negated(*h) {
			continue
		}
		for _, o := range c.hits {
			if d := o.from - h.to; d < -2 || d > 4 || o.means != you && o.means != us {
				continue
			}
			if o.means == us && by != ByAgent && o.from >= h.to || o.means == you && by == ByAgent || tokens[o.from].is(customers) {
				return Statement{Given: true, Span: spanOf(tokens, min(h.from, o.from), max(h.to, o.to))}
			}
		}
	}
	return awaitsThem(tokens, list, by)
}

// settled says whether the clause states that what was asked for has come.
func (c *clause) settled(tokens []token) bool {
	if c.has(negation) {
		return false
	}
	for i := c.from; i < c.to; i++ {
		if tokens[i].is(sentWord) {
			return true
		}
	}
	return false
}
