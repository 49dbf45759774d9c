package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number or a mark where it stands in the body.
type token struct {
	*lexeme
	*form           // what the word is in the language of its sentence
	start, end int  // in Body.Text
	line       int  // number of line breaks before it, up to two
	glued      bool // follows the token before it without a space
}

// A letter says what a byte of a text is.
type letter uint8

const (
	beyond letter = iota // part of a character beyond ASCII
	blank
	letters
	digits
	sign
)

// ascii are the letters of the first 128 bytes.
var ascii = func() (table [256]letter) {
	for c := range byte(utf8.RuneSelf) {
		switch r := rune(c); {
		case unicode.IsSpace(r):
			table[c] = blank
		case unicode.IsLetter(r):
			table[c] = letters
		case c >= '0' && c <= '9':
			table[c] = digits
		default:
			table[c] = sign
		}
	}
	return table
}()

// A scanner splits one body into tokens.
type scanner struct {
	text   string
	memo   *memo
	at     int // the next "@", or the end
	runEnd int // where the run of characters that an address may have ends
}

// tokenize adds the words, numbers and marks of the body to tokens. Hyphens
// part words, apostrophes do not; digits and letters part ("24h").
func (m *memo) tokenize(text string, tokens []token) []token {
	s := scanner{text: text, memo: m, at: -1}
	line, last := 0, 0
	for i := 0; i < len(text); {
		c := text[i]
		if c == '\n' {
			line = min(line+1, 2)
		}
		is := ascii[c]
		if is == blank {
			i++
			continue
		}
		if is == beyond {
			if r, n := utf8.DecodeRuneInString(text[i:]); unicode.IsSpace(r) {
				i += n
				continue
			}
		}
		end, kind := s.scan(i, is)
		tokens = append(tokens, token{
			lexeme: m.lexeme(text[i:end], kind), form: &formless, start: i, end: end, line: line, glued: i == last && i > 0,
		})
		i, last, line = end, end, 0
	}
	return tokens
}

// scan finds the end and the kind of the token that begins at i.
func (s *scanner) scan(i int, is letter) (int, kind) {
	if end := s.address(i); end > i {
		return end, other
	}
	n := 1
	if is == beyond {
		var r rune
		if r, n = utf8.DecodeRuneInString(s.text[i:]); unicode.IsLetter(r) {
			is = letters
		}
	}
	switch is {
	case letters:
		return scanWord(s.text, i), word
	case digits:
		return scanNumber(s.text, i)
	default:
		return i + n, mark
	}
}

func scanWord(text string, start int) int {
	i := start
	for i < len(text) {
		switch ascii[text[i]] {
		case letters:
			i++
			continue
		case beyond:
			if r, n := utf8.DecodeRuneInString(text[i:]); unicode.IsLetter(r) {
				i += n
				continue
			}
		case sign:
			if text[i] == '\'' && joins(text, start, i) {
				i++
				continue
			}
		default:
		}
		break
	}
	return i
}

// joins says whether the apostrophe at i stands inside the word that begins at
// start.
func joins(text string, start, i int) bool {
	next, _ := utf8.DecodeRuneInString(text[i+1:])
	return unicode.IsLetter(next) && !(i-start == 1 && (text[start] == 's' || text[start] == 'd'))
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

const (
	maxAddress = 2048 // bytes of a link or mail address
	maxMailbox = 64   // bytes of it up to the "@"
)

// address finds the end of a link or mail address that begins at i, or i.
func (s *scanner) address(i int) int {
	if s.isLink(i) {
		return i + len(strings.TrimRight(s.run(i), ".,;:!?"))
	}
	if s.at < i {
		s.at = len(s.text)
		if next := strings.IndexByte(s.text[i:], '@'); next >= 0 {
			s.at = i + next
		}
	}
	at := s.at - i
	if at == 0 || at >= maxMailbox || s.at == len(s.text) {
		return i
	}
	run := s.run(i)
	if at >= len(run) || strings.IndexByte(run[at:], '.') <= 0 {
		return i
	}
	return i + len(strings.TrimRight(run, ".,;:!?"))
}

func (s *scanner) isLink(i int) bool {
	switch s.text[i] {
	case 'h':
		return begins(s.text[i:], "http://", "https://")
	case 'w':
		return begins(s.text[i:], "www.")
	}
	return false
}

// run is the run of characters from i on that an address may have.
func (s *scanner) run(i int) string {
	if s.runEnd <= i {
		s.runEnd = len(s.text)
		if n := strings.IndexAny(s.text[i:], " \n\t<>\"()"); n >= 0 {
			s.runEnd = i + n
		}
	}
	end := min(s.runEnd, i+maxAddress)
	for end < len(s.text) && !utf8.RuneStart(s.text[end]) {
		end--
	}
	return s.text[i:end]
}
