package text

import (
	_ "embed"
	"fmt"
	"hash/maphash"
	"strings"
	"sync"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/german"
)

//go:embed words/en.txt
var englishFile string

//go:embed words/de.txt
var germanFile string

// A Vocabulary is what the method knows of words, English and German. It does
// not change, and is for any number of goroutines.
type Vocabulary struct {
	dictionaries [2]*dictionary // English, German
	memo         memo
	readers      sync.Pool // of *reader
}

// shipped is read once, when it is first asked for, since reading it takes
// longer than all else that a program does before it starts.
var shipped = sync.OnceValue(func() *Vocabulary {
	v := &Vocabulary{memo: memo{seed: maphash.MakeSeed()}}
	v.dictionaries[index(English)] = mustRead(English, englishFile)
	v.dictionaries[index(German)] = mustRead(German, germanFile)
	return v
})

// Warm reads the vocabularies, so that the first note does not wait for it.
func Warm() { shipped() }

// index is the place of a language in a Vocabulary; not for Unknown.
func index(l Language) int {
	if l == German {
		return 1
	}
	return 0
}

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
	minTypo = 6  // letters a word must have to be read with a typo
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

func mustRead(language Language, file string) *dictionary {
	v, err := readDictionary(language, file)
	if err != nil {
		panic(err)
	}
	return v
}

func readDictionary(language Language, file string) (*dictionary, error) {
	v := &dictionary{
		language: language, words: map[string][]int32{}, stems: map[string][]int32{},
		ids: map[string]int32{}, parts: map[string][]int32{}, isKnown: map[string]bool{}, listed: map[string]bool{},
	}
	v.stemmers.New = func() any { return &stemmer{language: language, env: snowballstem.NewEnv("")} }
	stems := stemmer{language: language, env: snowballstem.NewEnv("")}
	means := unknownMeaning
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			name := strings.Trim(line, "[]")
			if means = sections[name]; means == unknownMeaning {
				return nil, fmt.Errorf("vocabulary %s, line %d: no meaning is called %q", language, n+1, name)
			}
		default:
			for _, text := range strings.Split(line, "|") {
				if err := v.add(text, means, &stems); err != nil {
					return nil, fmt.Errorf("vocabulary %s, line %d: %w", language, n+1, err)
				}
			}
		}
	}
	v.teach(stems.known)
	return v, nil
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
	if len(text) < 4 {
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
