package score

import (
	"slices"

	"tocsin/services/classification/internal/text"
)

// A taker takes the features of a note.
type taker interface {
	take(f feature)
	// takeWord takes a word by its stem, and the runs of letters of fold, which is
	// the word in lower case or empty.
	takeWord(how manner, stem, fold string)
	// takeMeanings takes a meaning, or two that stand in one sentence; b may be none.
	takeMeanings(how manner, a, b meaning)
}

// A walk goes through the features of a reading and gives them to a taker. It is
// kept for its memory.
type walk struct {
	to    taker
	means []mean // of the sentence under way
	// What the rules found, by claim: its first finding, and for each finding the
	// next of the same claim; -1 is none.
	first, next []int32
	said        []said // of the note, each once
}

// sentences is how many sentences of a reading have features.
func sentences(r *text.Reading) int {
	n := 0
	for from := 0; from < len(r.Claims); from = endOf(r.Claims, from) {
		n++
	}
	return n
}

// endOf is where the claims of the sentence end that begins with claim from.
func endOf(claims []text.Claim, from int) int {
	to := from + 1
	for to < len(claims) && claims[to].Sentence == claims[from].Sentence {
		to++
	}
	return to
}

// wordForWord tells apart what sentences say, from the one that begins with claim from.
func wordForWord(claims []text.Claim, from int) hash {
	h := begin(words, 'w')
	for i, to := from, endOf(claims, from); i < to; i++ {
		for k := range claims[i].Words {
			h = h.text(claims[i].Words[k].Fold).letter(' ')
		}
	}
	return h
}

// sentence gives the features of the sentence that begins with claim from, and
// returns where its claims end.
func (w *walk) sentence(r *text.Reading, from int) int {
	if from == 0 {
		w.sort(r)
	}
	w.means = w.means[:0]
	to := endOf(r.Claims, from)
	for i := from; i < to; i++ {
		w.claim(&r.Claims[i])
		for k := w.first[i]; k >= 0; k = w.next[k] {
			w.finding(&r.Findings[k])
		}
	}
	return to
}

// sort sorts what the rules found by claim.
func (w *walk) sort(r *text.Reading) {
	w.first, w.next = w.first[:0], slices.Grow(w.next[:0], len(r.Findings))[:len(r.Findings)]
	for range r.Claims {
		w.first = append(w.first, -1)
	}
	for k := len(r.Findings) - 1; k >= 0; k-- {
		claim := r.Findings[k].Claim
		w.next[k], w.first[claim] = w.first[claim], int32(k)
	}
}

// finding gives what the rules found in a claim.
func (w *walk) finding(t *text.Finding) {
	w.rule('F', string(t.Topic), string(t.Polarity))
	if t.Polarity == text.Asserted {
		w.rule('E', string(t.Topic), string(t.Extent))
	}
}

func (w *walk) rule(of byte, a, b string) { w.to.take(feature{rules, of, a, b}) }

// claim gives the features of one claim.
func (w *walk) claim(c *text.Claim) {
	how := mannerOf(c)
	before := "^"
	for i := range c.Words {
		stem, fold := c.Words[i].Stem, ""
		switch c.Words[i].Kind {
		case text.IsMark:
			continue
		case text.IsNumber:
			stem = "#"
		case text.IsOther:
			stem = "@"
		case text.IsWord:
			fold = c.Words[i].Fold
		}
		if stem == "" {
			stem = c.Words[i].Fold
		}
		w.to.takeWord(how, stem, fold)
		w.to.take(feature{pairs, how.letter(), before, stem})
		before = stem
	}
	for _, m := range c.Means {
		w.mean(how, meaningsOf[m])
	}
	for _, s := range states {
		if s.said(c) {
			w.mean(how, s.is)
		}
	}
}

// A mean is a meaning in a sentence, and the way it is meant.
type mean struct {
	how manner
	is  meaning
}

// mean gives a meaning of the sentence under way, and its pairs with those before.
func (w *walk) mean(how manner, is meaning) {
	if slices.Contains(w.means, mean{how, is}) {
		return
	}
	w.to.takeMeanings(how, is, 0)
	for _, m := range w.means {
		if m.how == how {
			w.to.takeMeanings(how, is, m.is)
		}
	}
	w.means = append(w.means, mean{how, is})
}
