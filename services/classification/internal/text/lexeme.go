package text

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// A kind is what a token is made of.
type kind uint8

const (
	word  kind = iota
	digit      // a number in digits
	mark       // one character of punctuation
	other      // an address, a link, a clock time: nothing to count
)

// A lexeme is a word, number or mark by its letters alone, wherever it stands.
type lexeme struct {
	raw      string // as it is written
	fold     string // lower case, umlauts written out, accents dropped
	kind     kind
	capital  bool // begins with a capital letter
	shouted  bool // all capitals, two or more
	numeric  bool // it may begin a number word
	function bool // a function word of either language
	strange  bool // a word in letters that neither language uses
	class    class
	cue      cue
	// For which language it speaks, and how much.
	english, german, foreign float32
	forms                    [2]atomic.Pointer[form] // English, German; made when first asked for
}

func newLexeme(raw string, k kind) *lexeme {
	first, _ := utf8.DecodeRuneInString(raw)
	l := &lexeme{raw: raw, fold: fold(raw), kind: k, capital: unicode.IsUpper(first)}
	l.class, l.cue = classes[l.fold], cuesOf[l.fold]
	if k == word {
		l.hint()
		l.shouted = l.capital && utf8.RuneCountInString(raw) > 1 && strings.ToUpper(raw) == raw
		l.strange = strings.ContainsFunc(l.fold, func(r rune) bool { return r > 0x24f })
	}
	return l
}

// as is the word read as another one, which it most likely is, mistyped. How it
// is written stays.
func (l *lexeme) as(known string) *lexeme {
	return &lexeme{
		raw: l.raw, fold: known, kind: l.kind, capital: l.capital, shouted: l.shouted, numeric: l.numeric, function: l.function, strange: l.strange,
		class: classes[known], cue: cuesOf[known], english: l.english, german: l.german, foreign: l.foreign,
	}
}

// startsNumber says whether a number may begin with it.
func (l *lexeme) startsNumber() bool { return l.kind == digit || l.numeric }

const (
	memoSize = 1 << 14 // lexemes that are remembered
	maxMemo  = 40      // the longest word that is, in bytes
)

// A memo remembers lexemes, so that what follows from a word's letters alone is
// worked out once. It holds no more than a fixed number, forgets one for
// another, and is for any number of goroutines. What it remembers changes how
// long a reading takes, and nothing else.
type memo struct {
	seed  maphash.Seed
	slots [memoSize]atomic.Pointer[lexeme] // a word has two to be in: the latter forgets first
}

// lexeme returns what is written as raw.
func (m *memo) lexeme(raw string, k kind) *lexeme {
	if len(raw) > maxMemo {
		return newLexeme(raw, k)
	}
	at := maphash.String(m.seed, raw) % (memoSize / 2) * 2
	first := m.slots[at].Load()
	if first != nil && first.raw == raw && first.kind == k {
		return first
	}
	if second := m.slots[at+1].Load(); second != nil && second.raw == raw && second.kind == k {
		return second
	}
	l := newLexeme(strings.Clone(raw), k)
	m.slots[at+1].Store(first)
	m.slots[at].Store(l)
	return l
}

// fold writes a word the way the vocabulary does: lower case, umlauts written
// out, accents and the apostrophes of short forms dropped.
func fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] >= 'A' && s[i] <= 'Z' || s[i] == '\'' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	out := make([]byte, 0, len(s)+4)
	for _, r := range s {
		switch r = unicode.ToLower(r); r {
		case 'ä', 'æ':
			out = append(out, "ae"...)
		case 'ö', 'ø':
			out = append(out, "oe"...)
		case 'ü':
			out = append(out, "ue"...)
		case 'ß':
			out = append(out, "ss"...)
		case 'à', 'á', 'â', 'ã', 'å':
			out = append(out, 'a')
		case 'è', 'é', 'ê', 'ë':
			out = append(out, 'e')
		case 'ì', 'í', 'î', 'ï':
			out = append(out, 'i')
		case 'ò', 'ó', 'ô', 'õ':
			out = append(out, 'o')
		case 'ù', 'ú', 'û':
			out = append(out, 'u')
		case 'ç':
			out = append(out, 'c')
		case 'ñ':
			out = append(out, 'n')
		case '\'':
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out)
}
