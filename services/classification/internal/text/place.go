package text

import "slices"

// A Place is where a note says that the trouble is.
type Place string

// The places. A note that names both speaks of production.
const (
	Nowhere    Place = ""
	Production Place = "production"
	Beta       Place = "beta"
)

// place finds the environment that the trouble is in. Where a clause says
// that an environment is fine, it does not count.
func place(tokens []token, list []clause) (Place, Span) {
	var inBeta, inProduction *hit
	for i := range list {
		c := &list[i]
		if c.polarity == Supposed {
			continue
		}
		if h := c.find(beta); h != nil && !spared(c, *h) && inBeta == nil {
			inBeta = h
		}
		if h := c.find(production); h != nil && !spared(c, *h) && inProduction == nil {
			inProduction = h
		}
	}
	span := func(h *hit) Span { return Span{tokens[h.from].start, tokens[h.to-1].end} }
	switch {
	case inProduction != nil:
		return Production, span(inProduction)
	case inBeta != nil:
		return Beta, span(inBeta)
	}
	return Nowhere, Span{}
}

// spared says whether the clause says that the environment h is fine: "works
// in production", "not on production", "production is not affected".
func spared(c *clause, h hit) bool {
	s := c.state()
	if s.works && !s.faulty() || c.again {
		return true
	}
	for _, o := range c.hits {
		if o.means != negation || !s.faulty() && o.from > h.to {
			continue
		}
		if d := h.from - o.to; d >= 0 && d <= 3 && !c.between(o.to, h.from, fine, seen, failing) {
			return true
		}
		if o.from >= h.to && !slices.ContainsFunc(c.hits, func(x hit) bool { return x.means == fine || x.means == seen || x.means == failing }) {
			return true
		}
	}
	return !s.faulty() && slices.ContainsFunc(c.hits, func(o hit) bool { return o.means == again || o.means == fixed }) ||
		!s.faulty() && c.has(negation)
}
