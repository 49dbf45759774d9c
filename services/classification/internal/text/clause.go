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

// Words that always begin a clause, and words that may.
var (
	parting = wordSet(`because but although though while whereas if unless otherwise however therefore cause cuz whether weil ob aber obwohl falls wenn sofern
 sondern denn sonst damit jedoch allerdings deshalb daher trotzdem wobei`)
	joining = wordSet(`and or so since as und oder sowie dass sodass welche da when once nachdem bevor obgleich`)
)

// predicates are the meanings that make a statement.
var predicates = [256]bool{
	fine: true, seen: true, failing: true, erring: true, missing: true, wrong: true, slow: true, security: true, silence: true,
	escalate: true, priority: true, fixed: true, working: true, waiting: true, launch: true, blocking: true, owe: true, consequence: true,
}

// clauses parts a sentence. A comma or an "and" parts only where both sides
// state something, so that lists stay whole.
func clauses(tokens []token, s sentence, number int) []clause {
	var out []clause
	from := s.from
	pending := -1 // where a comma or "and" would part
	add := func(to int) {
		if to > from {
			out = append(out, newClause(tokens, sentence{from: from, to: to, language: s.language, hits: s.hits}, number))
			from = to
		}
		pending = -1
	}
	for i := s.from + 1; i < s.to; i++ {
		t := &tokens[i]
		switch {
		case t.kind == word && parting[t.fold] && !inHit(s.hits, i):
			add(i)
		case t.kind == mark && (t.fold == ":" || t.fold == "–" || t.fold == "(" || t.fold == ")"):
			if states(s.hits, from, i) {
				add(i)
			} else if pending < 0 {
				pending = i
			}
		case t.kind == mark && t.fold == ",", t.kind == word && joining[t.fold] && !inHit(s.hits, i) && !pairs(s.hits, i):
			if pending >= 0 && states(s.hits, from, pending) && states(s.hits, pending, i) {
				at := pending
				add(at)
			}
			pending = i
		}
	}
	if pending >= 0 && states(s.hits, from, pending) && states(s.hits, pending, s.to) {
		at := pending
		add(at)
	}
	add(s.to)
	return out
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

// newClause makes a clause of a piece of sentence number.
func newClause(tokens []token, s sentence, number int) clause {
	from, to := s.from, s.to
	c := clause{from: from, to: to, sentence: number, language: s.language, polarity: Asserted}
	for i := from; i < min(from+2, to); i++ {
		if w := tokens[i].fold; parting[w] || joining[w] {
			c.link = w
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
	return c
}

// has says whether the clause has any of the meanings.
func (c *clause) has(wanted ...meaning) bool { return c.find(wanted...) != nil }

// find returns the first hit of any of the meanings, or nil.
func (c *clause) find(wanted ...meaning) *hit {
	for i := range c.hits {
		if slices.Contains(wanted, c.hits[i].means) {
			return &c.hits[i]
		}
	}
	return nil
}

// without says whether no hit of the meanings touches h.
func (c *clause) free(h hit, of ...meaning) bool {
	return !slices.ContainsFunc(c.hits, func(o hit) bool { return slices.Contains(of, o.means) && o.overlaps(h) })
}

// How far a negation reaches, in words.
const (
	reachAhead = 9 // from a negation to what it denies to work
	reachBack  = 7 // German: from a verb to the negation behind it
	reachFault = 3 // from a negation to a fault that it denies
)

// denies returns the negation that denies h, or nil. What works is denied from
// afar ("no one in our office can get in"), a fault only from near ("no outage").
func (c *clause) denies(h hit, fault bool) *hit {
	for i := range c.hits {
		n := &c.hits[i]
		if n.means != negation && n.means != nobody || n.overlaps(h) && n.to >= h.to {
			continue
		}
		ahead := h.from - n.to
		switch {
		case fault && ahead >= 0 && ahead < reachFault && c.free(*n, failing) && !c.between(n.to, h.from, fine, seen):
			return n
		case !fault && ahead >= -1 && ahead < reachAhead && n.from <= h.from:
			return n
		case !fault && c.language == English && n.from == h.to && n.means == negation:
			return n
		case !fault && c.language == German && n.from >= h.to && n.from-h.to <= reachBack:
			return n
		}
	}
	return nil
}

// between says whether one of the meanings stands in tokens [from, to).
func (c *clause) between(from, to int, wanted ...meaning) bool {
	return slices.ContainsFunc(c.hits, func(h hit) bool { return slices.Contains(wanted, h.means) && h.from >= from && h.to <= to })
}
