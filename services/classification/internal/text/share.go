package text

import "strings"

// share reads a share of people that begins at token k of clause i, as "30 % of
// our 900 users", "half of our 600", "every third of our 450", and returns the
// token behind it, or k where there is none. Of what no base is known, nobody
// can say how many it is.
func (c *counter) share(i, k int) int {
	cl := &c.list[i]
	if t := &c.tokens[k]; !t.startsNumber() && !t.is(fractional|ordinal) {
		return k
	}
	share, end := c.fraction(cl, k)
	if share <= 0 || share > 1 {
		return k
	}
	base, stop := c.baseAfter(cl, end)
	if base == 0 {
		base, stop = c.baseBefore(cl), end
	}
	if base == 0 {
		return end
	}
	t := tally{n: float64(int(share*base + 0.5)), from: k, to: stop, clause: i, rank: rankExact}
	switch {
	case c.spared(cl, t):
		t.rank = rankNone
	case cl.polarity == Supposed, cl.polarity == Over, cl.state().works && !cl.state().faulty() && c.well(cl):
		t.rank = rankBase
	}
	c.tallies = append(c.tallies, t)
	return stop
}

// nths are one out of so many: "jeder Dritte", "every tenth".
var nths = map[string]float64{
	"zweite": 2, "dritte": 3, "vierte": 4, "fuenfte": 5, "sechste": 6, "siebte": 7, "achte": 8, "neunte": 9, "zehnte": 10, "zwanzigste": 20,
	"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20,
}

// fractions are parts of a whole, of which there may be several.
var fractions = map[string]float64{
	"third": 3, "thirds": 3, "drittel": 3, "quarter": 4, "quarters": 4, "viertel": 4, "fifth": 5, "fifths": 5, "fuenftel": 5,
	"sixth": 6, "sechstel": 6, "tenth": 10, "tenths": 10, "zehntel": 10,
}

// fraction reads the share that begins at token k; it is 0 if none does.
func (c *counter) fraction(cl *clause, k int) (float64, int) {
	n, end, ok := number(c.tokens[:cl.to], k, cl.language)
	if ok && end < cl.to && isPercent(&c.tokens[end]) {
		return n / 100, end + 1
	}
	if ok && end+1 < cl.to && c.tokens[end].fold == "per" && c.tokens[end+1].fold == "cent" {
		return n / 100, end + 2
	}
	if ok && end+1 < cl.to && (c.tokens[end].fold == "in" || c.tokens[end].fold == "von") && n == 1 { // one in ten
		if of, after, more := number(c.tokens[:cl.to], end+1, cl.language); more && of > 1 && of <= 20 && (after == cl.to || c.counts(cl, after, of).what != things) {
			return n / of, after
		}
	}
	w := c.tokens[k].fold
	if k > 0 && c.tokens[k].is(ordinal) && c.each(cl, k) {
		return 1 / nths[w], k + 1
	}
	switch {
	case w == "half" || w == "haelfte":
		return 0.5, k + 1
	case fractions[w] > 0 && (k+1 < cl.to && c.tokens[k+1].is(partitive|genitive|determiner) || cl.language == German):
		return 1 / fractions[w], k + 1
	case ok && n < 10 && end < cl.to && fractions[c.tokens[end].fold] > 0:
		return n / fractions[c.tokens[end].fold], end + 1
	}
	return 0, k
}

// each says whether "every" stands before the ordinal at k: "jede:r Dritte".
func (c *counter) each(cl *clause, k int) bool {
	for j := max(cl.from, k-3); j < k; j++ {
		if w := c.tokens[j].fold; w == "every" && j == k-1 || strings.HasPrefix(w, "jede") {
			return true
		}
	}
	return k >= 3 && strings.HasPrefix(c.tokens[k-3].fold, "jede")
}

// baseAfter reads the number of people that a share before token i is of.
func (c *counter) baseAfter(cl *clause, i int) (float64, int) {
	for k := i; k < min(cl.to, i+5); k++ {
		n, end, ok := number(c.tokens[:cl.to], k, cl.language)
		if !ok || c.article(k, end) {
			continue
		}
		if of := c.counts(cl, end, n); of.what == persons {
			return n, of.to
		}
		return 0, i
	}
	return 0, i
}

// baseBefore is the number of people that a share is of, where it stands before
// the share, in the same sentence or the one before: "of our 900 users, 30 %".
func (c *counter) baseBefore(cl *clause) float64 {
	if !cl.state().faulty() {
		return 0
	}
	for k := len(c.tallies) - 1; k >= 0; k-- {
		t := &c.tallies[k]
		if c.list[t.clause].sentence < cl.sentence-1 {
			break
		}
		if t.rank == rankExact {
			continue
		}
		t.rank = rankNone
		return t.n
	}
	return 0
}
