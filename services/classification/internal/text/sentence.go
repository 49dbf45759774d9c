package text

import "strings"

// A sentence is a run of tokens that belong together.
type sentence struct {
	from, to int // tokens
	asked    bool
	language Language
	hits     []hit
	means    meanings
}

// maxSentence is how many tokens a sentence has at most; a longer run is read
// in pieces.
const maxSentence = 160

// shortLine is the length in bytes up to which a line's end ends a sentence
// even without a full stop, as in notes from phones; longer lines are wrapped.
const shortLine = 50

// sentences parts the tokens and adds them to out.
func sentences(body string, tokens []token, out []sentence) []sentence {
	from := 0
	for i := range tokens {
		last := i+1 == len(tokens)
		if !last && !endsAfter(body, tokens, i) && i+1-from < maxSentence {
			continue
		}
		s := sentence{from: from, to: i + 1}
		for k := i; k >= from && tokens[k].kind == mark; k-- {
			s.asked = s.asked || tokens[k].fold == "?"
		}
		out, from = append(out, s), i+1
	}
	return out
}

// endsAfter says whether a sentence ends with token i, which is not the last.
func endsAfter(body string, tokens []token, i int) bool {
	t, next := &tokens[i], &tokens[i+1]
	if next.line >= 2 {
		return true
	}
	if next.line == 1 {
		if next.kind == mark && strings.Contains("-*•·–#", next.fold) || t.kind == mark && strings.Contains(".!?:", t.fold) {
			return true
		}
		begin := strings.LastIndexByte(body[:t.end], '\n') + 1
		return t.end-begin < shortLine && !(t.kind == mark && t.fold == ",")
	}
	if t.kind != mark {
		return false
	}
	switch t.fold {
	case "!", "?":
		return !(next.kind == mark && strings.Contains("!?.)\"", next.fold))
	case ";", "…":
		return true
	case ".":
		return !next.glued && !isAbbreviated(tokens, i) || next.glued && next.capital && next.kind == word && i > 0 && len(tokens[i-1].fold) > 3
	}
	return false
}

// isAbbreviated says whether the full stop at i ends an abbreviation or an
// ordinal number, not a sentence.
func isAbbreviated(tokens []token, i int) bool {
	if i == 0 || !tokens[i].glued {
		return false
	}
	before, after := &tokens[i-1], &tokens[i+1]
	if before.kind == word {
		return before.is(abbreviated) && (len(before.fold) > 1 || !after.capital || len(after.fold) == 1 || i > 2 && tokens[i-2].fold == ".")
	}
	return before.kind == digit && before.end-before.start <= 2 && after.kind == word && (!after.capital || after.is(month))
}
