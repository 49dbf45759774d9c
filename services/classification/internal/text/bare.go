package text

import "strings"

// maxField is how many words the name of a field in a form may have.
const maxField = 10

// bare says whether the number in [k, end), behind which no noun stands, counts
// people all the same.
func (c *counter) bare(cl *clause, k, end int) bool {
	if end < cl.to && c.tokens[end].kind == word && (unitHours[c.tokens[end].fold] > 0 || c.tokens[end].glued) {
		return false
	}
	return c.hitBy(cl, k, end) || c.another(cl, k, end) || c.ofBody(cl, k) || c.ofAll(cl, k, end) || c.inForm(k) || c.ofUs(cl, k, end) || c.inNumber(cl, end) || c.partOfBase(cl) || c.audience(cl, k, end)
}

// isName says whether the number at k names something: "#12", "Ticket 20817",
// "HTTP 503".
func (c *counter) isName(cl *clause, k int) bool {
	if k == cl.from {
		return false
	}
	t := &c.tokens[k-1]
	if c.tokens[k].glued && t.kind == word {
		return true // "A350"
	}
	if t.kind == mark && t.fold == "-" && t.glued && c.tokens[k].glued && k > 1 && c.tokens[k-2].kind == word && !c.tokens[k-2].numeric {
		return true // "CAPA-77"
	}
	return t.is(named) || t.kind == mark && t.fold == "." && k > cl.from+1 && c.tokens[k-2].is(named)
}

