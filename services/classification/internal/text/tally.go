package text

import "slices"

// How surely a number counts people hit now.
const (
	rankNone  = iota // people who are fine, or who there are
	rankSaid         // people the note speaks of
	rankNear         // … beside a trouble
	rankHit          // … of whom the clause states it
	rankExact        // … of all those counted before: "of whom 30"
)

// rank says how surely t counts people hit now.
func (c *counter) rank(i int, t tally, noun *hit) int {
	cl := &c.list[i]
	s := cl.state()
	fineOnly := s.works && !s.faulty()
	switch {
	case cl.polarity == Supposed, cl.polarity == Over && !c.launching(i), c.spared(cl, t):
		return rankNone
	case c.ofWhich(cl, t.from):
		return rankExact
	case t.partOf && s.faulty():
		return rankExact
	case c.isBase(cl, t):
		if s.faulty() && c.allOf(cl, t) {
			return rankHit
		}
		c.base = t.n
		if c.launching(i) {
			return rankNear
		}
		return rankNone
	case fineOnly && !c.launching(i):
		return rankNone
	case s.faulty() || c.affected(cl):
		return rankHit
	case c.launching(i):
		return rankNear
	}
	for j := max(0, i-1); j < min(len(c.list), i+2); j++ {
		if c.list[j].state().faulty() && c.list[j].polarity == Asserted {
			return rankNear
		}
	}
	return rankSaid
}

// launching says whether a blocked launch stands in the sentence of clause i.
func (c *counter) launching(i int) bool { return c.list[i].sentence == c.launch }

// affected says whether the clause says that people are hit.
func (c *counter) affected(cl *clause) bool {
	for i := cl.from; i < cl.to; i++ {
		switch c.tokens[i].fold {
		case "affected", "affects", "affecting", "impacts", "impacting", "impacted", "hits", "hit", "betroffen", "betrifft", "betroffene", "betroffenen", "betreffen", "trifft", "wait", "waiting", "warten":
			return true
		}
	}
	return false
}

// spared says whether t counts people who are fine: "the other 300 can".
func (c *counter) spared(cl *clause, t tally) bool {
	for j := t.from - 1; j >= max(cl.from, t.from-3); j-- {
		switch c.tokens[j].fold {
		case "other", "others", "remaining", "anderen", "andere", "uebrigen", "restlichen", "besides":
			return !cl.state().faulty()
		case "except", "ausser", "apart":
			return true
		}
	}
	for j := t.to; j < min(cl.to, t.to+2); j++ {
		switch c.tokens[j].fold {
		case "others", "andere":
			return !cl.state().faulty()
		}
	}
	return false
}

// ofWhich says whether the number at k counts a part of those before: "of
// whom 30", "davon 30".
func (c *counter) ofWhich(cl *clause, k int) bool {
	for j := max(cl.from, k-3); j < k; j++ {
		switch c.tokens[j].fold {
		case "davon", "wovon", "whom":
			return true
		case "which":
			return j > 0 && c.tokens[j-1].fold == "of"
		}
	}
	return false
}

// isBase says whether t counts all there are: "our 900 users", "we have 900".
func (c *counter) isBase(cl *clause, t tally) bool {
	for j := max(cl.from, t.from-4); j < t.from; j++ {
		switch c.tokens[j].fold {
		case "our", "unsere", "unserer", "unseren", "have", "haben", "with", "the", "die", "total", "insgesamt":
			return true
		case "of", "von":
			return true
		}
	}
	return false
}

// allOf says whether nothing limits a stated base: "our 900 users cannot".
func (c *counter) allOf(cl *clause, t tally) bool {
	if t.from > cl.from && (c.tokens[t.from-1].fold == "von" || c.tokens[t.from-1].fold == "of") {
		return false
	}
	for j := max(cl.from, t.from-5); j < t.from; j++ {
		if w := c.tokens[j].fold; isPercent(&c.tokens[j]) || w == "third" || w == "half" || w == "quarter" || w == "drittel" || w == "haelfte" || w == "viertel" || w == "of" && j > cl.from && c.tokens[j-1].kind == digit {
			return false
		}
	}
	return true
}

