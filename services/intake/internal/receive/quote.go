package receive

import (
	"regexp"
	"strings"
)

// longest is how many bytes a line of a mail's header or frame may have.
const longest = 300

// CutQuotes is a message without the earlier mail that it quotes, in English and
// German: lines that begin with ">", what follows "On … wrote:" or a copied mail
// header, and what stands below a helpdesk's "reply above this line". A forwarded
// mail is kept: it is what the sender has to say. So is a message that would
// have nothing left.
func CutQuotes(text string) string {
	lines := strings.Split(text, "\n")
	own := make([]string, 0, len(lines))
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		switch {
		case quote(lines, i):
			continue
		case len(line) > longest:
			own = append(own, lines[i])
			continue
		case forwarded(line):
			own = append(own, lines[i:]...)
			i = len(lines)
			continue
		case replyAbove(line) || separator(line) || mailHeader(lines[i:]):
			i = len(lines)
			continue
		}
		n := attribution(lines[i:])
		switch {
		case n == 0:
			own = append(own, lines[i])
		case quoted(lines[i+n:]):
			i += n - 1
		default:
			i = len(lines)
		}
	}
	if len(own) == len(lines) {
		return text
	}
	kept := strings.TrimSpace(strings.Join(own, "\n"))
	if kept == "" {
		return text
	}
	return kept
}

// quote says whether line i begins with ">". One that stands alone before a
// number ("> 500 people") is somebody's own.
func quote(lines []string, i int) bool {
	rest, found := strings.CutPrefix(strings.TrimSpace(lines[i]), ">")
	if !found {
		return false
	}
	rest = strings.TrimSpace(rest)
	if rest == "" || rest[0] < '0' || rest[0] > '9' {
		return true
	}
	beside := func(j int) bool {
		return j >= 0 && j < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[j]), ">")
	}
	return beside(i-1) || beside(i+1)
}

func forwarded(line string) bool {
	line = strings.ToLower(strings.Trim(line, "-_* :"))
	switch line {
	case "forwarded message", "begin forwarded message", "weitergeleitete nachricht",
		"anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail":
		return true
	}
	return false
}

func replyAbove(line string) bool {
	line = strings.ToLower(line)
	return strings.HasPrefix(line, "##-") && strings.HasSuffix(line, "-##") ||
		strings.Contains(line, "reply above this line") && len(line) < 100 ||
		strings.Contains(line, "antwort oberhalb dieser linie") && len(line) < 100
}

func separator(line string) bool {
	if !strings.HasPrefix(line, "--") {
		return false
	}
	switch strings.ToLower(strings.Trim(line, "- ")) {
	case "original message", "ursprüngliche nachricht", "originalnachricht", "original-nachricht":
		return true
	}
	return false
}

// mailHeader says whether lines begin with a mail's header as mail programs copy
// it: a sender, and at least two more of its fields in the next five lines.
func mailHeader(lines []string) bool {
	if !headerField(lines[0], "from:", "von:") {
		return false
	}
	fields := 0
	for _, l := range lines[1:min(len(lines), 6)] {
		if headerField(l, "sent:", "date:", "to:", "cc:", "subject:", "gesendet:", "datum:", "an:", "betreff:") {
			fields++
		}
	}
	return fields >= 2
}

func headerField(line string, names ...string) bool {
	line = strings.ToLower(strings.TrimLeft(line, " \t*"))
	for _, n := range names {
		if strings.HasPrefix(line, n) {
			return true
		}
	}
	return false
}

var (
	wrote   = regexp.MustCompile(`(?i)^(on .*\bwrote|am .*\bschrieb\b.*):$`)
	author  = regexp.MustCompile(`(?i)^.* (schrieb am|wrote on) .*:$`)
	dated   = regexp.MustCompile(`\d{4}`)
	clocked = regexp.MustCompile(`\d{1,2}[:.]\d{2}`)
	address = regexp.MustCompile(`[^\s<@]@[^\s>@]`)
)

// attribution is how many of the lines, at most three, say "On … wrote:"; 0 if
// they do not. Nobody's own sentence is one: it has an address, or a year and a time.
func attribution(lines []string) int {
	joined := ""
	for n := 0; n < min(3, len(lines)); n++ {
		line := strings.TrimSpace(lines[n])
		if line == "" || len(line) > longest {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if strings.HasSuffix(line, ":") && (wrote.MatchString(joined) || n == 0 && author.MatchString(joined)) {
			if address.MatchString(joined) || dated.MatchString(joined) && clocked.MatchString(joined) || quoted(lines[n+1:]) {
				return n + 1
			}
			return 0
		}
	}
	return 0
}

// quoted says whether the first line that is not blank begins with ">".
func quoted(lines []string) bool {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return strings.HasPrefix(l, ">")
		}
	}
	return false
}