// hitBy says whether the clause says that the number is of those hit: "affects
// 240", "affected: 240", "240 affected".
func (c *counter) hitBy(cl *clause, k, end int) bool {
	for j := k - 1; j >= max(cl.from, k-4); j-- {
		if c.tokens[j].is(hitting) {
			return !c.unit(cl, end) && (j == 0 || c.tokens[j-1].fold != "nicht" && c.tokens[j-1].fold != "not")
		}
		if c.tokens[j].kind == digit {
			break
		}
	}
	return end < cl.to && c.tokens[end].is(hitting)
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

// ofBody says whether the number at k is the size of a body of people: "a pilot
// group of 60", "the workforce (5,400)", "some users (about thirty)".
func (c *counter) ofBody(cl *clause, k int) bool {
	j := k - 1
	for j > cl.from && c.tokens[j].is(roughly) {
		j--
	}
	if j < 1 {
		return false
	}
	switch c.tokens[j].fold {
	case "(":
		return c.isBody(j-1) || c.tokens[j-1].is(asksPeople)
	case "of", "von", "aus", "mit":
		return j > cl.from && c.isBody(j-1)
	}
	return false
}

// isBody says whether the word at k is one for people taken together.
func (c *counter) isBody(k int) bool {
	t := &c.tokens[k]
	if t.is(body) {
		return true
	}
	for _, head := range [...]string{"gruppe", "team", "klasse", "kreis", "belegschaft"} {
		if strings.HasSuffix(t.fold, head) {
			return true
		}
	}
	return false
}

// ofAll says whether the number in [k, end) is all there are: "bei allen 180",
// "for none of the 22".
func (c *counter) ofAll(cl *clause, k, end int) bool {
	if k-1 <= cl.from || c.last == things {
		return false
	}
	if c.mayBeNoun(cl, end) {
		return false
	}
	switch c.tokens[k-1].fold {
	case "all", "alle", "allen", "aller", "remaining", "restlichen", "uebrigen":
		return c.tokens[k-2].is(asides) || c.tokens[k-2].fold == "the" || c.tokens[k-2].fold == "an" || c.tokens[k-2].fold == "die"
	case "the", "der", "den":
		switch c.tokens[k-2].fold {
		case "of", "von", "keinem", "keiner":
			return true
		}
	}
	return false
}

// inForm says whether the number at k is a value that a form asks for: "Users
// affected: 190", "| Users unable to log in | 101 |".
func (c *counter) inForm(k int) bool {
	if k < 2 || !c.tokens[k-1].is(listMark) || c.tokens[k-1].glued && c.tokens[k-1].fold == "-" {
		return false
	}
	asks := false
	for j := k - 2; j >= max(0, k-maxField); j-- {
		t := &c.tokens[j]
		if t.kind == digit || t.kind == mark && t.fold == "." {
			return false
		}
		asks = asks || t.is(asksPeople)
		if c.tokens[j+1].line > 0 || t.line > 0 {
			break
		}
	}
	return asks
}

// ofUs says whether the number at k is of those who write: "wir sind nur 14",
// "uns 22".
func (c *counter) ofUs(cl *clause, k, end int) bool {
	if c.mayBeNoun(cl, end) {
		return false
	}
	for j := k - 1; j >= max(cl.from, k-3); j-- {
		switch t := &c.tokens[j]; t.fold {
		case "sind", "are", "only", "nur", "just", "zu", "halt", "grad":
		case "wir", "we":
			return c.tokens[k-1].fold != "zu"
		default:
			return false
		}
	}
	return false
}

// inNumber says whether behind the number stands that it is one of people:
// "1,700 in number", "46 an der Zahl".
func (c *counter) inNumber(cl *clause, end int) bool {
	switch {
	case end+1 < cl.to && c.tokens[end].fold == "in" && c.tokens[end+1].fold == "number":
		return true
	case end+2 < cl.to && c.tokens[end].fold == "an" && c.tokens[end+1].fold == "der" && c.tokens[end+2].fold == "zahl":
		return true
	}
	return false
}

// partOfBase says whether all there are stand before: "of our 1,400 users 87".
func (c *counter) partOfBase(cl *clause) bool {
	n := len(c.tallies)
	return n > 0 && c.tallies[n-1].from >= cl.from && c.tallies[n-1].rank == rankNone && c.last == persons && cl.state().faulty() && c.limited(cl, c.tallies[n-1])
}

// audience says whether the number in [k, end) is of those to whom something is
// launched: "launch on Monday to 2,000".
func (c *counter) audience(cl *clause, k, end int) bool {
	if k == cl.from || !cl.has(launch, program) || c.mayBeNoun(cl, end) {
		return false
	}
	switch c.tokens[k-1].fold {
	case "to", "an", "auf":
		return c.tokens[end-1].end-c.tokens[k].start > 1
	}
	return false
}

// mayBeNoun says whether the word at k, behind a number, can be one that is counted.
func (c *counter) mayBeNoun(cl *clause, k int) bool {
	return k < cl.to && c.tokens[k].kind == word && !c.tokens[k].function && !c.tokens[k].is(endsNoun)
}

// able says whether token k begins what people can or cannot: "99 of 5,100 cannot".
func (c *counter) able(cl *clause, k int) bool {
	if k >= cl.to {
		return false
	}
	switch c.tokens[k].fold {
	case "cannot", "cant", "can", "could", "couldnt", "kann", "koennen", "konnten", "kommen":
		return true
	}
	return false
}

// unit says whether the token counts something that is no person.
func (c *counter) unit(cl *clause, i int) bool {
	if i >= cl.to {
		return false
	}
	t := &c.tokens[i]
	return t.fold == "%" || t.kind == word && namesThing(t.fold, cl.language)
}

// compounds reads words that have a number inside: "ein elfköpfiger Kreis", "the
// six-strong team", "wir sind zu neunt".
func (c *counter) compounds(i, k int) {
	cl, t := &c.list[i], &c.tokens[k]
	n, to := 0.0, k+1
	if t.kind != word {
		return
	}
	if len(t.fold) > len("koepfig")+2 && cl.language == German {
		if at := strings.Index(t.fold, "koepfig"); at > 0 {
			n, _ = germanWord(t.fold[:at])
		}
	}
	if t.fold == "zu" && k+1 < cl.to && c.tokens[k+1].kind == word && len(cl.hits) > 0 {
		n, to = inAll[c.tokens[k+1].fold], k+2
	}
	if t.numeric && k+2 < cl.to && c.tokens[k+1].fold == "-" && c.tokens[k+2].is(strong) {
		n, to = englishNumbers[t.fold], k+3
	}
	if n == 0 {
		return
	}
	of := tally{n: n, from: k, to: to, clause: i}
	of.rank = c.rank(i, of)
	c.tallies = append(c.tallies, of)
}

// inAll are how many are "zu zweit".
var inAll = map[string]float64{
	"zweit": 2, "dritt": 3, "viert": 4, "fuenft": 5, "sechst": 6, "siebt": 7, "acht": 8, "neunt": 9, "zehnt": 10, "elft": 11, "zwoelft": 12,
}
