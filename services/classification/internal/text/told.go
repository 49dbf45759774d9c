package text

import (
	"slices"
	"strings"
)

// isRecord says whether the word is one for what was recorded, not for the
// training that is required.
func (f *finder) isRecord(n subject) bool {
	w := f.tokens[n.hit.from].fold
	for _, duty := range []string{"unterweisung", "pflicht", "mandatory", "compulsory", "required", "verpflichtend", "obligatorisch", "vorgeschrieben"} {
		if strings.HasPrefix(w, duty) {
			return false
		}
	}
	return true
}

// isTheirs says whether the thing is what people are kept from, not what is in
// trouble: "they cannot find their course".
func (f *finder) isTheirs(c *clause, n subject, s state) bool {
	if c.has(missing, failing, provider) {
		return false
	}
	for i := max(c.from, n.hit.from-2); i < n.hit.from; i++ {
		switch f.tokens[i].fold {
		case "their", "his", "her", "my", "ihre", "ihren", "ihr", "ihrer", "ihrem", "seine", "seinen", "the":
			return c.has(people) || f.tokens[i].fold != "the"
		}
	}
	return false
}

// dictates says whether the clause tells the reader what to decide rather than
// what is so: "mark as eligible, reason: site outage".
func (f *finder) dictates(c *clause) bool {
	for i := c.from; i < c.to; i++ {
		switch f.tokens[i].fold {
		case "eligible", "recommendation", "berechtigt", "empfehlung", "_":
			return true
		}
	}
	return false
}

// customerSilent says whether it is the customer of whom nothing is heard: they
// were asked, in the words before, or owe an answer.
func (f *finder) customerSilent(c *clause) bool {
	if c.has(owe) {
		return true
	}
	asked, theirs := false, false
	for i := max(0, c.from-lookBack); i < c.to; i++ {
		switch t := &f.tokens[i]; t.fold {
		case "question", "questions", "query", "frage", "fragen":
			w := f.tokens[max(0, i-1)].fold
			asked = asked || w != "my" && w != "meine" && w != "meiner"
		case "asked", "requested", "rueckfrage", "rueckfragen", "gefragt", "nachgefragt", "angefragt", "pending", "ball", "nachgereicht":
			asked = true
		case "cx", "cust", "kd", "them", "your", "ihre", "eure", "ihm", "requester", "melder":
			theirs = true
		default:
			theirs = theirs || t.is(customers)
		}
	}
	return asked && theirs
}

// lookBack is how many words before a silence are read for who is silent.
const lookBack = 20

// counted is the state of the clause with what it counts: none of so many is
// nothing, so many of so many are all.
func (f *finder) counted(c *clause) state {
	s := c.state()
	zero, ok := f.zero(c)
	switch {
	case ok && s.strong && c.has(failing) && f.tokens[zero+1].is(outOf):
		return state{works: true}
	case s.strong || s.gone:
		return s
	}
	n := hit{means: missing, from: zero, to: zero + 1}
	if !ok || !c.has(content, completion, report, upload, seen) {
		if n, ok = f.without(c); !ok {
			return s
		}
	}
	s.fails, s.strong, s.gone, s.works = true, true, true, false
	s.hits = append(slices.Clip(s.hits), n)
	return s
}

// zero finds where the clause counts none of something: "0 of 23", "0 Kurse".
func (f *finder) zero(c *clause) (int, bool) {
	for i := c.from; i+1 < c.to; i++ {
		if f.tokens[i].fold == "0" && f.tokens[i+1].kind == word {
			return i, true
		}
	}
	return 0, false
}

// without finds the statement that there is none of a thing: "no reports since
// Monday", "keine Berichte mehr".
func (f *finder) without(c *clause) (hit, bool) {
	if !c.has(negation) || c.has(noAsk, escalate, priority, fixed) || c.polarity != Asserted {
		return hit{}, false
	}
	for _, n := range c.hits {
		switch f.tokens[n.from].fold {
		case "no", "kein", "keine", "keinen", "keinerlei", "zero", "null":
		default:
			continue
		}
		for _, h := range c.hits {
			if n.means == negation && h.from >= n.to && h.from <= n.to+1 && h.from > n.from && isThing(h.means) && !c.has(people) {
				return hit{means: negation, from: n.from, to: h.to}, true
			}
		}
	}
	return hit{}, false
}

// isThing says whether the meaning is that of something that people get or see.
func isThing(m meaning) bool {
	switch m {
	case report, upload, lxp, career, content, completion:
		return true
	}
	return false
}

// isnt says whether the clause says that it is not this: "it is not the
// reports", "am Login liegt es nicht".
func (f *finder) isnt(c *clause, n subject) bool {
	i := n.hit.from - 1
	if i <= c.from {
		return false
	}
	switch f.tokens[i].fold {
	case "the", "die", "der", "das", "am", "den", "an":
		i--
	default:
		return false
	}
	switch f.tokens[i].fold {
	case "not", "nicht", "ned", "nid", "net", "isnt", "wasnt":
		return n.hit.to >= c.to-1 || n.hit.means == login && n.hit.to < c.to && f.tokens[n.hit.to].kind == mark
	}
	return false
}

// isFine says whether the clause says of the thing that it works: "log-in is
// fine".
func (f *finder) isFine(c *clause, n subject, s state) bool {
	if !s.works || s.faulty() || c.has(was, pastTime, maybe) || c.to < len(f.tokens) && f.tokens[c.to].is(parting) {
		return false
	}
	for _, h := range c.hits {
		if w := f.tokens[h.from].fold; h.means == fine && h.from >= n.hit.to && h.from-n.hit.to <= 3 && (slices.Contains(runs, w) || w == "fine" || w == "ok" || w == "okay") {
			return true
		}
	}
	return false
}
