package text

import "slices"

// An Ask is whether somebody asks for escalation or priority.
type Ask struct {
	Asked     bool
	Withdrawn bool // asked, here or before, and taken back
	Span      Span
	Sure
}

// Sure says how sure a step of the method is of what it states. The rules of
// this package leave it empty.
type Sure struct {
	Weight float64 // from 0 to 1
	Step   string
}

// ask finds the last word on whether escalation or priority is wanted.
func ask(tokens []token, list []clause, sentences []sentence) Ask {
	var result Ask
	for i := range list {
		c := &list[i]
		asks, takesBack, h := c.asks(tokens, list, i, sentences)
		if h == nil {
			continue
		}
		span := spanOf(tokens, h.from, h.to)
		switch {
		case takesBack:
			result = Ask{Withdrawn: true, Span: span}
		case asks && !(result.Withdrawn && !c.has(escalate)):
			if !result.Asked {
				result = Ask{Asked: true, Span: span}
			}
		}
	}
	return result
}

// asks reads what clause i says of escalation or priority; h is nil if nothing.
func (c *clause) asks(tokens []token, list []clause, i int, sentences []sentence) (asks, takesBack bool, h *hit) {
	s := sentence{from: c.from, to: c.to, hits: c.hits, means: c.means}
	if c.sentence < len(sentences) {
		s = sentences[c.sentence]
	}
	h = c.find(escalate)
	if h == nil {
		h = c.find(priority)
	}
	if h == nil {
		return c.hurries(tokens, s)
	}
	whole := clause{from: s.from, to: s.to, hits: s.hits, means: s.means, language: s.language}
	if w := c.find(withdraw); w != nil && !whole.has(maybe) {
		return false, true, h
	}
	if w := whole.find(withdraw); w != nil && !whole.has(maybe) && refers(tokens, whole, *w) {
		return false, true, h
	}
	if n := c.find(noAsk); n != nil && !c.countermands(*h, *n) && !isApart(tokens, *h, *n) {
		return false, isNoLonger(tokens, *n), h
	}
	if n := c.denies(*h, true); n != nil && !c.doubleNegation(tokens, *n) || whole.has(howTo) && (s.asked || whole.has(thanks) || !c.has(please)) {
		return false, false, h
	}
	polite := whole.find(please)
	if r := c.find(record); r != nil && (!isFresh(polite, *r) || r.to >= h.to && polite != nil && polite.from < r.from && s.asked) {
		return false, false, h
	}
	if c.language == German && c.unwanted(tokens, *h) {
		return false, false, h
	}
	if courteous(tokens, list, i) {
		return true, false, h
	}
	if c.conditional(tokens) || c.futureOnly(tokens, list, i) {
		return false, false, h
	}
	if polite == nil && s.asked {
		return false, false, h
	}
	return polite != nil || c.imperative(tokens, *h) || c.noun(tokens, *h, s), false, h
}

// isFresh says whether the words of asking stand apart from the record.
func isFresh(polite *hit, r hit) bool { return polite != nil && !polite.overlaps(r) }

// countermands says whether the refusal n is of something else than h: "this
// is no longer low priority, please escalate".
func (c *clause) countermands(h, n hit) bool {
	p := c.find(please)
	return p != nil && p.from > n.to && h.from > p.from && !p.overlaps(n)
}

// isApart says whether the refusal n, of whatever, stands behind the request h:
// "escalate please, new people don't get badges".
func isApart(tokens []token, h, n hit) bool {
	switch tokens[n.from].fold {
	case "dont", "do", "not", "nor", "rather", "instead":
		return n.from-h.to >= 2
	}
	return false
}

// courteous says whether clause i is what somebody would be glad of: "we would
// be grateful if this could be escalated".
func courteous(tokens []token, list []clause, i int) bool {
	c := &list[i]
	for _, p := range c.hits {
		if p.means == please && slices.ContainsFunc(c.hits, func(m hit) bool { return m.means == maybe && m.overlaps(p) && m.from > p.from }) {
			return true
		}
	}
	if i == 0 || list[i-1].sentence != c.sentence || c.link != "if" && c.link != "wenn" && !c.conditional(tokens) {
		return false
	}
	for k := list[i-1].from; k < list[i-1].to; k++ {
		switch tokens[k].fold {
		case "grateful", "appreciate", "appreciated", "obliged", "helpful", "honoured", "honored", "glad", "thankful", "great", "kind", "nice", "dankbar",
			"verbunden", "nett", "froh", "lieb", "super", "toll", "schoen", "begruessen", "freuen", "hilfreich":
			return true
		}
	}
	return false
}

