package text

import "slices"

// A Lasting is how long a note says that the trouble has lasted.
type Lasting struct {
	Known bool
	Hours float64
	// AtLeast is a bound in hours where the words give no length, as "since
	// yesterday" or "for days"; it is Hours where they do.
	AtLeast float64
	Span    Span
	clause  int
	silent  bool // it is said of the silence on the ticket
}

const (
	day  = 24
	week = 7 * day
)

// unitHours are the units of time that a trouble lasts.
var unitHours = map[string]float64{
	"minute": 1. / 60, "minutes": 1. / 60, "min": 1. / 60, "mins": 1. / 60, "minuten": 1. / 60,
	"hour": 1, "hours": 1, "hr": 1, "hrs": 1, "h": 1, "std": 1, "stunde": 1, "stunden": 1,
	"day": day, "days": day, "d": day, "tag": day, "tage": day, "tagen": day, "tages": day, "night": day, "nights": day, "naechte": day, "naechten": day,
	"nacht": day, "werktage": day, "werktagen": day, "arbeitstage": day, "arbeitstagen": day,
	"week": week, "weeks": week, "wk": week, "wks": week, "woche": week, "wochen": week,
	"month": 30 * day, "months": 30 * day, "monat": 30 * day, "monate": 30 * day, "monaten": 30 * day,
	"fortnight": 2 * week,
}

// lasting finds the lengths of time that the trouble, and the silence on the
// ticket, have lasted: the first of each.
func lasting(tokens []token, list []clause) (trouble, silent Lasting) {
	for i := range list {
		c := &list[i]
		if c.polarity == Supposed && c.opensIf(tokens) || c.polarity == Asked && c.to-c.from > 4 {
			continue
		}
		for k := c.from; k < c.to; k++ {
			if t := &tokens[k]; !t.startsNumber() && !t.is(amountWord|vagueWord) {
				continue
			}
			l, end := length(tokens, c, k)
			if end <= k {
				k = max(k, tail(tokens, c, k)-1)
				continue
			}
			l.clause = i
			l.Span = spanOf(tokens, k, end)
			l.silent = isSilent(tokens, list, i, Span{k, end})
			into := &trouble
			if l.silent {
				into = &silent
			}
			if !into.Known && (l.Known || into.AtLeast == 0) {
				*into = l
			}
			k = end - 1
		}
	}
	return trouble, silent
}

// length reads the length of time that begins at token k of the clause; end
// is k if none does.
func length(tokens []token, c *clause, k int) (Lasting, int) {
	n, end, ok := amount(tokens, c, k)
	if !ok {
		return vagueLength(tokens, c, k)
	}
	if end < c.to && tokens[end].is(rangeWord) { // 2-3 days: the low bound
		if _, after, more := number(tokens[:c.to], end+1, c.language); more {
			end = after
		}
	}
	for end < c.to && (tokens[end].is(filler) || tokens[end].fold == "-") {
		end++
	}
	if end >= c.to {
		return Lasting{}, k
	}
	unit, ok := unitHours[tokens[end].fold]
	if !ok {
		return Lasting{}, k
	}
	end++
	if rest, after := andHalf(tokens, c, end); after > end {
		n, end = n+rest, after
	} else if more, after := moreOf(tokens, c, end); after > end {
		n, end = n+more/unit, after
	}
	if !c.isLasting(tokens, k, end) || n*unit < 1./30 || n*unit > 400*day {
		return Lasting{}, k
	}
	hours := n * unit
	return Lasting{Known: true, Hours: hours, AtLeast: hours}, end
}

// amount reads how many units: digits, words, "a", "half a", "anderthalb".
func amount(tokens []token, c *clause, k int) (float64, int, bool) {
	w := tokens[k].fold
	switch w {
	case "anderthalb", "eineinhalb", "einenhalb", "einundeinhalb", "eineinviertel":
		return 1.5, k + 1, true
	case "zweieinhalb":
		return 2.5, k + 1, true
	case "dreieinhalb":
		return 3.5, k + 1, true
	case "viereinhalb":
		return 4.5, k + 1, true
	case "halben", "halbe":
		return 0.5, k + 1, true
	case "half":
		if k+1 < c.to && (tokens[k+1].fold == "a" || tokens[k+1].fold == "an") {
			return 0.5, k + 2, true
		}
		return 0.5, k + 1, true
	case "couple":
		if k+1 < c.to && tokens[k+1].fold == "of" {
			return 2, k + 2, true
		}
	case "a", "an", "ein", "eine", "einem", "einer", "einen":
		if k+1 < c.to {
			switch tokens[k+1].fold {
			case "couple", "half", "halben", "halbe", "halber", "halb":
				return 0, k, false
			}
		}
		return 1, k + 1, true
	}
	n, end, ok := number(tokens[:c.to], k, c.language)
	if !ok {
		return 0, k, false
	}
	if rest, after := andHalf(tokens, c, end); after > end {
		return n + rest, after, true
	}
	return n, end, true
}

