package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// read finds the hints of a piece.
func (in *inspector) read(s Span) {
	in.hints = in.hints[:0]
	if s.End-s.Start > maxPiece {
		s.End = s.Start + maxPiece
	}
	table := instructTable()
	var buffer [64]byte
	var before []byte // the word before, if it may begin a pair
	var pair [130]byte
	for i := s.Start; i < s.End; {
		end := in.wordEnd(i, s.End)
		if end == i {
			if c := in.text[i]; c > ' ' {
				in.hints = append(in.hints, markHint(i, c))
				before = nil
			}
			i++
			continue
		}
		word := in.text[i:end]
		if isEncoded(word) {
			in.hints = append(in.hints, hint{start: i, end: end, means: callEncoded})
			i, before = end, nil
			continue
		}
		folded := foldLetters(buffer[:0], word[:min(len(word), 60)])
		means := callOf(table, folded)
		if before != nil {
			both := append(append(append(pair[:64], before...), '_'), folded...)[64:]
			if m := table.words[string(both)]; m != 0 {
				in.hints[len(in.hints)-1].means |= m
			}
		}
		in.hints = append(in.hints, hint{start: i, end: end, means: means, alone: utf8.RuneCountInString(word) == 1})
		if before = nil; table.pairs[string(folded)] {
			before = append(pair[:0], folded...)
		}
		i = end
	}
	in.joinLetters()
}

// callOf are the calls of a folded word, which it may write with figures.
func callOf(table *callTable, folded []byte) calls {
	means := table.of(folded)
	if means != 0 || len(folded) == 0 {
		return means
	}
	if !unfigure(folded) {
		return 0
	}
	if means = table.of(folded); means == 0 {
		for i, c := range folded {
			if c == 'l' {
				folded[i] = 'i'
				if m := table.of(folded); m != 0 {
					return m
				}
				folded[i] = c
			}
		}
	}
	return means
}

// markHint is a mark of punctuation.
func markHint(at int, c byte) hint {
	s := hint{start: at, end: at + 1, mark: c}
	switch c {
	case '=', ':', '>':
		s.means = callSeems | callLead
	case '"', '\'':
	default:
		s.means = callLead
	}
	return s
}

// wordEnd is the end of the word at byte i, or i if none begins there.
func (in *inspector) wordEnd(i, end int) int {
	from := i
	for i < end {
		c := in.text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' {
			i++
			continue
		}
		if i > from && (c == '-' || c == '\'' || c == '+' || c == '/' && i-from > 20 || c == '=' && i-from > 20) && i+1 < end && in.text[i+1] > ' ' && in.text[i+1] != '>' && in.text[i+1] != '-' ||
			c == '=' && i-from > 20 {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(in.text[i:])
		if !unicode.IsLetter(r) {
			break
		}
		i += n
	}
	return i
}

// joinLetters reads words that are written letter by letter.
func (in *inspector) joinLetters() {
	const few = 8
	for i := 0; i < len(in.hints); i++ {
		k := i
		var joined []byte
		for ; k < len(in.hints) && (in.hints[k].alone || in.hints[k].mark == '.' || in.hints[k].mark == '-'); k++ {
			if in.hints[k].alone {
				joined = foldLetters(joined, in.text[in.hints[k].start:in.hints[k].end])
			}
		}
		if len(joined) >= few {
			for _, part := range []string{"ignor", "eligib", "approve", "disregard", "genehmig", "anweisung", "instruction", "regeln", "override", "vergiss"} {
				if strings.Contains(string(joined), part) {
					in.hints[i].means |= callEncoded
				}
			}
		}
		i = max(i, k-1)
	}
}