// shares reads shares of a base: "30 % of our 900 users", "half of our 600".
func (c *counter) shares(i int) {
	cl := &c.list[i]
	for k := cl.from; k < cl.to; k++ {
		if t := &c.tokens[k]; !t.startsNumber() && !t.is(fractional) {
			continue
		}
		share, end := c.share(cl, k)
		if share <= 0 || share > 1 {
			continue
		}
		base, stop := c.baseAfter(cl, end)
		if base == 0 {
			base, stop = c.base, end
			if !cl.state().faulty() {
				base = 0
			}
		}
		if base == 0 {
			continue
		}
		t := tally{n: float64(int(share*base + 0.5)), from: k, to: stop, clause: i, rank: rankExact}
		if cl.polarity == Supposed || cl.polarity == Over || cl.state().works && !cl.state().faulty() {
			t.rank = rankNone
		}
		c.tallies = append(c.tallies, t)
		k = stop - 1
	}
}

// share reads the share that begins at token k; it is 0 if none does.
func (c *counter) share(cl *clause, k int) (float64, int) {
	if n, end, ok := number(c.tokens[:cl.to], k, cl.language); ok && end < cl.to && isPercent(&c.tokens[end]) {
		return n / 100, end + 1
	}
	times := 1.0
	if k > cl.from {
		if n, end, ok := number(c.tokens[:cl.to], k-1, cl.language); ok && end == k && n < 10 {
			times = n
		}
	}
	switch c.tokens[k].fold {
	case "half", "haelfte":
		return 0.5, k + 1
	case "third", "thirds", "drittel":
		return times / 3, k + 1
	case "quarter", "quarters", "viertel":
		return times / 4, k + 1
	}
	return 0, k
}

// baseAfter reads the number of people that a share before token i is of.
func (c *counter) baseAfter(cl *clause, i int) (float64, int) {
	for k := i; k < min(cl.to, i+5); k++ {
		n, end, ok := number(c.tokens[:cl.to], k, cl.language)
		if !ok || c.article(k, end) {
			continue
		}
		if noun, _ := c.noun(cl, end); noun != nil {
			return n, noun.to
		}
		return 0, i
	}
	return 0, i
}

// choose picks the number that most surely counts people hit now: the surest
// kind, and of its numbers the largest; a correction wins.
func (c *counter) choose() Count {
	var best *tally
	for i := range c.tallies {
		t := &c.tallies[i]
		if t.rank == rankNone || t.rank == rankSaid && !c.troubled() {
			continue
		}
		if best == nil || c.better(t, best) {
			best = t
		}
	}
	if best == nil {
		return Count{}
	}
	sum := best.n
	for i := range c.tallies { // "240 in Bern and 110 in Basel"
		t := &c.tallies[i]
		if t != best && c.list[t.clause].sentence == c.list[best.clause].sentence && t.rank == best.rank && c.adds(t, best) {
			sum += t.n
		}
	}
	return Count{
		Known: true, N: int(sum), Over: best.over, clear: best.rank >= rankHit,
		Span: Span{c.tokens[best.from].start, c.tokens[best.to-1].end},
	}
}

func (c *counter) better(t, best *tally) bool {
	if c.corrects(t) {
		return true
	}
	if c.corrects(best) {
		return false
	}
	launchAudience := t.rank == rankNear && best.rank == rankHit && c.launching(t.clause) && t.n > best.n
	if t.rank != best.rank && !launchAudience {
		return t.rank > best.rank
	}
	return t.n > best.n
}

// corrects says whether the clause of t takes back what was said before.
func (c *counter) corrects(t *tally) bool {
	cl := &c.list[t.clause]
	for i := max(cl.from, t.from-6); i < t.from; i++ {
		switch c.tokens[i].fold {
		case "actually", "correction", "korrektur", "tatsaechlich", "sondern", "rather", "update", "richtigerweise", "eigentlich", "mittlerweile", "inzwischen":
			return true
		}
	}
	return false
}

// adds says whether a and b count people at two places, to be added up.
func (c *counter) adds(a, b *tally) bool {
	first, second := a, b
	if a.from > b.from {
		first, second = b, a
	}
	if second.from-first.to > 5 {
		return false
	}
	place, and := false, false
	for i := first.to; i < second.from; i++ {
		switch c.tokens[i].fold {
		case "in", "at", "from", "aus", "im", "bei":
			place = true
		case "and", "und", "plus", "sowie":
			and = true
		}
	}
	return place && and
}

func (c *counter) troubled() bool {
	return slices.ContainsFunc(c.found, func(f Finding) bool { return f.Polarity == Asserted })
}
