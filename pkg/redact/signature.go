package redact

import (
	"slices"
	"strings"
)

// Words that take leave. A line begins to take leave with words of leave, at
// least one of which is strong.
var (
	strong = []string{
		"regards", "best", "thanks", "thank", "thx", "tx", "cheers", "sincerely", "yours", "wishes", "rgds", "br", "kr", "tia", "mfg", "lg", "vg", "bg", "gruß", "gruss", "grüße", "grüsse", "grüßen", "grüssen",
		"gruesse", "gruessen", "grüßle", "danke", "dankeschön", "dank", "merci", "hochachtungsvoll", "bye", "ciao", "tschüss", "cordially", "gruezi",
	}
	leave = []string{
		"kind", "kindest", "warm", "warmest", "many", "you", "truly", "faithfully", "all", "the", "very", "much", "so", "in", "advance", "with", "mit", "freundlichen", "freundlichem", "freundliche",
		"freundlicher", "herzliche", "herzlichen", "liebe", "lieben", "viele", "vielen", "beste", "besten", "schöne", "schönen", "sonnige", "und", "and", "im", "voraus", "&", "nochmals", "again", "take", "care", "schon",
		"mal", "most", "friendly", "greetings", "aus", "ein", "einen", "best",
	}
)

const (
	// signatureLines is how many lines below a closing are looked at.
	signatureLines = 8
	// signatureWords is how many words a line of a signature has at most.
	signatureWords = 9
)

// line is one line of a view.
type line struct{ from, to int }

// lines are the lines of a view without the spaces around them.
func lines(v *view) []line {
	var out []line
	for i := 0; i <= len(v.chars); i++ {
		end := v.run(i, func(r rune) bool { return r != '\n' })
		from, to := v.skip(i), end
		for to > from && v.r(to-1) == ' ' {
			to--
		}
		out = append(out, line{min(from, to), to})
		i = end
	}
	return out
}

// signatures finds who signs: behind a closing on its line, in the lines below
// it or below a delimiter, and alone on the last line.
func signatures(v *view) []span {
	var out []span
	all := lines(v)
	for i := 0; i < len(all); i++ {
		l := all[i]
		if delimits(v, l) {
			i = below(v, all, i, &out)
			continue
		}
		at, ok := closing(v, l)
		if !ok {
			continue
		}
		if at == l.to {
			i = below(v, all, i, &out)
			continue
		}
		if end := signer(v, at, l.to); end > at {
			out = append(out, span{at, end, Name})
			i = below(v, all, i, &out)
		}
	}
	if s := lastLine(v, all); s.to > s.from {
		out = append(out, s)
	}
	return out
}

// delimits says whether a line is the mark before a signature.
func delimits(v *view, l line) bool {
	text := v.text(l.from, min(l.to, l.from+80))
	return text == "--" || len(text) > 15 && strings.Trim(text, "_") == ""
}

// closing is where the words of leave on a line end, which may begin behind the
// last sentence; false where there are none, or where a sentence follows.
func closing(v *view, l line) (at int, ok bool) {
	for i := l.from; i < l.to; i++ {
		begins := i == l.from || v.r(i-1) == ' ' && strings.ContainsRune(".!?,;-:)", max(v.r(i-2), 0))
		if !begins || !letter(v.r(i)) {
			continue
		}
		if at, ok := taken(v, i, l.to); ok && (at == l.to || signer(v, at, l.to) > at) {
			return at, true
		}
	}
	return 0, false
}

// taken passes over words of leave from i on; ok says that a strong one is among them.
func taken(v *view, i, end int) (at int, ok bool) {
	const most = 12
	at = i
	for range most {
		if at >= end {
			break
		}
		w := wordAt(v, at)
		strongWord := slices.Contains(strong, w.low)
		if w.to == at || !strongWord && !slices.Contains(leave, w.low) {
			return at, ok
		}
		ok = ok || strongWord
		at = v.run(w.to, func(r rune) bool { return r == ' ' || r > 0 && strings.ContainsRune(",.!-&/;:)", r) })
		at = min(at, end)
	}
	return at, ok
}

// signer is where a name ends that is all that stands between at and end; at
// if it is none. Behind a closing one word in small letters will do.
func signer(v *view, at, end int) int {
	to := fullName(v, at, 3)
	first := wordAt(v, at)
	if to == at && !first.capital && first.to-first.from > 1 && !words().common[first.low] {
		to = first.to
	}
	if first.loud && first.nameLike() && to <= first.to {
		to = first.to
		if second := wordAt(v, v.skip(to)); second.loud && second.nameLike() {
			to = second.to
		}
	}
	if v.run(to, func(r rune) bool { return r == ' ' || r > 0 && strings.ContainsRune(".,!-)", r) }) < end {
		return at
	}
	return to
}

// below takes the lines below line i that belong to a signature, and returns
// the last that it has looked at. The first is who signs.
func below(v *view, all []line, i int, out *[]span) int {
	kind, last := Name, i
	for j := i + 1; j < len(all) && j <= i+signatureLines; j++ {
		l := all[j]
		if l.to == l.from {
			continue
		}
		if kind == Name {
			l.from = signed(v, l, out)
		}
		not := words().sentence
		if kind == Name && l.from == all[j].from {
			not = words().common
		}
		if !signs(v, l, not) {
			if l.from > all[j].from {
				last = j
			}
			return last
		}
		if strings.Trim(v.text(l.from, l.to), "\uFFFD ,.|·/-") != "" {
			if l.from > all[j].from {
				kind = Signature
			}
			*out = append(*out, span{l.from, l.to, kind})
		}
		kind, last = Signature, j
	}
	return last
}

// signed takes the name that a line begins with before more is said of its
// bearer, and returns where the rest of the line begins: "Anna Weber, head of learning".
func signed(v *view, l line, out *[]span) int {
	end := fullName(v, l.from, 3)
	rest := v.run(end, func(r rune) bool { return r > 0 && strings.ContainsRune(" ,|(/·-", r) })
	if end == l.from || rest >= l.to || strings.Trim(v.text(end, rest), " ") == "" {
		return l.from
	}
	*out = append(*out, span{l.from, end, Name})
	return rest
}

// headers begin the lines of an older mail below a signature.
var headers = []string{"from", "von", "to", "an", "cc", "sent", "gesendet", "date", "datum", "subject", "betreff", "re", "aw", "wg", "fw"}

// signs says whether a line can be part of a signature: few words, and none of those in not.
func signs(v *view, l line, not map[string]bool) bool {
	count, proper := 0, false
	if first := wordAt(v, l.from); v.r(first.to) == ':' && slices.Contains(headers, first.low) {
		return false
	}
	for i := l.from; i < l.to; i++ {
		w := wordAt(v, i)
		if v.r(i) == hidden {
			proper = true
		}
		if w.to == i {
			continue
		}
		if count++; not[w.low] || count > signatureWords {
			return false
		}
		proper = proper || w.capital
		i = w.to - 1
	}
	return l.to-l.from < 120 && (proper || count == 1) && !strings.ContainsRune("?:", max(v.r(l.to-1), 0))
}

// lastLine is the last line where it is nothing but a name, below a text.
func lastLine(v *view, all []line) span {
	i := len(all) - 1
	for i > 0 && all[i].to == all[i].from {
		i--
	}
	if i < 1 {
		return span{}
	}
	l := all[i]
	at := v.run(l.from, func(r rune) bool { return r == '-' || r == '/' || r == '~' || r == ' ' })
	if end := fullName(v, at, 3); end > at && end >= l.to && !slices.Contains(titles, wordAt(v, at).low) {
		return span{at, end, Name}
	}
	return span{}
}
