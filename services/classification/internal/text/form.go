package text

import (
	"slices"
	"strings"
)

// A form is what a lexeme is in one language.
type form struct {
	stem string // of words only
	// The numbers of the word and of its stem in the dictionary; 0 where no entry has them.
	foldID, stemID int32
	candidates     []candidate
	// typo is the word that this one most likely is, mistyped, or nil. It counts
	// where nothing else does.
	typo *lexeme
}

// formless is the form of a token that is in neither language.
var formless form

// A candidate is an entry whose first word is there.
type candidate struct {
	entry int32
	// next is the number of the word that must follow, 0 where it need not be
	// that one.
	next int32
}

// form returns what l is in the language of the dictionary.
func (v *dictionary) form(l *lexeme) *form {
	slot := &l.forms[index(v.language)]
	f := slot.Load()
	if f == nil {
		f = v.newForm(l)
		slot.Store(f)
	}
	return f
}

func (v *dictionary) newForm(l *lexeme) *form {
	f := &form{foldID: v.ids[l.fold]}
	for _, id := range v.words[l.fold] {
		f.add(v, id)
	}
	if l.kind != word {
		return f
	}
	if len(l.fold) <= maxStem {
		s := v.stemmers.Get().(*stemmer)
		f.stem = s.stem(l.fold)
		v.stemmers.Put(s)
		f.stemID = v.ids[f.stem]
	}
	v.byStem(l, f)
	v.byPart(l, f)
	if !l.function {
		if known := v.correct(l.fold); known != "" {
			f.typo = l.as(known)
		}
	}
	return f
}

func (f *form) add(v *dictionary, id int32) {
	c := candidate{entry: id}
	if e := &v.entries[id]; len(e.elements) > 1 {
		c.next = e.elements[1].alone()
	}
	f.candidates = append(f.candidates, c)
}

// byStem adds the entries that begin with the stem.
func (v *dictionary) byStem(l *lexeme, f *form) {
	for _, id := range v.stems[f.stem] {
		e := &v.entries[id]
		first := &e.elements[0]
		if l.function && first.raw != l.fold {
			continue
		}
		if len(e.elements) > 1 || first.raw == l.fold || !v.listed[l.fold] {
			f.add(v, id)
		}
	}
}

// byPart adds the entries that begin with a part of the word.
func (v *dictionary) byPart(l *lexeme, f *form) {
	from := len(f.candidates)
	for k := 0; k+anchor <= len(l.fold); k++ {
		for _, id := range v.parts[l.fold[k:k+anchor]] {
			if !v.entries[id].elements[0].standsAt(l.fold, k) || slices.ContainsFunc(f.candidates[from:], func(c candidate) bool { return c.entry == id }) {
				continue
			}
			f.add(v, id)
		}
	}
}

// standsAt says whether the word has the element's part at byte k.
func (el *element) standsAt(w string, k int) bool {
	switch el.how {
	case prefix:
		return k == 0 && strings.HasPrefix(w, el.text)
	case suffix:
		return w[k:] == el.text
	default:
		return strings.HasPrefix(w[k:], el.text)
	}
}
