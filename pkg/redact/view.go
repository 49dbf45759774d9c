package redact

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden stands in a view for a placeholder, or for what one will replace. No
// text decodes to it.
const hidden rune = -1

// A char is one visible character of the text.
type char struct {
	r rune
	// at and end are its bytes in the source.
	at, end int32
}

// A view is a text as the finders see it: without characters that cannot be
// seen, one variant of each that has several, and one mark for all that is
// hidden, however long. So a view does not change when what it hides is
// replaced, and who finds nothing in it finds nothing in the result.
type view struct {
	source string
	chars  []char
	// kinds are those of the hidden, by their first byte; placeholders that were
	// there before have none.
	kinds map[int32]Kind
	// floor is the end of the last span that a finder took: nobody looks back behind it.
	floor int
}

// A span is a piece of a view: chars[from:to].
type span struct {
	from, to int
	kind     Kind
}

// look makes the view of s.
func look(s string) *view {
	v := &view{source: s, chars: make([]char, 0, len(s)), kinds: map[int32]Kind{}}
	for i := 0; i < len(s); {
		if s[i] == '[' {
			if _, _, n := placeholder(s[i:]); n > 0 {
				v.chars = append(v.chars, char{hidden, int32(i), int32(i + n)})
				i += n
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			r = 0
		}
		if r = plain(r); r != 0 {
			v.chars = append(v.chars, char{r, int32(i), int32(i + n)})
		}
		i += n
	}
	return v
}

// plain is the one variant of r that the finders know, 0 if it cannot be seen.
func plain(r rune) rune {
	switch {
	case r == '\n' || r >= ' ' && r < 0x7f:
		return r
	case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case r >= 0xff01 && r <= 0xff5e: // full-width forms
		return r - 0xff01 + '!'
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0xfe63:
		return '-'
	case r >= 0x2018 && r <= 0x201b || r == 0xb4 || r == 0x2bc:
		return '\''
	case r >= 0x201c && r <= 0x201f || r == 0xab || r == 0xbb:
		return '"'
	case r == 0xad || r == 0xfeff || unicode.Is(unicode.Cf, r):
		return 0
	case r < ' ' || r == 0x7f || unicode.IsSpace(r) || r == utf8.RuneError:
		return ' '
	}
	return r
}

// hide replaces spans by one mark each. They are in order and apart.
func (v *view) hide(spans []span) *view {
	out := &view{source: v.source, chars: make([]char, 0, len(v.chars)), kinds: v.kinds}
	last := 0
	for _, s := range spans {
		out.chars = append(out.chars, v.chars[last:s.from]...)
		at := v.chars[s.from].at
		out.chars = append(out.chars, char{hidden, at, v.chars[s.to-1].end})
		out.kinds[at], last = s.kind, s.to
	}
	out.chars = append(out.chars, v.chars[last:]...)
	return out
}

// covered says that there is nothing in a span but what is hidden already.
func (v *view) covered(s span) bool {
	return v.run(s.from, func(r rune) bool { return r == hidden }) >= s.to
}

// r is the character at i, a line's end before and after the text.
func (v *view) r(i int) rune {
	if i < 0 || i >= len(v.chars) {
		return '\n'
	}
	return v.chars[i].r
}

// text is the piece as the finders see it.
func (v *view) text(from, to int) string {
	var b strings.Builder
	for _, c := range v.chars[from:to] {
		if c.r == hidden {
			b.WriteRune(utf8.RuneError)
			continue
		}
		b.WriteRune(c.r)
	}
	return b.String()
}

// run is where the characters that is lets through end, from i on.
func (v *view) run(i int, is func(rune) bool) int {
	for i < len(v.chars) && is(v.chars[i].r) {
		i++
	}
	return i
}

// far bounds how far a finder looks around itself, so that its time stays linear.
const far = 256

// near is run, not far.
func (v *view) near(i int, is func(rune) bool) int {
	for last := i + far; i < last && i < len(v.chars) && is(v.chars[i].r); {
		i++
	}
	return i
}

// back is where the characters that is lets through begin that end at i.
// What was taken before is not looked at.
func (v *view) back(i int, is func(rune) bool) int {
	for last := max(v.floor, i-far); i > last && is(v.chars[i-1].r); {
		i--
	}
	return i
}

// skip passes over the spaces of a line.
func (v *view) skip(i int) int { return v.run(i, func(r rune) bool { return r == ' ' }) }

// maxNumber is how many digits a placeholder's number has at most.
const maxNumber = 6

// placeholder reads the placeholder that s begins with; size 0 if it does not.
func placeholder(s string) (kind Kind, n, size int) {
	if len(s) == 0 || s[0] != '[' {
		return "", 0, 0
	}
	for _, kind := range kinds {
		rest, ok := strings.CutPrefix(s[1:], string(kind)+"_")
		if !ok {
			continue
		}
		digits := 0
		for digits < len(rest) && digits < maxNumber && isDigit(rune(rest[digits])) {
			digits++
		}
		if digits == 0 || digits == len(rest) || rest[digits] != ']' {
			continue
		}
		n, err := strconv.Atoi(rest[:digits])
		if err != nil {
			continue
		}
		return kind, n, len(s) - len(rest) + digits + 1
	}
	return "", 0, 0
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func letterOrDigit(r rune) bool { return letter(r) || unicode.IsDigit(r) }

// solid is whatever is no space: what a link or a password is made of.
func solid(r rune) bool { return r != ' ' && r != '\n' }
