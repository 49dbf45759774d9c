package text

// spared says whether t counts people who are fine: "the other 300", "2,000
// staff are fine", "not affected: 900".
func (c *counter) spared(cl *clause, t tally) bool {
	if c.wellBehind(cl, t.to) {
		return true
	}
	for j := t.from - 1; j >= max(cl.from, t.from-3); j-- {
		switch w := &c.tokens[j]; {
		case w.is(exceptWord):
			return true
		case w.is(restWord):
			return !c.faultBehind(cl, t.to)
		case w.is(hitting):
			return j > cl.from && (c.tokens[j-1].fold == "not" || c.tokens[j-1].fold == "nicht")
		}
	}
	for j := t.to; j < min(cl.to, t.to+2); j++ {
		if c.tokens[j].is(restWord) {
			return !c.faultBehind(cl, t.to)
		}
	}
	return c.unharmed(cl, t.to)
}

// wellBehind says whether right behind token k it says that all is well.
func (c *counter) wellBehind(cl *clause, k int) bool {
	for j := k; j < min(cl.to, k+2); j++ {
		if c.tokens[j].kind != word {
			return false
		}
		if c.tokens[j].is(wellWord) {
			return !cl.between(j, min(cl.to, j+6), negation, nobody, failing) && !c.faultBehind(cl, j)
		}
	}
	return false
}

// unharmed says whether from token k on it says that they are not hit.
func (c *counter) unharmed(cl *clause, k int) bool {
	for j := k; j < min(cl.to, k+4); j++ {
		switch w := &c.tokens[j]; {
		case w.fold == "unaffected":
			return true
		case (w.fold == "not" || w.fold == "nicht") && j+1 < cl.to && c.tokens[j+1].is(hitting):
			return true
		case (w.fold == "no" || w.fold == "kein" || w.fold == "keine" || w.fold == "koa") && j+1 < cl.to:
			switch c.tokens[j+1].fold {
			case "trouble", "problem", "problems", "probleme", "issue", "issues", "stoerung":
				return true
			}
		}
	}
	return false
}

// faultBehind says whether from token k on the clause says that something fails.
func (c *counter) faultBehind(cl *clause, k int) bool {
	for _, h := range cl.state().hits {
		if h.from >= k {
			return true
		}
	}
	return false
}
