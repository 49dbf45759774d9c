package text

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/german"

	"tocsin/pkg/policy"
)

// How an element of an entry is compared with a word.
type match uint8

const (
	byStem match = iota
	exact
	prefix
	suffix
	inside
)

// An element is one word of an entry.
type element struct {
	text string
	raw  string // as the file writes it, folded
	// The numbers of text and raw among the words of the dictionary.
	id, rawID int32
	how       match
	gap       bool // other words may stand before it
}

// alone is the number of the word that the element is, or 0 where it can be
// one of many, or stand farther on.
func (el element) alone() int32 {
	if el.gap || el.how != exact && el.how != byStem {
		return 0
	}
	return el.id
}

// An entry is one or more words with a meaning.
type entry struct {
	elements []element
	means    meaning
}

const (
	maxGap  = 8  // words that may stand in a gap
	anchor  = 3  // letters by which parts of words are found
	minTypo = 6  // letters a word must have to be read with a typo; one less where two are swapped
	maxStem = 40 // bytes a word may have to be reduced to its stem
)

// A dictionary finds the entries that begin with a word of one language.
type dictionary struct {
	language Language
	entries  []entry
	ids      map[string]int32   // the words and stems of all entries, numbered from 1
	words    map[string][]int32 // exact first words
	stems    map[string][]int32 // first words by stem
	parts    map[string][]int32 // parts of first words, by anchor
	near     neighbours         // of the known words
	known    []string           // the words that typos are corrected to
	isKnown  map[string]bool
	listed   map[string]bool // words that are entries as they stand; their stems say no more
	stemmers sync.Pool       // of *stemmer
}

func newDictionary(language Language) *dictionary {
	v := &dictionary{
		language: language, words: map[string][]int32{}, stems: map[string][]int32{},
		ids: map[string]int32{}, parts: map[string][]int32{}, isKnown: map[string]bool{}, listed: map[string]bool{},
	}
	v.stemmers.New = func() any { return &stemmer{language: language, env: snowballstem.NewEnv("")} }
	return v
}

// read takes in a vocabulary file, and the words of a policy: where the file
// has a section for their meaning, the others behind it.
func (v *dictionary) read(file string, given map[meaning][]policy.Entry) error {
	stems := &stemmer{language: v.language, env: snowballstem.NewEnv("")}
	addAll := func(m meaning) error {
		for _, e := range given[m] {
			if err := v.add(string(e), m, stems); err != nil {
				return err
			}
		}
		delete(given, m)
		return nil
	}
	means := unknownMeaning
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		var err error
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			if means = sections[strings.Trim(line, "[]")]; means == unknownMeaning {
				err = errors.New("no meaning is called so")
			} else {
				err = addAll(means)
			}
		default:
			for text := range strings.SplitSeq(line, "|") {
				err = errors.Join(err, v.add(text, means, stems))
			}
		}
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", v.language, n+1, err)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(given)) {
		if err := addAll(m); err != nil {
			return fmt.Errorf("%s: %w", v.language, err)
		}
	}
	v.teach(stems.known)
	return nil
}

func (v *dictionary) add(text string, means meaning, stems *stemmer) error {
	e := entry{means: means}
	gap := false
	for _, w := range strings.Fields(strings.ReplaceAll(text, "-", " ")) {
		if w == "..." {
			gap = true
			continue
		}
		el := readElement(w, stems)
		el.gap, gap = gap, false
		el.id, el.rawID = v.number(el.text), v.number(el.raw)
		e.elements = append(e.elements, el)
	}
	if len(e.elements) == 0 {
		return fmt.Errorf("empty entry in %q", text)
	}
	id := int32(len(v.entries))
	v.entries = append(v.entries, e)
	if len(e.elements) == 1 && e.elements[0].raw != "" {
		v.listed[e.elements[0].raw] = true
	}
	switch first := e.elements[0]; first.how {
	case exact:
		v.words[first.text] = append(v.words[first.text], id)
	case byStem:
		v.stems[first.text] = append(v.stems[first.text], id)
	default:
		if len(first.text) < anchor {
			return fmt.Errorf("%q is shorter than %d letters", first.text, anchor)
		}
		v.parts[first.text[:anchor]] = append(v.parts[first.text[:anchor]], id)
	}
	return nil
}

func readElement(w string, stems *stemmer) element {
	text := fold(strings.Trim(w, "*="))
	switch {
	case strings.HasPrefix(w, "="):
		return element{text: text, how: exact}
	case strings.HasPrefix(w, "*") && strings.HasSuffix(w, "*"):
		return element{text: text, how: inside}
	case strings.HasPrefix(w, "*"):
		return element{text: text, how: suffix}
	case strings.HasSuffix(w, "*"):
		return element{text: text, how: prefix}
	}
	stems.known = append(stems.known, text)
	if len(text) < 4 || text[0] >= '0' && text[0] <= '9' {
		return element{text: text, how: exact}
	}
	return element{text: stems.stem(text), raw: text, how: byStem}
}

// number numbers a word or stem of the entries.
func (v *dictionary) number(w string) int32 {
	if w == "" {
		return 0
	}
	id, ok := v.ids[w]
	if !ok {
		id = int32(len(v.ids) + 1)
		v.ids[w] = id
	}
	return id
}

// matches compares the element with a token that has its form.
func (el *element) matches(t *token) bool {
	switch el.how {
	case exact:
		return t.foldID == el.id
	case byStem:
		return t.stemID == el.id && (!t.function || t.foldID == el.rawID)
	case prefix:
		return strings.HasPrefix(t.fold, el.text)
	case suffix:
		return strings.HasSuffix(t.fold, el.text)
	default:
		return strings.Contains(t.fold, el.text)
	}
}

// A stemmer reduces words of one language to their stems. It is for one
// goroutine.
type stemmer struct {
	language Language
	env      *snowballstem.Env
	known    []string // the words that were read from the file
}

func (s *stemmer) stem(folded string) string {
	if len(folded) < 4 {
		return folded
	}
	s.env.SetCurrent(folded)
	if s.language == German {
		german.Stem(s.env)
	} else {
		english.Stem(s.env)
	}
	return s.env.Current()
}
