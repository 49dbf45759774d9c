package score

import (
	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// features are a note's, one by one, as a model learns them, and as they are
// shown to people. Who only scores a note sums them as they come: see tally.
type features struct {
	terms []linear.Term
	of    []group // of each term
	ends  []int   // where the terms of each sentence end; those of the whole note come last
	said  []hash  // what each sentence says, word for word
	count [groups]int
	names map[linear.Key]string // only where somebody wants to read them
}

// extract lists the features of a reading by an author.
func extract(r *text.Reading, by text.Author, named bool) *features {
	f := &features{}
	if named {
		f.names = map[linear.Key]string{}
	}
	w := walk{to: f}
	for i := 0; i < len(r.Claims); {
		f.said = append(f.said, wordForWord(r.Claims, i))
		i = w.sentence(r, i)
		f.endSentence()
	}
	w.note(r, by)
	return f
}

func (f *features) take(as feature) { f.put(as, as.key()) }

func (f *features) put(as feature, k linear.Key) {
	f.terms, f.of = append(f.terms, linear.Term{Key: k, Value: 1}), append(f.of, as.group)
	f.count[as.group]++
	if f.names != nil {
		f.names[k] = as.String()
	}
}

func (f *features) takeWord(how manner, stem, fold string) {
	f.take(feature{words, how.letter(), stem, ""})
	for piece, k := range piecesOf(how, fold) {
		f.put(feature{pieces, how.letter(), piece, ""}, k)
	}
}

func (f *features) takeMeanings(how manner, a, b meaning) { f.take(meant(how, a, b)) }

// start is where the terms of sentence n begin; after the last sentence, those of
// the whole note.
func (f *features) start(n int) int {
	if n == 0 {
		return 0
	}
	return f.ends[n-1]
}

// endSentence gives the features of the sentence their values.
func (f *features) endSentence() {
	for i := f.start(len(f.ends)); i < len(f.terms); i++ {
		g := f.of[i]
		f.terms[i].Value = value(g, f.count[g])
	}
	f.count = [groups]int{}
	f.ends = append(f.ends, len(f.terms))
}

// shared are the features as a model learns them: each sentence by its share.
func (f *features) shared() []linear.Term {
	by := float32(share(len(f.ends)))
	for i := range f.terms[:f.start(len(f.ends))] {
		f.terms[i].Value *= by
	}
	return f.terms
}

// scores are what a model makes of the features.
func (f *features) scores(l *linear.Model) scores {
	s := scores{outputs: len(l.Outputs())}
	s.reset(l, len(f.ends))
	for i, end := range f.ends {
		l.Add(f.terms[f.start(i):end], s.sentence(i))
	}
	l.Add(f.terms[f.start(len(f.ends)):], s.total)
	s.said = append(s.said, f.said...)
	s.sum()
	return s
}
