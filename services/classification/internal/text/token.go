package text

import (
	"strings"
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

// A token is a word, a number or a mark of the body.
type token struct {
	fold       string // lower case, umlauts written out, accents dropped
	stem       string // words only
	start, end int    // in Body.Text
	kind       kind
	capital    bool // begins with a capital letter
	shouted    bool // all capitals, two or more
	numeric    bool // it may begin a number word
	function   bool // a function word of either language
	english    float32
	german     float32
	foreign    float32
	glued      bool // follows the token before it without a space
	line       int  // number of line breaks before it, up to two
}

// tokenize splits the body into words, numbers and marks. Hyphens part words,
// apostrophes do not; digits and letters part ("24h").
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/5+4)
	line, last := 0, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == '\n' {
			line = min(line+1, 2)
		}
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		t := token{start: i, line: line, glued: i == last && i > 0}
		t.end, t.kind = scan(text, i, r, n)
		t.describe(text[t.start:t.end], r)
		tokens = append(tokens, t)
		i, last, line = t.end, t.end, 0
	}
	return tokens
}

// scan finds the end and the kind of the token that begins at i with r.
func scan(text string, i int, r rune, n int) (int, kind) {
	if end := scanAddress(text, i); end > i {
		return end, other
	}
	switch {
	case unicode.IsLetter(r):
		return scanWord(text, i), word
	case r >= '0' && r <= '9':
		return scanNumber(text, i)
	}
	return i + n, mark
}

func scanWord(text string, start int) int {
	i := start
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) {
			next, _ := utf8.DecodeRuneInString(text[i+n:])
			if r != '\'' || !unicode.IsLetter(next) || i-start == 1 && (text[start] == 's' || text[start] == 'd') {
				break
			}
		}
		i += n
	}
	return i
}

// scanNumber reads digits with separators inside; a clock time is no number.
func scanNumber(text string, i int) (int, kind) {
	kind := digit
	for i < len(text) {
		c := text[i]
		if c >= '0' && c <= '9' {
			i++
			continue
		}
		inside := i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9'
		if !inside || c != '.' && c != ',' && c != '\'' && c != ':' {
			break
		}
		if c == ':' {
			kind = other
		}
		i++
	}
	return i, kind
}

// scanAddress finds the end of a link or mail address that begins at i, or i.
func scanAddress(text string, i int) int {
	rest := text[i:]
	end := strings.IndexAny(rest[:min(len(rest), 2048)], " \n\t<>\"()")
	if end < 0 {
		end = min(len(rest), 2048)
		for end < len(rest) && !utf8.RuneStart(rest[end]) {
			end--
		}
	}
	head := rest[:min(end, 8)]
	if strings.HasPrefix(head, "http://") || strings.HasPrefix(head, "https://") || strings.HasPrefix(head, "www.") {
		return i + len(strings.TrimRight(rest[:end], ".,;:!?"))
	}
	if at := strings.IndexByte(rest[:min(end, 64)], '@'); at > 0 && strings.IndexByte(rest[at:end], '.') > 0 {
		return i + len(strings.TrimRight(rest[:end], ".,;:!?"))
	}
	return i
}

func (t *token) describe(raw string, first rune) {
	t.capital = unicode.IsUpper(first)
	t.fold = fold(raw)
	if t.kind == word {
		t.hint()
		t.shouted = t.capital && utf8.RuneCountInString(raw) > 1 && strings.ToUpper(raw) == raw
	}
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
