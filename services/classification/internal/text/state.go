package text

// A state is what a clause says of its subject.
type state struct {
	fails   bool // it does not do what it is for
	strong  bool // … by more than the word "error" or "problem"
	gone    bool // it is not there
	isWrong bool // it has wrong values
	drags   bool // it is slow
	works   bool // it does what it is for
	hits    []hit
}

// state is what the clause says, negations applied.
func (c *clause) state() state { return c.says }

// read works out the state of the clause; its hits are added to told.
func (c *clause) read(told []hit) []hit {
	from := len(told)
	for _, h := range c.hits {
		switch h.means {
		case fine, seen:
			told = c.readFine(h, told)
		case failing, erring, missing, wrong, slow:
			told = c.readFault(h, told)
		default:
		}
	}
	c.says.hits = told[from:len(told):len(told)]
	return told
}

func (c *clause) readFine(h hit, told []hit) []hit {
	s := &c.says
	if n := c.denies(h, false); n != nil {
		s.fails, s.strong = true, true
		s.gone = s.gone || h.means == seen
		return append(told, h, *n)
	}
	s.works = true
	return told
}

func (c *clause) readFault(h hit, told []hit) []hit {
	s := &c.says
	if c.denies(h, true) != nil {
		s.works = true
		return told
	}
	switch h.means {
	case failing:
		s.fails, s.strong = true, true
	case erring:
		s.fails = true
	case missing:
		s.gone = true
	case wrong:
		s.isWrong = true
	case slow:
		s.drags = true
	default:
	}
	return append(told, h)
}

// faulty says whether anything is amiss.
func (s state) faulty() bool { return s.fails || s.gone || s.isWrong || s.drags }

// judge sets the polarity of each clause.
func judge(tokens []token, list []clause, sentences []sentence) {
	for i := range list {
		c := &list[i]
		s := c.state()
		c.again = c.recovers(tokens, s) && !c.elsewhere(tokens)
		switch {
		case c.isAsked(tokens, list, sentences[c.sentence]):
			c.polarity = Asked
		case c.isSupposed(tokens) || followsCondition(list, i):
			c.polarity = Supposed
		case c.again || c.isOver(s):
			c.polarity = Over
		}
	}
}

// isAsked says whether the clause asks instead of stating. Who asks for help
// states the reason all the same.
func (c *clause) isAsked(tokens []token, list []clause, s sentence) bool {
	if c.has(howTo) && c.has(escalate, priority) || c.link == "whether" || c.link == "ob" {
		return true
	}
	if !s.asked || c.link == "because" || c.link == "weil" || c.link == "denn" || c.link == "as" || c.link == "since" || c.link == "da" {
		return false
	}
	for _, h := range s.hits {
		if h.means == escalate || h.means == priority || h.means == askNow {
			return false
		}
	}
	// A statement with a question behind it: "SSO is down, when will it work?"
	if c.from == s.from && c.to < s.to && c.state().faulty() && !tokens[c.from].is(opensQuestion) {
		return false
	}
	return true
}

// isSupposed says whether the clause speaks of what might be.
func (c *clause) isSupposed(tokens []token) bool {
	if c.conditional(tokens) || c.has(would) {
		return true
	}
	f := c.find(fear)
	return f != nil && (!c.has(security) || tokens[f.from].fold == "maintenance")
}

// conditional says whether the clause is the "if" of a sentence. "It should
// have come" is none, "should it fail" is.
func (c *clause) conditional(tokens []token) bool {
	for _, h := range c.hits {
		if w := tokens[h.from].fold; h.means == maybe && !((w == "sollte" || w == "sollten") && h.from > c.from) {
			return true
		}
	}
	return false
}

// followsCondition says whether clause i is the "then" of an "if" and speaks
// of the future.
func followsCondition(list []clause, i int) bool {
	if i == 0 || list[i-1].sentence != list[i].sentence || list[i-1].polarity != Supposed || !list[i-1].has(maybe) {
		return false
	}
	return list[i].has(would, future) && !list[i].has(escalate, priority)
}

// recovers says whether the clause states that something works again.
func (c *clause) recovers(tokens []token, s state) bool {
	for _, h := range c.hits {
		if h.means != fixed {
			continue
		}
		if n := c.denies(h, true); n != nil && !n.overlaps(h) || c.wishes(h) {
			continue
		}
		if s.fails && s.strong && !insideFixed(s, h) && h.to-h.from < 2 {
			continue
		}
		return true
	}
	if s.works && !s.faulty() {
		for _, a := range c.hits {
			if w := tokens[a.from].fold; a.means == again && (w == "again" || w == "wieder" || w == "back") {
				return c.has(fine, seen) && !c.has(need)
			}
		}
	}
	return false
}

// insideFixed says whether the fault words of s are part of the words of h
// ("no more errors").
func insideFixed(s state, h hit) bool {
	for _, o := range s.hits {
		if !o.overlaps(h) {
			return false
		}
	}
	return true
}

// wishes says whether a word of need stands near before h: "please get this
// fixed", "until it is resolved".
func (c *clause) wishes(h hit) bool {
	for _, o := range c.hits {
		if o.means == need && !o.overlaps(h) && o.from < h.from && h.from-o.to < 6 {
			return true
		}
		if o.means == need && c.language == German && !o.overlaps(h) && o.from >= h.to && o.from-h.to < 2 {
			return true
		}
	}
	return false
}

// isOver says whether the clause tells of the past only.
func (c *clause) isOver(s state) bool {
	return s.faulty() && c.has(was) && c.has(pastTime, weekday) && !c.has(ongoing)
}
