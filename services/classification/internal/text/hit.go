package text

// A hit is a place in the text that has a meaning.
type hit struct {
	from, to int // tokens
	means    meaning
	typo     bool
}

func (h hit) overlaps(o hit) bool { return h.from < o.to && o.from < h.to }

// A marker finds the meanings in the sentences of one note.
type marker struct {
	vocabulary *Vocabulary
	tokens     []token
	words      *dictionary // of the sentence under way
	to         int         // where it ends
	raw        []hit       // of the sentence under way
	hits       []hit       // of all sentences
	steps      int         // words of entries that were compared
}

// mark returns the hits in tokens[from:to], in order, by the dictionary of the
// language.
func (m *marker) mark(from, to int, language Language) []hit {
	if language == Unknown {
		return nil
	}
	v := m.vocabulary.dictionaries[index(language)]
	for i := from; i < to; i++ {
		m.tokens[i].form = v.form(m.tokens[i].lexeme)
	}
	m.words, m.to, m.raw = v, to, m.raw[:0]
	for i := from; i < to; i++ {
		before := len(m.raw)
		if m.markAt(i); len(m.raw) == before {
			m.markTypo(i)
		}
	}
	first := len(m.hits)
	m.hits = resolve(m.hits, m.raw)
	return m.hits[first:len(m.hits):len(m.hits)]
}

// markAt adds the entries that begin at token i.
func (m *marker) markAt(i int) {
	follows := &formless
	if next := m.pastHyphen(i + 1); next < m.to {
		follows = m.tokens[next].form
	}
	for _, c := range m.tokens[i].candidates {
		if c.next == 0 || c.next == follows.foldID || c.next == follows.stemID {
			m.try(c.entry, i)
		}
	}
}

// pastHyphen is i, or the word behind the hyphen at i: "sign-on" is read as
// "sign on".
func (m *marker) pastHyphen(i int) int {
	if i+1 < m.to && m.tokens[i].kind == mark && m.tokens[i].glued && m.tokens[i+1].glued && m.tokens[i].fold == "-" {
		return i + 1
	}
	return i
}

// markTypo reads token i as the known word that it most likely is.
func (m *marker) markTypo(i int) {
	t := &m.tokens[i]
	if t.typo == nil {
		return
	}
	written, form := t.lexeme, t.form
	t.lexeme = t.typo
	t.form = m.words.form(t.lexeme)
	before := len(m.raw)
	m.markAt(i)
	if len(m.raw) == before {
		t.lexeme, t.form = written, form
	}
	for k := before; k < len(m.raw); k++ {
		m.raw[k].typo = true
	}
}

// try adds entry id if its elements follow from token i on.
func (m *marker) try(id int32, i int) {
	e := &m.words.entries[id]
	at := i + 1
	for k := 1; k < len(e.elements); k++ {
		el := &e.elements[k]
		room := 0
		if el.gap {
			room = maxGap
		}
		at = m.pastHyphen(at)
		for {
			if at >= m.to {
				return
			}
			t := &m.tokens[at]
			m.steps++
			if el.matches(t) {
				break
			}
			if room == 0 || t.kind == mark && !isLight(t.fold) {
				return
			}
			if t.kind != mark {
				room--
			}
			at++
		}
		at++
	}
	m.raw = append(m.raw, hit{means: e.means, from: i, to: at})
}

// isLight says whether a phrase may go on behind the mark: a hyphen, or what
// stands around a name.
func isLight(w string) bool {
	switch w {
	case "-", "\"", "'", "„", "“", "”", "«", "»":
		return true
	}
	return false
}

// nearby is how many hits of one meaning are compared with each other.
const nearby = 40

// resolve adds hits to kept, but drops what an ignored phrase covers, what the
// operator's own name for a thing is made of, and repeats of one meaning at one
// place: the longest stands.
func resolve(kept, hits []hit) []hit {
	first, longest, ignoring, naming := len(kept), 0, false, false
	for i := range hits {
		longest = max(longest, hits[i].to-hits[i].from)
		ignoring = ignoring || hits[i].means == ignore
		naming = naming || hits[i].means >= own
	}
	for i := range hits {
		h := &hits[i]
		if ignoring && (h.means == ignore || isIgnored(hits, i, longest)) {
			continue
		}
		if naming && h.means < own && isInsideOwn(hits, i, longest) {
			continue
		}
		if hasLonger(hits, i, longest) || isRepeated(kept[first:], h) {
			continue
		}
		kept = append(kept, *h)
	}
	return kept
}

// isIgnored says whether an ignored phrase as long covers hits[i] or a part of
// it. The hits are ordered by where they begin, and none is longer than longest.
func isIgnored(hits []hit, i, longest int) bool {
	h := &hits[i]
	covers := func(o *hit) bool { return o.means == ignore && o.overlaps(*h) && o.to-o.from >= h.to-h.from }
	for k := i - 1; k >= 0 && h.from-hits[k].from < longest; k-- {
		if covers(&hits[k]) {
			return true
		}
	}
	for k := i + 1; k < len(hits) && hits[k].from < h.to; k++ {
		if covers(&hits[k]) {
			return true
		}
	}
	return false
}

// isInsideOwn says whether hits[i] stands inside a name that the operator added:
// "video" and "call" in "video call".
func isInsideOwn(hits []hit, i, longest int) bool {
	h := &hits[i]
	covers := func(o *hit) bool { return o.means >= own && o.to >= h.to }
	for k := i - 1; k >= 0 && h.from-hits[k].from < longest; k-- {
		if covers(&hits[k]) {
			return true
		}
	}
	for k := i + 1; k < len(hits) && hits[k].from == h.from; k++ {
		if covers(&hits[k]) {
			return true
		}
	}
	return false
}

// hasLonger says whether a longer hit of the same meaning covers hits[i].
func hasLonger(hits []hit, i, longest int) bool {
	h := &hits[i]
	if h.to-h.from == longest {
		return false
	}
	covers := func(o *hit) bool { return o.means == h.means && o.to >= h.to && o.to-o.from > h.to-h.from }
	for k := i - 1; k >= max(0, i-nearby) && h.from-hits[k].from < longest; k-- {
		if covers(&hits[k]) {
			return true
		}
	}
	for k := i + 1; k < min(len(hits), i+nearby) && hits[k].from == h.from; k++ {
		if covers(&hits[k]) {
			return true
		}
	}
	return false
}

// isRepeated says whether h is among the hits that were kept.
func isRepeated(kept []hit, h *hit) bool {
	for k := len(kept) - 1; k >= max(0, len(kept)-nearby) && kept[k].from == h.from; k-- {
		if kept[k].means == h.means && kept[k].to == h.to {
			return true
		}
	}
	return false
}
