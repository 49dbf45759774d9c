package text

import "slices"

// troubles are the meanings of what may be in trouble.
var troubles = []meaning{sso, login, site, ftp, report, upload, content, completion, provider, profile, insights, lxp, career, core}

// isSilent says whether the length in tokens at of clause i is that of the
// silence on the ticket: nearer to it than what is in trouble stands something
// of support, in the clause or, where that is but the length, in the next.
func isSilent(tokens []token, list []clause, i int, at Span) bool {
	c := &list[i]
	if c.has(silence) {
		return true
	}
	contact := c.contact(tokens, at)
	if contact < far || c.to-c.from > at.End-at.Start+4 || c.state().faulty() || i+1 == len(list) {
		return contact < c.trouble(at)
	}
	next := &list[i+1]
	at = Span{next.from, next.from}
	return next.has(silence) || next.contact(tokens, at) < next.trouble(at)
}

// far is farther than any two tokens of a clause are apart.
const far = 1 << 30

func apart(at Span, from, to int) int {
	if from >= at.End {
		return from - at.End
	}
	return max(0, at.Start-to)
}

// trouble is how far what may be in trouble stands from the tokens at.
func (c *clause) trouble(at Span) int {
	near := far
	for _, h := range c.hits {
		if slices.Contains(troubles, h.means) {
			near = min(near, apart(at, h.from, h.to))
		}
	}
	return near
}

// contact is how far what support does or says stands from the tokens at. Where
// something is down, "you" and "your" say whose it is.
func (c *clause) contact(tokens []token, at Span) int {
	near, strong := far, c.state().strong
	for j := c.from; j < c.to; j++ {
		if t := &tokens[j]; t.is(contactWord) || t.is(youWord) && !strong {
			near = min(near, apart(at, j, j+1))
		}
		if tokens[j].is(openedWord) {
			return far
		}
	}
	return near
}
