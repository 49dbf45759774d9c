package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxBody is how much of a note is read once quotes are cut, in bytes.
const MaxBody = 64 << 10

// maxInput is how much of a note is looked at, in bytes, before anything is cut.
const maxInput = 1 << 20

// A Span is a piece of the original text, in bytes.
type Span struct{ Start, End int }

// A CutKind says why a piece of a note is not read.
type CutKind string

// The pieces of a note that are not read.
const (
	CutQuote     CutKind = "quote"     // earlier mail
	CutSignature CutKind = "signature" // who it is from
	CutLength    CutKind = "length"    // beyond what is read
)

// A Cut is a piece of a note that is not read, and why.
type Cut struct {
	Kind CutKind
	Span
}

// A Body is the part of a note that its author wrote now, as plain characters.
type Body struct {
	Text string
	Cuts []Cut
	// at and end have, for each byte of Text, where the character it came from
	// begins and ends in the original.
	at, end []int32
}

// Origin is where Text[start:end] stands in the original.
func (b Body) Origin(start, end int) Span {
	if start < 0 || start >= end || end > len(b.Text) {
		return Span{}
	}
	return Span{int(b.at[start]), int(b.end[end-1])}
}

// plain is text under construction: characters with their origin.
type plain struct {
	text []byte
	at   []int32
	end  []int32 // where the character of each byte ends in the original
}

func (p *plain) add(r rune, start, end int) {
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	for i := range n {
		p.text = append(p.text, buf[i])
		p.at = append(p.at, int32(start))
		p.end = append(p.end, int32(end))
	}
}

// Clean cuts what the author did not write now: quoted mail, signatures,
// markup, characters that cannot be seen.
func Clean(original string) Body {
	var cuts []Cut
	if len(original) > maxInput {
		cuts = append(cuts, Cut{CutLength, Span{maxInput, len(original)}})
		original = original[:maxInput]
	}
	p := strip(original, &cuts)
	return cutHistory(p, cuts)
}

// strip turns the original into plain characters: entities and tags resolved,
// typographic variants made one, invalid and invisible characters dropped.
func strip(s string, cuts *[]Cut) plain {
	p := plain{
		text: make([]byte, 0, len(s)), at: make([]int32, 0, len(s)), end: make([]int32, 0, len(s)),
	}
	markup := looksLikeMarkup(s)
	quoteDepth, quoteStart := 0, 0
	for i := 0; i < len(s); {
		if markup && s[i] == '<' {
			if tag, n := readTag(s[i:]); n > 0 {
				before := quoteDepth
				quoteDepth = max(0, quoteDepth+tag.quote)
				if before == 0 && quoteDepth > 0 {
					quoteStart = i
				}
				if before > 0 && quoteDepth == 0 {
					*cuts = append(*cuts, Cut{CutQuote, Span{quoteStart, i + n}})
				}
				if tag.breaks && quoteDepth == 0 {
					p.add('\n', i, i+n)
				}
				i += n
				continue
			}
		}
		if quoteDepth > 0 {
			i++
			continue
		}
		r, n := readRune(s[i:])
		if s[i] == '&' {
			r, n = readEntity(s[i:])
		}
		if r = visible(r); r != 0 {
			p.compose(r, i, i+n)
		}
		i += n
	}
	if quoteDepth > 0 {
		*cuts = append(*cuts, Cut{CutQuote, Span{quoteStart, len(s)}})
	}
	return p
}

// compose adds r, or joins a combining mark with the letter before it.
func (p *plain) compose(r rune, start, end int) {
	if r != '\u0308' {
		p.add(r, start, end)
		return
	}
	if len(p.text) == 0 {
		return
	}
	last := len(p.text) - 1
	joined, ok := map[byte]rune{'a': 'ä', 'o': 'ö', 'u': 'ü', 'A': 'Ä', 'O': 'Ö', 'U': 'Ü'}[p.text[last]]
	if !ok {
		return
	}
	from := int(p.at[last])
	p.text, p.at, p.end = p.text[:last], p.at[:last], p.end[:last]
	p.add(joined, from, end)
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
	case r == '\n' || r >= ' ' && r < 0x7f:
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

// keep copies the parts of p that stand, and bounds them.
func (p plain) keep(parts []Span, cuts []Cut) Body {
	b := Body{Cuts: cuts}
	var text strings.Builder
	for _, part := range parts {
		end := part.End
		if room := MaxBody - text.Len(); end-part.Start > room {
			end = part.Start + room
			for end > part.Start && !utf8.RuneStart(p.text[end]) {
				end--
			}
			b.Cuts = append(b.Cuts, Cut{CutLength, Span{int(p.at[end]), int(p.end[len(p.end)-1])}})
		}
		text.Write(p.text[part.Start:end])
		b.at = append(b.at, p.at[part.Start:end]...)
		b.end = append(b.end, p.end[part.Start:end]...)
		if end < part.End {
			break
		}
	}
	b.Text = text.String()
	return b
}
