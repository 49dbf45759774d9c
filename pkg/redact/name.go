package redact

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// The vocabularies, one word or more a line.
var (
	//go:embed words/given.txt
	givenFile string
	//go:embed words/ambiguous.txt
	ambiguousFile string
	//go:embed words/common.txt
	commonFile string
	//go:embed words/sentence.txt
	sentenceFile string
)

// vocabulary are the words that tell names from others, in small letters.
type vocabulary struct {
	// given are given names; ambiguous are such that are words as well and count
	// only before a family name.
	given, ambiguous map[string]bool
	// common are words that are no names, wherever they stand; sentence are those
	// of them that make a sentence.
	common, sentence map[string]bool
}

var words = sync.OnceValue(func() vocabulary {
	return vocabulary{given: set(givenFile), ambiguous: set(ambiguousFile), common: set(commonFile + "\n" + sentenceFile), sentence: set(sentenceFile)}
})

func set(file string) map[string]bool {
	out := map[string]bool{}
	for _, line := range strings.Split(file, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			out[w] = true
		}
	}
	return out
}

func common(text string) bool { return words().common[strings.ToLower(text)] }

// A word is a word of a view: letters, with hyphens and apostrophes inside.
type word struct {
	from, to int
	// low is the word in small letters.
	low string
	// capital says that it begins with a capital, loud that it has no small letter.
	capital, loud bool
}

// wordAt is the word that begins at i; to is i if none does.
func wordAt(v *view, i int) word {
	to := i
	for letter(v.r(to)) || to > i && (v.r(to) == '-' || v.r(to) == '\'') && letter(v.r(to+1)) {
		to++
	}
	w := word{from: i, to: to}
	if to == i {
		return w
	}
	text := v.text(i, to)
	w.low = strings.ToLower(text)
	w.capital, w.loud = unicode.IsUpper(v.r(i)), strings.ToUpper(text) == text
	return w
}

// nameLike says whether the word can be a name: a capital, and none of the
// words that are none.
func (w word) nameLike() bool { return w.to-w.from > 1 && w.capital && !words().common[w.low] }

// names finds names, and again those that it has found.
type names struct {
	// known are the words of names found so far, in small letters.
	known map[string]bool
}

// find gives the names of a view: those where names stand, else those that were
// found elsewhere.
func (n *names) find(v *view) []span {
	taken := make([]bool, len(v.chars))
	var out []span
	take := func(spans []span) {
		for _, s := range spans {
			if !slices.Contains(taken[s.from:s.to], true) {
				out = append(out, s)
				for i := s.from; i < s.to; i++ {
					taken[i] = true
				}
			}
		}
	}
	for _, rule := range []func(*view) []span{signatures, titled, greeted, introduced, givenNames} {
		take(rule(v))
	}
	n.learn(v, out)
	take(n.again(v))
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out
}

// learn keeps the words of names.
func (n *names) learn(v *view, spans []span) {
	for _, s := range spans {
		if s.kind != Name {
			continue
		}
		for i := s.from; i < s.to; i++ {
			w := wordAt(v, i)
			if w.to-w.from > 2 && w.nameLike() && !slices.Contains(particles, w.low) {
				n.known[w.low] = true
			}
			i = max(i, w.to)
		}
	}
}

// again finds the words of known names wherever else they stand, with a capital.
func (n *names) again(v *view) []span {
	if len(n.known) == 0 {
		return nil
	}
	var out []span
	each(v, func(w word) int {
		if w.capital && (n.known[w.low] || n.known[strings.TrimSuffix(w.low, "s")] || n.known[strings.TrimSuffix(w.low, "'s")]) {
			out = append(out, span{w.from, w.to, Name})
		}
		return w.to
	})
	return out
}

// each hands every word to on, which says where to go on.
func each(v *view, on func(word) int) {
	for i := 0; i < len(v.chars); {
		if !letter(v.r(i)) || letterOrDigit(v.r(i-1)) {
			i++
			continue
		}
		i = max(on(wordAt(v, i)), i+1)
	}
}

// particles stand inside a name.
var particles = []string{"von", "van", "de", "der", "den", "zu", "zur", "vom", "del", "di", "da", "du", "le", "la", "al", "bin", "ter", "ten", "af", "el", "dos"}

// fullName is where a name ends that begins at i, i if none does: at most so
// many words, with particles between them.
func fullName(v *view, i, most int) int {
	end, at := i, i
	for taken := 0; taken < most; {
		w := wordAt(v, at)
		switch {
		case w.to == at:
			return end
		case slices.Contains(particles, w.low) && wordAt(v, v.skip(w.to)).to > v.skip(w.to):
		case !w.nameLike() || taken > 0 && w.loud && w.to-w.from > 1:
			if !initial(v, w) {
				return end
			}
			w.to++
		default:
			taken++
			end = w.to
		}
		next := v.skip(w.to)
		if next == w.to || next > w.to+2 {
			return end
		}
		at = next
	}
	return end
}

// initial says whether the word is a letter with a dot, as in "Peter M. Weber".
func initial(v *view, w word) bool { return w.to-w.from == 1 && w.capital && v.r(w.to) == '.' }

// givenNames finds common given names, with the family name behind them.
func givenNames(v *view) []span {
	var out []span
	each(v, func(w word) int {
		known, doubtful := words().given[w.low], words().ambiguous[w.low]
		if first, _, hyphen := strings.Cut(w.low, "-"); hyphen && words().given[first] {
			known = true // Anna-Lena
		}
		if !known && !doubtful || doubtful && !w.capital || v.r(w.from-1) == '-' {
			return w.to
		}
		family := wordAt(v, v.skip(w.to))
		end := w.to
		if next := v.skip(w.to); next > w.to && next <= w.to+2 {
			if w.loud && family.loud && family.nameLike() && family.to-family.from > 2 {
				end = family.to
			} else if to := fullName(v, next, 2); to > next && w.capital && !family.loud {
				end = to
			}
		}
		if doubtful && end == w.to {
			return w.to
		}
		out = append(out, span{w.from, end, Name})
		return end
	})
	return out
}