// andHalf reads "and a half" at token i.
func andHalf(tokens []token, c *clause, i int) (float64, int) {
	words := func(want ...string) bool {
		if i+len(want) > c.to {
			return false
		}
		for k, w := range want {
			if tokens[i+k].fold != w {
				return false
			}
		}
		return true
	}
	switch {
	case words("and", "a", "half"):
		return 0.5, i + 3
	case words("and", "half"):
		return 0.5, i + 2
	case words("und", "einen", "halben"), words("und", "eine", "halbe"), words("und", "ein", "halber"):
		return 0.5, i + 3
	case words("einhalb"):
		return 0.5, i + 1
	}
	return 0, i
}

// moreOf reads a second, smaller length: "2 days and 4 hours".
func moreOf(tokens []token, c *clause, i int) (float64, int) {
	k := i
	if k < c.to && (tokens[k].fold == "and" || tokens[k].fold == "und") {
		k++
	}
	n, end, ok := number(tokens[:c.to], k, c.language)
	if !ok || end >= c.to {
		return 0, i
	}
	unit, ok := unitHours[tokens[end].fold]
	if !ok {
		return 0, i
	}
	return n * unit, end + 1
}

// isLasting says whether the length in tokens [k, end) is that of a trouble.
func (c *clause) isLasting(tokens []token, k, end int) bool {
	if end < c.to && (tokens[end].is(sooner) || c.told(tokens, k, end)) {
		return false
	}
	for j := k - 1; j >= max(c.from, k-3); j-- {
		w := tokens[j].fold
		if w == "x" {
			return true
		}
		if tokens[j].kind == mark {
			break
		}
		if tokens[j].is(notLasting) && !(w == "in" && end < c.to && tokens[end].is(behind)) {
			past := j+1 < k && (tokens[j+1].fold == "the" || tokens[j+1].fold == "den") && j+2 < k && tokens[j+2].is(lastingBefore)
			return past || (w == "in" || w == "binnen") && c.between(c.from, k, negation, nobody) && !c.has(launch, deadline, escalate, priority)
		}
		if w == "within" || w == "innerhalb" {
			return c.state().faulty() && !c.has(escalate, priority)
		}
		if tokens[j].is(sinceWord) {
			return w != "for" || c.state().faulty() || c.has(silence, ongoing, negation) || !c.has(future, launch, program)
		}
	}
	for j := end; j < min(c.to, end+2); j++ {
		if tokens[j].is(behind) {
			return true
		}
	}
	if c.isApart(tokens, k, end) {
		return !c.has(launch, escalate, priority) || c.state().faulty()
	}
	if k > c.from && !tokens[k-1].is(lastingBefore) && tokens[k-1].kind == word && !c.has(silence) {
		return c.state().strong && end == c.to || c.faultAt(k)
	}
	return c.state().faulty() && !c.has(slow) || c.has(silence) || c.link == "since" || c.to-c.from <= end-k+2
}

// faultAt says whether the word before token k says that something fails: "sso
// dead 3h".
func (c *clause) faultAt(k int) bool {
	return slices.ContainsFunc(c.says.hits, func(h hit) bool { return h.to == k })
}

// isApart says whether the length in tokens [k, end) stands by itself, between
// marks: "been 7 hrs,", "Duration: 4 hours".
func (c *clause) isApart(tokens []token, k, end int) bool {
	for k > c.from && tokens[k].line == 0 && tokens[k-1].is(apartWord|lastingBefore) {
		k--
	}
	first := k == c.from || tokens[k].line > 0 || tokens[k-1].kind == mark && tokens[k-1].fold != "-" || tokens[k].is(elapsedWord)
	last := end == c.to || tokens[end].line > 0 || tokens[end].kind == mark || tokens[end].is(behind|parting|joining)
	return first && last
}

// told says whether the length in tokens [k, end) is how long ago somebody said
// something: "he told me 20 minutes ago".
func (c *clause) told(tokens []token, k, end int) bool {
	ago := tokens[end].fold == "ago"
	for j := max(c.from, k-2); j < k; j++ {
		ago = ago || tokens[j].fold == "vor"
	}
	if !ago {
		return false
	}
	for j := c.from; j < c.to; j++ {
		if tokens[j].is(saidWord) {
			return true
		}
	}
	return false
}

// opensIf says whether the clause begins with an "if".
func (c *clause) opensIf(tokens []token) bool {
	for j := c.from; j < min(c.to, c.from+3); j++ {
		if tokens[j].is(ifWord) {
			return true
		}
	}
	return false
}

// tail is the token behind the number at k, so that no part of it is read as
// another; k where there is none.
func tail(tokens []token, c *clause, k int) int {
	if _, end, ok := number(tokens[:c.to], k, c.language); ok {
		return end
	}
	return k
}
