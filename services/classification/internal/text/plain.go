package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is text with its origin.
type plain struct {
	text string
	runs []run
}

// A stripper turns an original into plain characters: entities and tags
// resolved, typographic variants made one, invalid and invisible characters
// dropped.
type stripper struct {
	original   string
	markup     bool // angle brackets are read as tags
	text       []byte
	runs       []run
	cuts       *[]Cut
	quoteDepth int
	quoteStart int
}

func strip(original string, cuts *[]Cut) plain {
	s := stripper{original: original, markup: looksLikeMarkup(original), cuts: cuts}
	if n := s.standing(0); n == len(original) {
		return plain{text: original, runs: []run{{}}}
	}
	s.text = make([]byte, 0, len(original))
	for i := 0; i < len(original); {
		i = s.next(i)
	}
	if s.quoteDepth > 0 {
		*cuts = append(*cuts, Cut{CutQuote, Span{s.quoteStart, len(original)}})
	}
	return plain{text: string(s.text), runs: s.runs}
}

// next reads what stands at byte i and returns where it ends.
func (s *stripper) next(i int) int {
	if s.quoteDepth == 0 {
		if end := s.standing(i); end > i {
			s.extend(i)
			s.text = append(s.text, s.original[i:end]...)
			return end
		}
	}
	rest := s.original[i:]
	if s.markup && rest[0] == '<' {
		if tag, n := readTag(rest); n > 0 {
			s.tag(tag, i, i+n)
			return i + n
		}
	}
	if s.quoteDepth > 0 {
		if n := strings.IndexByte(rest[1:], '<'); n >= 0 {
			return i + 1 + n
		}
		return len(s.original)
	}
	r, n := readRune(rest)
	if rest[0] == '&' {
		r, n = readEntity(rest)
	}
	if r = visible(r); r != 0 {
		s.compose(r, i, i+n)
	}
	return i + n
}

// standing is the end of the run of characters from byte i on that stay as
// they are.
func (s *stripper) standing(i int) int {
	for i < len(s.original) {
		c := s.original[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s.original[i:])
			if r == utf8.RuneError || r == diaeresis || visible(r) != r {
				return i
			}
			i += n
			continue
		}
		if c < ' ' && c != '\n' || c == 0x7f || c == '&' || c == '<' && s.markup {
			return i
		}
		i++
	}
	return i
}

// tag deals with a piece of markup.
func (s *stripper) tag(t tag, start, end int) {
	before := s.quoteDepth
	s.quoteDepth = max(0, before+t.quote)
	if before == 0 && s.quoteDepth > 0 {
		s.quoteStart = start
	}
	if before > 0 && s.quoteDepth == 0 {
		*s.cuts = append(*s.cuts, Cut{CutQuote, Span{s.quoteStart, end}})
	}
	if t.breaks && s.quoteDepth == 0 {
		s.add('\n', start, end)
	}
}

// extend begins a run of characters that stay as they are at byte i of the
// original, unless one reaches that far.
func (s *stripper) extend(i int) {
	if n := len(s.runs); n > 0 {
		if last := &s.runs[n-1]; last.one == 0 && int(last.from)+len(s.text)-int(last.at) == i {
			return
		}
	}
	s.runs = append(s.runs, run{at: int32(len(s.text)), from: int32(i)})
}

// add adds r, which original[start:end] stands for.
func (s *stripper) add(r rune, start, end int) {
	if c := s.original[start]; end-start == 1 && c < utf8.RuneSelf && rune(c) == r {
		s.extend(start)
	} else {
		s.runs = append(s.runs, run{int32(len(s.text)), int32(start), int32(end - start)})
	}
	s.text = utf8.AppendRune(s.text, r)
}

// diaeresis combines with the letter before it.
const diaeresis = '\u0308'

// compose adds r, or joins a combining mark with the letter before it.
func (s *stripper) compose(r rune, start, end int) {
	if r != diaeresis {
		s.add(r, start, end)
		return
	}
	if len(s.text) == 0 {
		return
	}
	last := len(s.text) - 1
	joined, ok := map[byte]rune{'a': 'ä', 'o': 'ö', 'u': 'ü', 'A': 'Ä', 'O': 'Ö', 'U': 'Ü'}[s.text[last]]
	if !ok {
		return
	}
	before := s.runs[len(s.runs)-1]
	from := int(before.from)
	if before.one == 0 {
		from += last - int(before.at)
	}
	if int(before.at) == last {
		s.runs = s.runs[:len(s.runs)-1]
	}
	s.text = s.text[:last]
	s.add(joined, from, end)
}

func readRune(s string) (rune, int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n <= 1 {
		return ' ', 1
	}
	return r, n
}

// visible maps a character to the one variant that the method knows, or to 0
// if it cannot be seen.
func visible(r rune) rune {
	switch {
	case r == '\n' || r >= ' ' && r < 0x7f || r >= 'À' && r <= 'ɏ':
		return r
	case r == '\r':
		return 0
	case r < ' ' || r == 0x7f || r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '\u2007' || r == '\u3000':
		return ' '
	case r == '\u2018' || r == '\u2019' || r == '\u02bc' || r == '\u00b4':
		return '\''
	case r == '\u201c' || r == '\u201d' || r == '\u201e' || r == '\u00ab' || r == '\u00bb':
		return '"'
	case r == '\u2013' || r == '\u2014' || r == '\u2015':
		return '–'
	case r == '\u2010' || r == '\u2011' || r == '\u2212':
		return '-'
	case r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case r >= 0xff01 && r <= 0xff5e: // full-width forms
		return r - 0xff01 + '!'
	case r == '\u00ad' || r == '\ufeff' || r == utf8.RuneError || unicode.Is(unicode.Cf, r):
		return 0
	case r != '\u0308' && unicode.Is(unicode.Mn, r):
		return 0
	}
	return r
}
