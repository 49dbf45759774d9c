package text

// How surely a number counts people hit now.
const (
	rankNone  = iota // people who are fine, or of whom only some are hit
	rankBase         // all there are, or of whom it is not stated that they are hit now
	rankSaid         // people the note speaks of
	rankNear         // … beside a trouble
	rankHit          // … of whom the clause states it
	rankExact        // … of all those counted before: "of whom 30"
)

// rank says how surely t counts people hit now.
func (c *counter) rank(i int, t tally) int {
	cl := &c.list[i]
	s := cl.state()
	switch {
	case c.spared(cl, t), c.limited(cl, t), c.joining(cl, t) && !c.launching(i):
		return rankNone
	case (cl.polarity == Supposed || cl.polarity == Over) && !c.launching(i):
		return rankBase
	case c.ofWhich(cl, t.from), t.partOf && s.faulty():
		return rankExact
	case s.works && !s.faulty() && c.well(cl) && !c.launching(i):
		return rankBase
	case s.faulty() || c.affected(cl):
		return rankHit
	case c.launching(i):
		return rankNear
	case c.isBase(cl, t):
		return rankBase
	}
	for j := max(0, i-1); j < min(len(c.list), i+2); j++ {
		if c.list[j].state().faulty() && c.list[j].polarity == Asserted {
			return rankNear
		}
	}
	return rankSaid
}

// well says whether the clause says of people that all is well. What they are to
// do, or use, works too, and says nothing of them.
func (c *counter) well(cl *clause) bool {
	for i := cl.from; i < cl.to; i++ {
		if c.tokens[i].is(wellWord) {
			return !cl.has(need, deadline)
		}
	}
	return false
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

// joining says whether t counts people who are yet to come: "57 new hires start
// on Monday".
func (c *counter) joining(cl *clause, t tally) bool {
	isNew, joins := false, false
	for j := t.from; j < min(cl.to, t.to+3); j++ {
		isNew = isNew || j < t.to && c.tokens[j].is(newWord)
		joins = joins || c.tokens[j].is(joiner)
	}
	for j := max(cl.from, t.from-4); j < t.from; j++ {
		joins = joins || c.tokens[j].is(joiner)
	}
	return isNew && joins
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

// isBase says whether t counts all there are: "we have 900 users".
func (c *counter) isBase(cl *clause, t tally) bool {
	for j := max(cl.from, t.from-4); j < t.from; j++ {
		switch c.tokens[j].fold {
		case "have", "haben", "total", "insgesamt", "zaehlen":
			return true
		}
	}
	return false
}

// limited says whether t counts those of whom a part is hit: "of our 900 users",
// "30 % of our 900". Those before whose number things stand are not: "the
// profiles of 900 users".
func (c *counter) limited(cl *clause, t tally) bool {
	for j := t.from - 1; j >= max(cl.from, t.from-4); j-- {
		w := &c.tokens[j]
		if w.is(partitive) {
			if n := len(c.tallies); n > 0 && (c.tallies[n-1].to == j || c.tallies[n-1].to == j-1 && c.tokens[j-1].fold == "out") {
				return true // "three managers out of 4,300 staff"
			}
			if j == cl.from || c.tokens[j-1].kind == mark || c.tokens[j-1].is(joining|parting) {
				return c.dividedBehind(t)
			}
			before := &c.tokens[j-1]
			if before.fold == "one" && c.noOne(j-1) {
				return false // "not one of our 900"
			}
			return before.kind == digit || before.numeric || before.is(fractional) || isPercent(before)
		}
		if w.is(fractional) {
			return true
		}
		if !w.is(determiner) {
			return false
		}
	}
	return false
}

// dividedBehind says whether another number or share stands in the sentence
// behind t: "of our 900 users 40 cannot log in".
func (c *counter) dividedBehind(t tally) bool {
	for i := t.clause; i < len(c.list) && c.list[i].sentence == c.list[t.clause].sentence; i++ {
		for k := max(t.to, c.list[i].from); k < c.list[i].to; k++ {
			if w := &c.tokens[k]; w.startsNumber() && !c.article(k, k+1) || w.is(fractional) {
				return true
			}
		}
	}
	return false
}

// choose picks the number that most surely counts people hit now: the surest
// kind, and of its numbers the largest; a correction wins.
func (c *counter) choose() Count {
	var best *tally
	least := rankSaid
	if c.troubled() {
		least = rankBase
	}
	for i := range c.tallies {
		t := &c.tallies[i]
		if t.rank < least {
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
		Span: spanOf(c.tokens, best.from, best.to),
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
	if second.from-first.to > 5 || second.n == first.n {
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

// troubled says whether anything is stated to be amiss now.
func (c *counter) troubled() bool {
	for i := range c.found {
		if c.found[i].Polarity == Asserted {
			return true
		}
	}
	for i := range c.list {
		if c.list[i].polarity == Asserted && c.list[i].state().faulty() {
			return true
		}
	}
	return false
}
