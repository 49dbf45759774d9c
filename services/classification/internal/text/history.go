package text

import "strings"

// lookahead is how many lines a mail header may take.
const lookahead = 6

// cutHistory keeps the lines that the author wrote now. It drops quoted lines,
// everything below a reply or forward header, and signatures.
func cutHistory(p plain, cuts []Cut) Body {
	h := history{p: p, lines: splitLines(p.text), cuts: cuts}
	for i := 0; i < len(h.lines); i++ {
		i = h.line(i)
	}
	return p.keep(h.parts, h.cuts)
}

// history is the reading of a note line by line.
type history struct {
	p      plain
	lines  []Span
	parts  []Span
	cuts   []Cut
	signed bool // the author has signed
	wrote  bool // the author has written something
}

// line keeps or cuts line i and returns the last line it dealt with.
func (h *history) line(i int) int {
	line := h.trimmed(i)
	switch {
	case line == "":
		h.keep(i)
	case line[0] == '>':
		h.cut(CutQuote, i, i)
	case isDelimiter(line):
		h.cut(CutSignature, i, len(h.lines)-1)
		return len(h.lines)
	case isSentFrom(line):
		h.cut(CutSignature, i, i)
	case h.replyHeader(i) >= 0:
		last := h.replyHeader(i)
		if h.quotedBelow(last + 1) {
			h.cut(CutQuote, i, last)
			return last
		}
		h.cut(CutQuote, i, len(h.lines)-1)
		return len(h.lines)
	case h.mailHeader(i) >= 0:
		last := h.mailHeader(i)
		if !h.wrote { // the note is a whole mail: its own header, then its own words
			h.cut(CutQuote, i, last)
			return last
		}
		h.cut(CutQuote, i, len(h.lines)-1)
		return len(h.lines)
	case h.signed && len(strings.Fields(line)) <= 8 && !isPostscript(line):
		h.cut(CutSignature, i, i)
	default:
		h.signed = h.wrote && isClosing(line)
		h.wrote = true
		h.keep(i)
	}
	return i
}

func (h *history) keep(i int) { h.parts = append(h.parts, h.lines[i]) }

func (h *history) cut(kind CutKind, from, to int) {
	start, end := h.lines[from].Start, h.lines[to].End
	if start == end {
		return
	}
	span := Span{int(h.p.at[start]), int(h.p.end[end-1])}
	if n := len(h.cuts); n > 0 && h.cuts[n-1].Kind == kind && h.cuts[n-1].End == span.Start {
		h.cuts[n-1].End = span.End
		return
	}
	h.cuts = append(h.cuts, Cut{kind, span})
}

func (h *history) trimmed(i int) string {
	if i >= len(h.lines) {
		return ""
	}
	span := h.lines[i]
	return strings.TrimSpace(string(h.p.text[span.Start:min(span.End, span.Start+512)]))
}

// replyHeader returns the last line of the reply header that begins on line i,
// or -1: "On … wrote:", "Am … schrieb …:", over two lines at most.
func (h *history) replyHeader(i int) int {
	line := strings.ToLower(h.trimmed(i))
	for _, mark := range []string{
		"-original message-", "- original message -", "-ursprüngliche nachricht-", "- ursprüngliche nachricht -",
		"forwarded message", "weitergeleitete nachricht", "originalnachricht", "begin forwarded message",
	} {
		if strings.Contains(line, mark) && len(line) < 80 {
			return i
		}
	}
	if isReplyHeader(line) {
		return i
	}
	if begins(line, "on ", "am ") && isReplyHeader(line+" "+strings.ToLower(h.trimmed(i+1))) {
		return i + 1
	}
	return -1
}

func isReplyHeader(line string) bool {
	if !strings.HasSuffix(line, ":") || len(line) > 300 {
		return false
	}
	if strings.HasSuffix(line, "wrote:") {
		return begins(line, "on ") || strings.ContainsAny(line, "@0123456789")
	}
	return strings.Contains(line, " schrieb") && (begins(line, "am ") || strings.Contains(line, " schrieb am "))
}

// quotedBelow says whether the next line with words, from line i on, is quoted.
func (h *history) quotedBelow(i int) bool {
	for ; i < len(h.lines); i++ {
		if line := h.trimmed(i); line != "" {
			return line[0] == '>'
		}
	}
	return false
}

// mailHeader returns the last line of the block of mail headers that begins on
// line i, or -1.
func (h *history) mailHeader(i int) int {
	if !begins(strings.ToLower(h.trimmed(i)), "from:", "von:", "*from:*", "*von:*") {
		return -1
	}
	found, last := 0, -1
	for j := i + 1; j < min(i+lookahead, len(h.lines)); j++ {
		if begins(strings.TrimLeft(strings.ToLower(h.trimmed(j)), "*"), "sent:", "date:", "to:", "cc:", "subject:", "gesendet:", "datum:", "an:", "betreff:") {
			found, last = found+1, j
		}
	}
	if found < 2 {
		return -1
	}
	return last
}

func isDelimiter(line string) bool {
	return line == "--" || line == "—" || len(line) > 15 && strings.Trim(line, "_") == ""
}

func isSentFrom(line string) bool {
	line = strings.ToLower(line)
	return len(line) < 60 && (begins(line, "sent from my", "sent from outlook", "sent from mail", "get outlook for", "von meinem", "gesendet von", "gesendet mit") &&
		!strings.Contains(line, " ich "))
}

func isPostscript(line string) bool {
	return begins(strings.ToLower(line), "ps", "p.s", "nb:", "edit", "update", "nachtrag", "übrigens")
}

// isClosing says whether the line takes leave, as letters do before a name.
func isClosing(line string) bool {
	line = strings.TrimRight(strings.ToLower(line), " ,.!–-")
	if len(strings.Fields(line)) > 6 {
		return false
	}
	for _, closing := range []string{
		"best", "kind regards", "regards", "best regards", "warm regards", "many thanks", "thanks", "thank you", "thx",
		"cheers", "sincerely", "yours", "all the best", "mfg", "lg", "vg", "bg", "gruß", "gruss", "grüße", "grüsse", "gruesse", "beste grüße", "beste grüsse", "beste gruesse",
		"viele grüße", "viele grüsse", "viele gruesse", "liebe grüße", "liebe grüsse", "liebe gruesse", "mit freundlichen grüßen", "mit freundlichen grüssen",
		"mit freundlichen gruessen", "freundliche grüße", "freundliche grüsse", "freundliche gruesse", "mit besten grüßen", "herzliche grüße", "herzliche grüsse",
		"danke", "vielen dank", "besten dank", "dankeschön", "schöne grüße", "schöne grüsse", "merci",
	} {
		if line == closing {
			return true
		}
	}
	return false
}

func begins(s string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// splitLines returns the lines of text with their line breaks.
func splitLines(text []byte) []Span {
	var lines []Span
	start := 0
	for i, c := range text {
		if c == '\n' {
			lines = append(lines, Span{start, i + 1})
			start = i + 1
		}
	}
	if start < len(text) {
		lines = append(lines, Span{start, len(text)})
	}
	return lines
}
