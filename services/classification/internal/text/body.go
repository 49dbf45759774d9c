package text

import (
	"slices"
	"strings"
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
	runs []run
}

// A run is a piece of plain text and where in the original it comes from:
// either byte by byte, or all of it from one character there.
type run struct {
	at   int32 // where it begins in the text
	from int32 // where it begins in the original
	one  int32 // the length of the one character in the original, or 0
}

// Origin is where Text[start:end] stands in the original.
func (b Body) Origin(start, end int) Span {
	if start < 0 || start >= end || end > len(b.Text) {
		return Span{}
	}
	return originOf(b.runs, b.Text, start, end)
}

// originOf is the place in the original of what stands in text[start:end].
func originOf(runs []run, text string, start, end int) Span {
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	first, last := runs[runAt(runs, start)], runs[runAt(runs, end-1)]
	s := Span{int(first.from) + start - int(first.at), int(last.from) + end - int(last.at)}
	if first.one > 0 {
		s.Start = int(first.from)
	}
	if last.one > 0 {
		s.End = int(last.from + last.one)
	}
	return s
}

// runAt is the place of the run that byte i of the text is in.
func runAt(runs []run, i int) int {
	k, found := slices.BinarySearchFunc(runs, int32(i), func(r run, i int32) int { return int(r.at - i) })
	if !found {
		k--
	}
	return k
}

// Clean cuts what the author did not write now (quoted mail, signatures, markup,
// characters that cannot be seen) and what is said to the machine that reads.
func Clean(original string) Body {
	var cuts []Cut
	if len(original) > maxInput {
		cuts = append(cuts, Cut{CutLength, Span{maxInput, len(original)}})
		original = original[:maxInput]
	}
	p := strip(original, &cuts)
	p, cuts = cutInstructions(p, cuts)
	return cutHistory(p, cuts)
}

// keep copies the parts of p that stand, and bounds them.
func (p plain) keep(parts []Span, cuts []Cut) Body {
	b := Body{Cuts: cuts}
	if len(parts) == 1 && parts[0] == (Span{0, len(p.text)}) && len(p.text) <= MaxBody {
		b.Text, b.runs = p.text, p.runs
		return b
	}
	size := 0
	for _, part := range parts {
		size += part.End - part.Start
	}
	var text strings.Builder
	text.Grow(min(size, MaxBody))
	for _, part := range parts {
		end := part.End
		if room := MaxBody - text.Len(); end-part.Start > room {
			end = part.Start + room
			for end > part.Start && !utf8.RuneStart(p.text[end]) {
				end--
			}
			b.Cuts = append(b.Cuts, Cut{CutLength, originOf(p.runs, p.text, end, len(p.text))})
		}
		b.runs = p.runsOf(b.runs, Span{part.Start, end}, text.Len())
		text.WriteString(p.text[part.Start:end])
		if end < part.End {
			break
		}
	}
	b.Text = text.String()
	return b
}

// runsOf adds the runs of a part of the text that comes to stand at byte at.
func (p plain) runsOf(runs []run, part Span, at int) []run {
	if part.Start >= part.End {
		return runs
	}
	for k := runAt(p.runs, part.Start); k < len(p.runs) && int(p.runs[k].at) < part.End; k++ {
		r := p.runs[k]
		if before := int32(part.Start) - r.at; before > 0 {
			r.at, r.from = r.at+before, r.from+before
		}
		r.at += int32(at - part.Start)
		runs = append(runs, r)
	}
	return runs
}
