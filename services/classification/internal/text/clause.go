package text

import "slices"

// A clause is one statement of a sentence: something is said of something.
type clause struct {
	from, to int // tokens
	sentence int
	hits     []hit
	language Language
	link     string // the word that joins it to the one before, folded
	polarity Polarity
	again    bool // it says that something works again
	means    meanings
	says     state
}

// Polarity says in which way a clause is meant.
type Polarity string

// The polarities.
const (
	Asserted Polarity = "asserted" // it holds now
	Over     Polarity = "over"     // it held, and has ended
	Supposed Polarity = "supposed" // it would hold if
	Asked    Polarity = "asked"    // somebody asks whether it holds
	Doubtful Polarity = "doubtful" // the rules find it stated, the learned model does not
)

// predicates are the meanings that make a statement.
var predicates = [256]bool{
	fine: true, seen: true, failing: true, erring: true, missing: true, wrong: true, slow: true, security: true, silence: true,
	escalate: true, priority: true, fixed: true, working: true, waiting: true, launch: true, blocking: true, owe: true, consequence: true,
}

// clauses parts a sentence. A comma or an "and" parts only where both sides
// state something, so that lists stay whole.
func (r *reader) clauses(s *sentence, number int) {
	from := s.from
	pending := -1 // where a comma or "and" would part
	part := func(to int) {
		if to > from {
			r.addClause(s, from, to, number)
			from = to
		}
		pending = -1
	}
	for i := s.from + 1; i < s.to; i++ {
		t := &r.tokens[i]
		switch {
		case t.kind == word && t.is(parting) && !inHit(s.hits, i):
			part(i)
		case t.fold == ":" && t.glued && i+1 < s.to && r.tokens[i+1].glued && r.tokens[i+1].kind == word:
			continue // "Kolleg:innen"
		case t.kind == mark && (t.fold == ":" || t.fold == "–" || t.fold == "(" || t.fold == ")"):
			if states(s.hits, from, i) {
				part(i)
			} else if pending < 0 {
				pending = i
			}
		case t.kind == mark && t.fold == ",", t.kind == word && t.is(joining) && !inHit(s.hits, i) && !pairs(s.hits, i) && !inNumber(r.tokens, i):
			if pending >= 0 && states(s.hits, from, pending) && states(s.hits, pending, i) {
				part(pending)
			}
			pending = i
		}
	}
	if pending >= 0 && states(s.hits, from, pending) && states(s.hits, pending, s.to) {
		part(pending)
	}
	part(s.to)
}

// inHit says whether token i stands inside a phrase of the vocabulary.
func inHit(hits []hit, i int) bool {
	return slices.ContainsFunc(hits, func(h hit) bool { return h.from < i && i < h.to })
}

// pairs says whether the word at i joins two things of one kind: "nurses and
// doctors".
func pairs(hits []hit, i int) bool {
	return slices.ContainsFunc(hits, func(a hit) bool {
		return a.to == i && !predicates[a.means] && slices.ContainsFunc(hits, func(b hit) bool { return b.from == i+1 && b.means == a.means })
	})
}

// states says whether tokens [from, to) make a statement.
func states(hits []hit, from, to int) bool {
	return slices.ContainsFunc(hits, func(h hit) bool { return predicates[h.means] && h.from >= from && h.to <= to })
}

// addClause makes a clause of tokens [from, to) of sentence number.
func (r *reader) addClause(s *sentence, from, to, number int) {
	c := clause{from: from, to: to, sentence: number, language: s.language, polarity: Asserted}
	for i := from; i < min(from+2, to); i++ {
		if r.tokens[i].is(parting | joining) {
			c.link = r.tokens[i].fold
			break
		}
	}
	first, _ := slices.BinarySearchFunc(s.hits, from, func(h hit, at int) int { return h.from - at })
	behind, _ := slices.BinarySearchFunc(s.hits, to, func(h hit, at int) int { return h.from - at })
	c.hits = s.hits[first:behind:behind]
	for i := range c.hits {
		if c.hits[i].to > to {
			c.hits = slices.Clone(c.hits)
			break
		}
	}
	for i := range c.hits {
		c.hits[i].to = min(c.hits[i].to, to)
	}
	c.means = meaningsOf(c.hits)
	r.told = c.read(r.told)
	r.list = append(r.list, c)
}

// has says whether the clause has any of the meanings.
func (c *clause) has(wanted ...meaning) bool {
	for _, m := range wanted {
		if c.means.has(m) {
			return true
		}
	}
	return false
}

// find returns the first hit of any of the meanings, or nil.
func (c *clause) find(wanted ...meaning) *hit {
	if !c.has(wanted...) {
		return nil
	}
	for i := range c.hits {
		if slices.Contains(wanted, c.hits[i].means) {
			return &c.hits[i]
		}
	}
	return nil
}

// free says whether no hit of the meanings touches h.
func (c *clause) free(h hit, of ...meaning) bool {
	return !slices.ContainsFunc(c.hits, func(o hit) bool { return slices.Contains(of, o.means) && o.overlaps(h) })
}

// sentenceEnd is the place behind the last clause of the sentence that clause i is of.
func sentenceEnd(list []clause, i int) int {
	end := i + 1
	for end < len(list) && list[end].sentence == list[i].sentence {
		end++
	}
	return end
}

// How far a negation reaches, in words.
const (
	reachAhead  = 9 // from a negation to what it denies to work
	reachNobody = 14
	reachBack   = 7 // German: from a verb to the negation behind it
	reachFault  = 3 // from a negation to a fault that it denies
)

// denies returns the negation that denies h, or nil. What works is denied from
// afar ("no one in our office can get in"), a fault only from near ("no outage").
func (c *clause) denies(h hit, fault bool) *hit {
	if !c.has(negation, nobody) {
		return nil
	}
	for i := range c.hits {
		n := &c.hits[i]
		if n.means != negation && n.means != nobody || n.overlaps(h) && n.to >= h.to {
			continue
		}
		ahead := h.from - n.to
		switch {
		case fault && ahead >= 0 && ahead < reachFault && c.free(*n, failing) && !c.between(n.to, h.from, fine, seen):
			return n
		case !fault && ahead >= -1 && ahead < c.reach(n) && n.from <= h.from:
			return n
		case !fault && c.language == English && n.from == h.to && n.means == negation:
			return n
		case !fault && c.language == German && n.from >= h.to && n.from-h.to <= reachBack:
			return n
		}
	}
	return nil
}

// reach is how far ahead the negation n denies. Nobody, or none of them, is
// what the whole statement is about.
func (c *clause) reach(n *hit) int {
	if n.means == nobody {
		return reachNobody
	}
	return reachAhead
}

// between says whether one of the meanings stands in tokens [from, to).
func (c *clause) between(from, to int, wanted ...meaning) bool {
	if from >= to {
		return false
	}
	return slices.ContainsFunc(c.hits, func(h hit) bool { return slices.Contains(wanted, h.means) && h.from >= from && h.to <= to })
}