func isNoLonger(tokens []token, n hit) bool {
	for i := n.from; i < n.to; i++ {
		switch tokens[i].fold {
		case "longer", "mehr", "eruebrigt":
			return true
		}
	}
	return false
}

// doubleNegation: "why has this not been escalated yet", "cannot wait".
func (c *clause) doubleNegation(tokens []token, n hit) bool {
	w := tokens[n.from].fold
	return w == "cannot" || w == "cant" || w == "without" || w == "ohne"
}

// refers says whether a withdrawal in the sentence is of the request.
func refers(tokens []token, whole clause, w hit) bool {
	for _, h := range whole.hits {
		if (h.means == escalate || h.means == priority) && !h.overlaps(w) {
			d := h.from - w.to
			if w.from > h.from {
				d = w.from - h.to
			}
			return d <= 8
		}
	}
	return false
}

// futureOnly says whether the clause speaks of an escalation to come under a
// condition: "if it happens again, we will escalate".
func (c *clause) futureOnly(tokens []token, list []clause, i int) bool {
	if i > 0 && list[i-1].sentence == c.sentence && list[i-1].has(maybe) && !c.begs(tokens) {
		return true
	}
	if i+1 < len(list) && list[i+1].sentence == c.sentence && list[i+1].has(maybe) && c.has(would, future) {
		return true
	}
	return c.has(would) && !c.has(please)
}

// unwanted reads the German order: "eine Eskalation brauchen wir nicht".
func (c *clause) unwanted(tokens []token, h hit) bool {
	wanting := false
	for i := h.to; i < min(c.to, h.to+7); i++ {
		switch tokens[i].fold {
		case "brauche", "brauchen", "braucht", "benoetigen", "wollen", "moechten", "ist", "waere", "verlangen", "halten":
			wanting = true
		case "nicht", "ned", "nid", "net", "keinesfalls":
			return wanting
		}
	}
	return false
}

// begs says whether the clause says "please" in so many words.
func (c *clause) begs(tokens []token) bool {
	for i := c.from; i < c.to; i++ {
		switch tokens[i].fold {
		case "please", "pls", "plz", "bitte":
			return true
		}
	}
	return false
}

// imperative says whether the clause begins with the word: "Escalate this".
func (c *clause) imperative(tokens []token, h hit) bool {
	first := c.from
	for first < c.to && (tokens[first].kind == mark || tokens[first].is(joining|parting)) {
		first++
	}
	switch tokens[h.from].fold {
	case "escalated", "eskaliert", "escalating", "escalations", "escalates":
		return false
	}
	return h.from <= first+1
}

// noun says whether the clause is the bare noun of a request: "Escalation
// request: …", "Antrag auf Eskalation", "P1 für uns", "top priority for us".
func (c *clause) noun(tokens []token, h hit, s sentence) bool {
	for i := max(s.from, h.from-3); i < min(s.to, h.to+3); i++ {
		switch tokens[i].fold {
		case "request", "antrag", "anfrage", "requested", "required", "needed", "noetig", "erforderlich", "notwendig", "highest", "top", "high", "hoechste", "hoechster", "hohe", "hoher", "as":
			return true
		}
	}
	return h.means == priority && !c.has(was)
}

// hurries reads a request for speed that does not say "priority": "please fix
// this as soon as possible".
func (c *clause) hurries(tokens []token, s sentence) (asks, takesBack bool, h *hit) {
	if w := c.find(withdraw); w != nil && !c.has(maybe) {
		for i := s.from; i < s.to; i++ {
			switch tokens[i].fold {
			case "request", "antrag", "anfrage", "bitte", "ask":
				if i < w.from || i >= w.to {
					return false, tokens[i].fold != "bitte", w
				}
			}
		}
	}
	now := c.find(askNow)
	if now == nil || c.find(noAsk) != nil || c.denies(*now, true) != nil || c.has(calm, thanks) || s.asked && !c.has(please) {
		return false, false, nil
	}
	w := tokens[now.from].fold
	if w == "today" || w == "quickly" || w == "heute" {
		return false, false, nil
	}
	whole := clause{from: s.from, to: s.to, hits: s.hits, means: s.means}
	if whole.has(please) && (c.has(fixed, fine, need) || s.to-s.from > 3) && !whole.has(giveUs, thanks) && !c.has(giveUs) {
		return true, false, now
	}
	return false, false, nil
}
