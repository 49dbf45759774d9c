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
	if line == "" {
		h.keep(i)
		return i
	}
	if line[0] == '>' {
		h.cut(CutQuote, i, i)
		return i
	}
	if isDelimiter(line) {
		h.cut(CutSignature, i, len(h.lines)-1)
		return len(h.lines)
	}
	lower := strings.ToLower(line)
	if isSentFrom(lower) {
		h.cut(CutSignature, i, i)
		return i
	}
	if last, below := h.headers(i, lower); last >= 0 {
		if below {
			last = len(h.lines) - 1
		}
		h.cut(CutQuote, i, last)
		return last
	}
	if h.signed && len(strings.Fields(line)) <= 8 && !isPostscript(lower) {
		h.cut(CutSignature, i, i)
		return i
	}
	h.signed = h.wrote && isClosing(lower)
	h.wrote = true
	h.keep(i)
	return i
}

// headers returns the last line of the headers of earlier mail that begin on
// line i, or -1, and whether all that stands below is of that mail too.
func (h *history) headers(i int, lower string) (last int, below bool) {
	if last = h.replyHeader(i, lower); last >= 0 {
		return last, !h.quotedBelow(last + 1)
	}
	// Before the author wrote anything, the note is a whole mail: its own
	// header, then its own words.
	return h.mailHeader(i, lower), h.wrote
}

func (h *history) keep(i int) {
	line := h.lines[i]
	if n := len(h.parts); n > 0 && h.parts[n-1].End == line.Start {
		h.parts[n-1].End = line.End
		return
	}
	h.parts = append(h.parts, line)
}

func (h *history) cut(kind CutKind, from, to int) {
	start, end := h.lines[from].Start, h.lines[to].End
	if start == end {
		return
	}
	span := originOf(h.p.runs, h.p.text, start, end)
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
	return strings.TrimSpace(h.p.text[span.Start:min(span.End, span.Start+512)])
}

// replyHeader returns the last line of the reply header that begins on line i,
// or -1: "On … wrote:", "Am … schrieb …:", over two lines at most.
func (h *history) replyHeader(i int, line string) int {
	if len(line) < 80 && (strings.Contains(line, " message") || strings.Contains(line, "nachricht")) {
		for _, mark := range forwards {
			if strings.Contains(line, mark) {
				return i
			}
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

// forwards are what mail programs write above a mail that is passed on.
var forwards = []string{
	"-original message-", "- original message -", "-ursprüngliche nachricht-", "- ursprüngliche nachricht -",
	"forwarded message", "weitergeleitete nachricht", "originalnachricht", "begin forwarded message",
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
func (h *history) mailHeader(i int, line string) int {
	if !begins(line, "from:", "von:", "*from:*", "*von:*") {
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
	return len(line) < 60 && (begins(line, "sent from my", "sent from outlook", "sent from mail", "get outlook for", "von meinem", "gesendet von", "gesendet mit") &&
		!strings.Contains(line, " ich "))
}

func isPostscript(line string) bool {
	return begins(line, "ps", "p.s", "nb:", "edit", "update", "nachtrag", "übrigens")
}

// isClosing says whether the line takes leave, as letters do before a name.
func isClosing(line string) bool {
	line = strings.TrimRight(line, " ,.!–-")
	return len(line) < 40 && closings[line]
}

var closings = func() map[string]bool {
	set := map[string]bool{}
	for _, closing := range []string{
		"best", "kind regards", "regards", "best regards", "warm regards", "many thanks", "thanks", "thank you", "thx",
		"cheers", "sincerely", "yours", "all the best", "mfg", "lg", "vg", "bg", "gruß", "gruss", "grüße", "grüsse", "gruesse", "beste grüße", "beste grüsse", "beste gruesse",
		"viele grüße", "viele grüsse", "viele gruesse", "liebe grüße", "liebe grüsse", "liebe gruesse", "mit freundlichen grüßen", "mit freundlichen grüssen",
		"mit freundlichen gruessen", "freundliche grüße", "freundliche grüsse", "freundliche gruesse", "mit besten grüßen", "herzliche grüße", "herzliche grüsse",
		"danke", "vielen dank", "besten dank", "dankeschön", "schöne grüße", "schöne grüsse", "merci",
	} {
		set[closing] = true
	}
	return set
}()

func begins(s string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// splitLines returns the lines of text with their line breaks.
func splitLines(text string) []Span {
	lines := make([]Span, 0, strings.Count(text, "\n")+1)
	for start := 0; start < len(text); {
		end := len(text)
		if n := strings.IndexByte(text[start:], '\n'); n >= 0 {
			end = start + n + 1
		}
		lines = append(lines, Span{start, end})
		start = end
	}
	return lines
}
