package text

import (
	"slices"

	"github.com/blevesearch/snowballstem"
)

// A hit is a place in the text that has a meaning.
type hit struct {
	from, to int // tokens
	means    meaning
	typo     bool
}

func (h hit) overlaps(o hit) bool { return h.from < o.to && o.from < h.to }

// A marker finds the meanings in the sentences of one note.
type marker struct {
	words   *vocabulary // of the sentence under way
	to      int         // where it ends
	tokens  []token
	stemmer stemmer
	stems   map[string]string
}

func newMarker(tokens []token) *marker {
	return &marker{tokens: tokens, stemmer: stemmer{env: snowballstem.NewEnv("")}, stems: map[string]string{}}
}

// mark returns the hits in tokens[from:to], in order, by the vocabulary of the
// language.
func (m *marker) mark(from, to int, language Language) []hit {
	read, ok := vocabularies[language]
	if !ok {
		return nil
	}
	v := read()
	if m.stemmer.language != language {
		m.stemmer.language = language
		clear(m.stems)
	}
	for i := from; i < to; i++ {
		m.stem(&m.tokens[i])
	}
	m.words, m.to = v, to
	hits := make([]hit, 0, 3*(to-from))
	for i := from; i < to; i++ {
		before := len(hits)
		hits = m.markAt(i, hits)
		if len(hits) == before {
			hits = m.markTypo(i, hits)
		}
	}
	return resolve(hits)
}

func (m *marker) stem(t *token) {
	if t.kind != word || len(t.fold) > 40 {
		return
	}
	stem, ok := m.stems[t.fold]
	if !ok {
		stem = m.stemmer.stem(t.fold)
		m.stems[t.fold] = stem
	}
	t.stem = stem
}

// markAt adds the entries that begin at token i.
func (m *marker) markAt(i int, hits []hit) []hit {
	v, t := m.words, &m.tokens[i]
	for _, id := range v.words[t.fold] {
		hits = m.try(id, i, hits)
	}
	if t.kind != word {
		return hits
	}
	for _, id := range v.stems[t.stem] {
		e := &v.entries[id]
		if first := e.elements[0]; first.matches(t) && (len(e.elements) > 1 || first.raw == t.fold || !v.listed[t.fold]) {
			hits = m.try(id, i, hits)
		}
	}
	for k := 0; k+anchor <= len(t.fold); k++ {
		for _, id := range v.parts[t.fold[k:k+anchor]] {
			if v.entries[id].elements[0].matches(t) {
				hits = m.try(id, i, hits)
			}
		}
	}
	return hits
}

// markTypo reads token i as the known word that it most likely is.
func (m *marker) markTypo(i int, hits []hit) []hit {
	t := &m.tokens[i]
	if t.kind != word || t.function {
		return hits
	}
	known := m.words.correct(t.fold)
	if known == "" {
		return hits
	}
	fold, stem := t.fold, t.stem
	t.fold = known
	m.stem(t)
	before := len(hits)
	hits = m.markAt(i, hits)
	if len(hits) == before {
		t.fold, t.stem = fold, stem
		return hits
	}
	for k := before; k < len(hits); k++ {
		hits[k].typo = true
	}
	return hits
}

// try adds entry id if its elements follow from token i on.
func (m *marker) try(id int32, i int, hits []hit) []hit {
	e := &m.words.entries[id]
	at := i + 1
	for _, el := range e.elements[1:] {
		room := 0
		if el.gap {
			room = maxGap
		}
		for {
			if at >= m.to {
				return hits
			}
			if el.matches(&m.tokens[at]) {
				break
			}
			if room == 0 || m.tokens[at].kind == mark && m.tokens[at].fold != "-" {
				return hits
			}
			if m.tokens[at].kind != mark {
				room--
			}
			at++
		}
		at++
	}
	return append(hits, hit{means: e.means, from: i, to: at})
}

// resolve drops what an ignored phrase covers, and repeats of one meaning at
// one place: the longest stands.
func resolve(hits []hit) []hit {
	kept := make([]hit, 0, len(hits))
	ignoring := slices.ContainsFunc(hits, func(h hit) bool { return h.means == ignore })
	for i, h := range hits {
		if ignoring && (h.means == ignore || slices.ContainsFunc(hits, func(o hit) bool { return o.means == ignore && o.overlaps(h) && o.to-o.from >= h.to-h.from })) {
			continue
		}
		longer := func(o hit) bool {
			return o.means == h.means && o.from <= h.from && o.to >= h.to && o.to-o.from > h.to-h.from
		}
		near := hits[max(0, i-40):min(len(hits), i+40)]
		same := func(o hit) bool { return o.means == h.means && o.from == h.from && o.to == h.to }
		if slices.ContainsFunc(near, longer) || slices.ContainsFunc(kept[max(0, len(kept)-40):], same) {
			continue
		}
		kept = append(kept, h)
	}
	return kept
}
