package text

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

// vague are lengths without a number; the trouble has lasted so long at least.
var vague = map[string]float64{
	"days": 2 * day, "tagen": 2 * day, "weeks": 2 * week, "wochen": 2 * week, "months": 60 * day, "monaten": 60 * day, "stunden": 2, "hours": 2,
	"yesterday": day, "gestern": day, "vorgestern": 2 * day,
	"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": day, "sunday": day, "weekend": day,
	"montag": day, "dienstag": day, "mittwoch": day, "donnerstag": day, "freitag": day, "samstag": day, "sonntag": day, "wochenende": day,
	"ewigkeiten": 2 * day, "ages": 2 * day,
}

// lasting finds the lengths of time that the trouble, and the silence on the
// ticket, have lasted: the first of each.
func lasting(tokens []token, list []clause) (trouble, silent Lasting) {
	for i := range list {
		c := &list[i]
		if c.polarity == Supposed {
			continue
		}
		for k := c.from; k < c.to; k++ {
			if t := &tokens[k]; !t.startsNumber() && !t.is(amountWord|vagueWord) {
				continue
			}
			l, end := length(tokens, c, k)
			if end <= k {
				continue
			}
			l.clause = i
			l.Span = Span{tokens[k].start, tokens[end-1].end}
			l.silent = c.has(silence)
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
	if !c.isLasting(tokens, k, end) || n*unit < 1./30 {
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
			switch nextWord := tokens[k+1].fold; nextWord {
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
	for j := k - 1; j >= max(c.from, k-3); j-- {
		w := tokens[j].fold
		if tokens[j].kind == mark {
			continue
		}
		if tokens[j].is(notLasting) && !(w == "in" && end < c.to && tokens[end].is(behind)) {
			past := j+1 < k && (tokens[j+1].fold == "the" || tokens[j+1].fold == "den") && j+2 < k && tokens[j+2].is(lastingBefore)
			return past || (w == "in" || w == "binnen" || w == "alle") && c.state().faulty() && !c.has(launch, deadline, escalate, priority) && w != "alle"
		}
		if w == "within" || w == "innerhalb" {
			return c.state().faulty() && !c.has(escalate, priority)
		}
		if w == "since" || w == "seit" || w == "for" || w == "vor" || w == "past" || w == "last" || w == "letzten" {
			return w != "for" || c.state().faulty() || c.has(silence, ongoing) || !c.has(future, launch, program)
		}
	}
	for j := end; j < min(c.to, end+2); j++ {
		if tokens[j].is(behind) {
			return true
		}
	}
	if k > c.from && !tokens[k-1].is(lastingBefore) && tokens[k-1].kind == word && !c.has(silence) {
		return false
	}
	return c.state().faulty() && !c.has(slow) || c.has(silence) || c.link == "since" || c.to-c.from <= end-k+2
}

// vagueLength reads "since yesterday", "for days": a bound, no length.
func vagueLength(tokens []token, c *clause, k int) (Lasting, int) {
	w := tokens[k].fold
	bound, ok := vague[w]
	if !ok || k == c.from && c.link != "since" {
		return Lasting{}, k
	}
	for j := k - 1; j >= max(c.from, k-3); j-- {
		switch tokens[j].fold {
		case "since", "seit":
			return Lasting{AtLeast: bound}, k + 1
		case "for":
			if bound >= 2*day {
				return Lasting{AtLeast: bound}, k + 1
			}
		}
	}
	return Lasting{}, k
}
