package text

// An Urgency is why a note says it cannot wait: a deadline, a consequence, or
// people visibly kept from their work.
type Urgency struct {
	Given bool
	Span  Span
	Sure
}

// urge finds the first reason for urgency. "URGENT!!!" alone is none.
func urge(tokens []token, list []clause, found []Finding, people Count) Urgency {
	given := func(h hit) Urgency { return Urgency{Given: true, Span: spanOf(tokens, h.from, h.to)} }
	calmly := false
	for i := range list {
		calmly = calmly || list[i].has(calm)
	}
	for i := range list {
		c := &list[i]
		if c.polarity == Over || c.has(howTo) {
			continue
		}
		if h, ok := c.dueBy(tokens); ok {
			return given(h)
		}
		if calmly {
			continue
		}
		if h, ok := c.followedBy(tokens); ok {
			return given(h)
		}
	}
	if calmly {
		return Urgency{}
	}
	return blockedPeople(tokens, list, found, people)
}

// dueBy finds a deadline in the clause.
func (c *clause) dueBy(tokens []token) (hit, bool) {
	for _, h := range c.hits {
		switch h.means {
		case soon:
			if !c.has(calm) && !c.begun(tokens, h) {
				return h, true
			}
		case tomorrow:
			if h.from > c.from {
				switch tokens[h.from-1].fold {
				case "heute", "gestern", "am", "guten", "jeden", "diesen", "montag", "seit":
					continue
				}
			}
			return h, !tokens[h.from].capital || h.from == c.from
		case weekday:
			if d, ok := c.due(tokens, h); ok {
				return d, true
			}
		case event:
			if !c.has(pastTime, beta) && c.denies(h, true) == nil {
				return h, true
			}
		case launch:
			if c.has(soon, weekday, tomorrow, future, deadline) && !c.has(pastTime) {
				return h, true
			}
		default:
		}
	}
	return hit{}, false
}

// begun says whether the time h is one since which, not by which: "since the
// weekend".
func (c *clause) begun(tokens []token, h hit) bool {
	for j := h.from - 1; j >= max(c.from, h.from-3); j-- {
		switch tokens[j].fold {
		case "since", "seit", "last", "letztes", "letzten", "letzter", "vergangenes", "vergangenen":
			return true
		}
	}
	return false
}

// due says whether the day or hour h is one by which something must be.
func (c *clause) due(tokens []token, h hit) (hit, bool) {
	for j := h.from - 1; j >= max(c.from, h.from-4); j-- {
		switch tokens[j].fold {
		case "since", "seit", "last", "letzten", "letzter", "from", "vom", "von", "vergangenen", "gegen":
			return hit{}, false
		case "by", "until", "before", "till", "bis", "vor", "spaetestens", "due", "faellig":
			return hit{means: weekday, from: j, to: h.to}, true
		case "on", "am", "at", "um", "ab", "starting", "diesen", "this", "zum":
			ahead := c.has(future, event, launch) && !c.has(was) || !c.has(was) && !c.state().faulty() && !c.has(fixed, working)
			return hit{means: weekday, from: j, to: h.to}, ahead
		}
	}
	return hit{}, false
}

// followedBy finds a consequence in the clause. A word of failure that only
// says what is broken is none.
func (c *clause) followedBy(tokens []token) (hit, bool) {
	for _, h := range c.hits {
		if h.means != consequence || !c.free(h, failing, fixed, completion, report, content, thanks) {
			continue
		}
		if n := c.denies(h, true); n != nil && (!c.free(h, negation) || tokens[n.from].fold != "cannot" && tokens[n.from].fold != "cant") {
			continue
		}
		return h, true
	}
	return hit{}, false
}

// blockedPeople finds people who are kept from what they want to do.
func blockedPeople(tokens []token, list []clause, found []Finding, counted Count) Urgency {
	for i := range list {
		c := &list[i]
		h := c.find(nobody, everybody)
		if h != nil && c.polarity == Asserted && !c.has(report, upload, ftp, silence, working) && c.state().strong {
			return Urgency{Given: true, Span: spanOf(tokens, h.from, h.to)}
		}
	}
	for _, f := range found {
		if f.Polarity != Asserted || f.Extent == Slight || f.Topic == TopicSilence || f.Topic == TopicProfile {
			continue
		}
		c := &list[f.Claim]
		s := c.state()
		if !s.fails && !s.gone || f.Topic == TopicReports || f.Topic == TopicUploads || f.Topic == TopicFTP {
			continue
		}
		if h := c.find(nobody, everybody, people, crowd); h != nil && c.free(*h, support) {
			return Urgency{Given: true, Span: f.Span}
		}
		if counted.Known && counted.N > 1 && counted.clear {
			return Urgency{Given: true, Span: counted.Span}
		}
	}
	return Urgency{}
}
