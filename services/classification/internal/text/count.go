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
	tokens  []token
	list    []clause
	found   []Finding
	launch  int     // the sentence of the blocked launch, or -1
	base    float64 // all people there are, where the note says so
	tallies []tally
}

func count(tokens []token, list []clause, found []Finding) Count {
	c := counter{tokens: tokens, list: list, found: found, launch: -1}
	for _, f := range found {
		if f.Topic == TopicLaunch && f.Polarity == Asserted { // there is one at most
			c.launch = list[f.Claim].sentence
		}
	}
	for i := range list {
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
		if h := list[i].find(few); h != nil && !list[i].has(launch) {
			result.Few = true
			if !result.Known {
				result.Span = Span{tokens[h.from].start, tokens[h.to-1].end}
			}
		}
	}
	return result
}

// clause collects the numbers of people in clause i.
func (c *counter) clause(i int) {
	cl := &c.list[i]
	for k := cl.from; k < cl.to; k++ {
		if !c.tokens[k].startsNumber() {
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
	c.shares(i)
}

// another says whether the number in [k, end) counts people as the one before
// it did: "240 people in Bern and 110 in Basel".
func (c *counter) another(cl *clause, k, end int) bool {
	if k == cl.from || end >= cl.to || len(c.tallies) == 0 || c.tallies[len(c.tallies)-1].from < cl.from {
		return false
	}
	switch c.tokens[k-1].fold {
	case "and", "und", "plus", "sowie", ",":
	default:
		return false
	}
	switch c.tokens[end].fold {
	case "in", "at", "from", "aus", "im":
		return true
	}
	return false
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

func isPercent(t *token) bool { return t.fold == "%" || t.fold == "percent" || t.fold == "prozent" }

// consider adds the number n, which stands in tokens [k, end) of clause i, if
// it counts people, and returns the token behind it.
func (c *counter) consider(i, k, end int, n float64) int {
	cl := &c.list[i]
	if end < cl.to && isPercent(&c.tokens[end]) || n < 1 {
		return end
	}
	low, stop := n, end
	if end+1 < cl.to && (c.tokens[end].is(rangeWord) || k > cl.from && c.tokens[k-1].is(between)) { // 30-50, 30 to 50: the low bound
		if high, after, ok := number(c.tokens[:cl.to], end+1, cl.language); ok && high > n {
			stop = after
		}
	}
	noun, partOf := c.noun(cl, stop)
	if noun == nil && !c.countsHit(cl, k, stop) && !c.another(cl, k, stop) {
		return end
	}
	if noun != nil && c.overlapsNotPeople(cl, *noun) {
		return stop
	}
	t := tally{n: low, from: k, to: stop, clause: i, partOf: partOf}
	if noun != nil {
		t.to = max(stop, noun.to)
	}
	switch c.before(cl, k) {
	case "over":
		t.over = true
	case "under":
		t.n = n - 1
	case "upto", "not":
		return stop
	}
	t.rank = c.rank(i, t, noun)
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
	case w(1) == "least" && w(2) == "at", w(1) == "mindestens":
		return ""
	case is(underWord), w(1) == "than" && (w(2) == "less" || w(2) == "fewer"), w(1) == "als" && w(2) == "weniger":
		return "under"
	case w(1) == "to" && w(2) == "up", w(1) == "zu" && w(2) == "bis", w(1) == "maximal", w(1) == "hoechstens":
		return "upto"
	case w(1) == "not", w(1) == "nicht", w(1) == "statt", w(1) == "anstatt", w(1) == "of" && w(2) == "instead", w(1) == "than" && w(2) == "rather":
		return "not"
	}
	return ""
}

// noun finds the word for people that the number before token i counts.
func (c *counter) noun(cl *clause, i int) (*hit, bool) {
	partOf, instead := false, false // instead: "240 statt 50 Personen" counts the first
	for k, room := i, 4; k < cl.to && room > 0; k, room = k+1, room-1 {
		for h := range cl.hits {
			p := &cl.hits[h]
			if p.from == k && (p.means == people || p.means == account && c.aboutAccounts(cl)) {
				return p, partOf
			}
		}
		t := &c.tokens[k]
		if t.kind != word && t.fold != "(" && t.fold != "-" {
			n, after, ok := number(c.tokens[:cl.to], k, cl.language)
			if !ok || !partOf && !instead || n < 1 {
				return nil, false
			}
			k, room = after-1, 4
			continue
		}
		switch t.fold {
		case "statt", "anstatt", "instead", "rather":
			instead = true
			room++
		case "of", "von", "unserer", "der", "unseren":
			partOf = partOf || !instead
			room++
		case "for", "in", "from", "with", "für", "fuer", "aus", "mit", "at", "bei", "to", "and", "und", "hours", "days", "minutes", "weeks", "stunden", "tage",
			"tagen", "minuten", "wochen", "seconds", "sekunden", "is", "are", "on", "am", "um", "uhr", "o'clock", "by", "files", "dateien":
			return nil, false
		}
		if t.fold == "us" || t.fold == "them" || t.fold == "uns" || t.fold == "ihnen" {
			return &hit{means: people, from: k, to: k + 1}, partOf
		}
	}
	return nil, false
}

// aboutAccounts says whether accounts stand for people here: where profiles
// are wrong, or people locked out.
func (c *counter) aboutAccounts(cl *clause) bool {
	s := cl.state()
	return s.isWrong || s.fails || s.gone
}

func (c *counter) overlapsNotPeople(cl *clause, h hit) bool {
	return slices.ContainsFunc(cl.hits, func(o hit) bool { return o.means == notPeople && o.overlaps(h) })
}

// countsHit says whether a bare number counts people hit: "affects 240",
// "affected: 240", "240 affected", "alle 240".
func (c *counter) countsHit(cl *clause, k, end int) bool {
	for j := k - 1; j >= max(cl.from, k-4); j-- {
		switch c.tokens[j].fold {
		case "affected", "affects", "affecting", "impacts", "impacting", "impacted", "hits", "hitting", "betroffen", "betrifft", "betroffene", "betreffen", "trifft":
			return !c.unit(cl, end)
		}
		if c.tokens[j].kind == digit {
			break
		}
	}
	return end < cl.to && (c.tokens[end].fold == "affected" || c.tokens[end].fold == "betroffen" || c.tokens[end].fold == "impacted")
}

// unit says whether the token counts something that is no person.
func (c *counter) unit(cl *clause, i int) bool {
	if i >= cl.to {
		return false
	}
	t := &c.tokens[i]
	if t.kind == word {
		_, isUnit := unitHours[t.fold]
		return isUnit || slices.ContainsFunc(cl.hits, func(h hit) bool {
			return h.from == i && (h.means == report || h.means == upload || h.means == content || h.means == site)
		})
	}
	return t.fold == "%"
}
