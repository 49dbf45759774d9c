package text

import (
	"slices"
	"strings"
)

// A Count is how many people a note says are hit.
type Count struct {
	Known bool
	N     int
	Over  bool // "more than N"
	Large bool // many, by statement: "everyone", "hundreds"
	Few   bool // few, by statement: "only me", "a handful"
	// Hundreds says that the number is in the hundreds or more, though not which.
	Hundreds bool
	Span     Span
	clear    bool // said in a clause that states the trouble
}

var hundreds = []string{"hundred", "thousand", "hundert", "tausend"}

// tally is one number of people in a note.
type tally struct {
	n        float64
	over     bool
	from, to int
	clause   int
	rank     int // how surely it counts people hit now
	partOf   bool
}

// counter finds how many people are hit.
type counter struct {
	tokens   []token
	list     []clause
	found    []Finding
	launch   int // the sentence of the blocked launch, or -1
	tallies  []tally
	last     counted // what the number before counts
	previous *clause // the one before, or nil
}

func count(tokens []token, list []clause, found []Finding) Count {
	c := counter{tokens: tokens, list: list, found: found, launch: -1}
	for _, f := range found {
		if f.Topic == TopicLaunch && f.Polarity == Asserted { // there is one at most
			c.launch = list[f.Claim].sentence
		}
	}
	for i := range list {
		if i > 0 {
			c.previous = &list[i-1]
		}
		c.clause(i)
	}
	result := c.choose()
	for i := range list {
		if list[i].polarity != Asserted && list[i].polarity != Asked {
			continue
		}
		if h := list[i].find(everybody, crowd); h != nil && (list[i].state().faulty() || result.Large) {
			result.Large = true
			w := tokens[h.to-1].fold
			result.Hundreds = result.Hundreds || h.means == crowd && slices.ContainsFunc(hundreds, func(s string) bool { return strings.HasPrefix(w, s) })
		}
		if h := list[i].find(few); h != nil && !h.typo && !list[i].has(launch) {
			result.Few = true
			if !result.Known {
				result.Span = spanOf(tokens, h.from, h.to)
				result.Known, result.N = onlyMe(tokens, *h), 1
			}
		}
	}
	return result
}

// clause collects the numbers of people in clause i.
func (c *counter) clause(i int) {
	cl := &c.list[i]
	for k := cl.from; k < cl.to; k++ {
		if stop := c.share(i, k); stop > k {
			k = stop - 1
			continue
		}
		if c.compounds(i, k); !c.tokens[k].startsNumber() {
			continue
		}
		n, end, ok := number(c.tokens[:cl.to], k, cl.language)
		if !ok || n != float64(int(n)) && !(end < cl.to && isPercent(&c.tokens[end])) {
			continue
		}
		if !c.article(k, end) && !(k > cl.from && c.tokens[k-1].is(loose)) {
			end = c.consider(i, k, end, n)
		}
		k = end - 1
	}
}

// article says whether "ein" or "one" at k is no count: "ein Nutzer" may be
// anyone, "one of our reports" is no person.
func (c *counter) article(k, end int) bool {
	switch c.tokens[k].fold {
	case "ein", "eine", "einen", "einem", "einer", "eines", "a":
		return end == k+1
	}
	return false
}

// noOne says whether the "one" at k is all or none: "no one of our users",
// "every one of them".
func (c *counter) noOne(k int) bool {
	if k == 0 {
		return false
	}
	switch c.tokens[k-1].fold {
	case "no", "not", "every", "each", "any", "this", "that", "the":
		return true
	}
	return false
}

// onlyMe says whether h means that the writer alone is hit.
func onlyMe(tokens []token, h hit) bool {
	switch tokens[h.to-1].fold {
	case "me", "ich", "mich", "mir", "i":
		return true
	}
	return false
}

func isPercent(t *token) bool {
	return t.fold == "%" || t.fold == "percent" || t.fold == "prozent" || t.fold == "pct"
}

// consider adds the number n, which stands in tokens [k, end) of clause i, if
// it counts people, and returns the token behind it.
func (c *counter) consider(i, k, end int, n float64) int {
	cl := &c.list[i]
	if end < cl.to && isPercent(&c.tokens[end]) || n < 1 || c.isName(cl, k) {
		return end
	}
	low, stop := n, end
	if end+1 < cl.to && (c.tokens[end].is(rangeWord) || k > cl.from && c.tokens[k-1].is(between)) { // 30-50, 30 to 50: the low bound
		if high, after, ok := number(c.tokens[:cl.to], end+1, cl.language); ok && high > n {
			stop = after
		}
	} else if end+1 < cl.to && c.tokens[end].fold == "," { // two, three people
		if high, after, ok := number(c.tokens[:cl.to], end+1, cl.language); ok && high == n+1 {
			stop = after
		}
	}
	of := c.counts(cl, stop, n)
	if n == 1 && of.partOf && c.noOne(k) {
		return end
	}
	stop = max(stop, of.to)
	if of.what != uncounted && !(of.to > 0 && unitHours[c.tokens[of.to-1].fold] > 0) {
		c.last = of.what
	}
	if of.what == things || of.what == uncounted && !c.bare(cl, k, stop) && !(of.partOf && c.able(cl, stop)) || n == 1 && (of.partOf || c.noOne(k)) {
		return stop
	}
	t := tally{n: low, from: k, to: stop, clause: i, partOf: of.partOf}
	switch c.before(cl, k) {
	case "over":
		t.over = true
	case "under":
		t.n = n - 1
	case "upto", "not":
		return stop
	}
	t.rank = c.rank(i, t)
	c.tallies = append(c.tallies, t)
	return stop
}

// before says how the number at k is bounded: "over", "under", "upto", "not".
func (c *counter) before(cl *clause, k int) string {
	w := func(back int) string {
		if k-back < cl.from {
			return ""
		}
		return c.tokens[k-back].fold
	}
	is := func(list class) bool { return k > cl.from && c.tokens[k-1].is(list) }
	switch {
	case is(overWord), w(1) == "than" && (w(2) == "more" || w(2) == "greater"), w(1) == "als" && w(2) == "mehr":
		return "over"
	case is(underWord), w(1) == "than" && (w(2) == "less" || w(2) == "fewer"), w(1) == "als" && w(2) == "weniger":
		return "under"
	case w(1) == "to" && w(2) == "up", w(1) == "zu" && w(2) == "bis", w(1) == "maximal", w(1) == "hoechstens":
		return "upto"
	case w(1) == "not", w(1) == "nicht", w(1) == "statt", w(1) == "anstatt", w(1) == "of" && w(2) == "instead", w(1) == "than" && w(2) == "rather":
		return "not"
	}
	return ""
}
