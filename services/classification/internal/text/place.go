package text

import "slices"

// A Place is where a note says that the trouble is.
type Place string

// The places. A note that names both speaks of production, unless it says that
// all is well there.
const (
	Nowhere    Place = ""
	Production Place = "production"
	Beta       Place = "beta"
)

// place finds the environment that the trouble is in. Where a clause says
// that an environment is fine, it does not count.
func place(tokens []token, list []clause) (Place, Span) {
	var inBeta, inProduction *hit
	onlyBeta, broken := false, map[meaning]bool{}
	for i := range list {
		c := &list[i]
		if c.polarity == Supposed && c.opensIf(tokens) {
			continue
		}
		for _, h := range c.places(tokens) {
			switch spared := c.isWellAt(tokens, h); {
			case spared:
				continue
			case h.means == beta:
				if inBeta == nil {
					inBeta = &h
				}
				onlyBeta = onlyBeta || c.onlyAt(h)
			case inProduction == nil:
				inProduction = &h
			}
			broken[h.means] = broken[h.means] || c.state().faulty()
		}
	}
	switch {
	case inProduction != nil && (inBeta == nil || !onlyBeta && (!broken[beta] || broken[production])):
		return Production, spanOf(tokens, inProduction.from, inProduction.to)
	case inBeta != nil:
		return Beta, spanOf(tokens, inBeta.from, inBeta.to)
	}
	return Nowhere, Span{}
}

// places are where the clause names an environment.
func (c *clause) places(tokens []token) []hit {
	var found []hit
	if c.has(beta, production) {
		for _, h := range c.hits {
			if h.means == beta || h.means == production {
				found = append(found, h)
			}
		}
	}
	for k := c.from; k < c.to; k++ {
		if tokens[k].is(liveWord) && c.isLive(tokens, k) {
			found = append(found, hit{means: production, from: k, to: k + 1})
		}
	}
	return found
}

// isLive says whether "live" at token k names an environment: "on live", "our
// live catalogue", "SSO down, live."; one goes live, and looks live.
func (c *clause) isLive(tokens []token, k int) bool {
	if k > c.from && tokens[k-1].is(goWord) || k+1 < c.to && (tokens[k+1].is(goWord) || tokens[k+1].is(eventWord)) || k+2 < c.to && tokens[k+1].fold == "-" && tokens[k+2].is(goWord|eventWord) {
		return false
	}
	if k > c.from && tokens[k-1].is(atLive) {
		return true
	}
	first := k == c.from || tokens[k-1].kind == mark && tokens[k-1].fold != "-"
	last := k+1 == c.to || tokens[k+1].kind == mark
	return first && last || k+1 < c.to && tokens[k+1].fold == "-" && tokens[k+1].glued
}

// onlyAt says whether the clause says that it is there alone: "only on the beta
// site", "beta only".
func (c *clause) onlyAt(h hit) bool {
	return slices.ContainsFunc(c.hits, func(o hit) bool {
		return o.means == only && (o.to <= h.from && h.from-o.to <= 3 || o.from >= h.to && o.from-h.to <= 3)
	})
}

// isWellAt says whether the clause says that the environment h is fine: "works
// in production", "not on production", "production is not affected".
func (c *clause) isWellAt(tokens []token, h hit) bool {
	for j := h.from - 1; j >= max(c.from, h.from-3); j-- {
		if tokens[j].fold == "not" || tokens[j].fold == "nicht" {
			return true
		}
		if !tokens[j].is(asides | determiner) {
			break
		}
	}
	for j := h.to; j < min(c.to, h.to+5); j++ {
		t := &tokens[j]
		if t.kind == mark && t.fold != "-" {
			break
		}
		if t.is(wellPlace) || t.is(wellWord) && (j+1 == c.to || tokens[j+1].kind == mark || tokens[j+1].is(wellPlace)) {
			return !c.between(h.to, min(c.to, j+3), failing) && !(j > h.to && tokens[j-1].fold == "not" && t.fold != "affected" && t.fold != "concerned")
		}
		if (t.fold == "not" || t.fold == "nicht") && j+1 < c.to && tokens[j+1].is(hitting|concernedWord) {
			return true
		}
	}
	s := c.state()
	if s.works && !s.faulty() && c.saysWell(tokens) || c.again {
		return true
	}
	return !s.faulty() && c.has(again, fixed) && s.works
}

// saysWell says whether a word of the clause says that all is well.
func (c *clause) saysWell(tokens []token) bool {
	for j := c.from; j < c.to; j++ {
		if tokens[j].is(wellWord) || tokens[j].fold == "should" {
			return true
		}
	}
	return false
}
