package text

import "slices"

// A Claim is one statement of a note: who reads on from here sees its words,
// what they mean, and in which way it is meant.
type Claim struct {
	Polarity Polarity
	Sentence int  // which sentence of the note it stands in, from 0
	Question bool // the sentence ends with a question mark
	Again    bool // it says that something works again
	Span     Span // in the original
	Words    []Word
	Means    []Meaning // each once, in the order of the words
	// What it says of its subject, negations applied.
	Fails, Gone, Wrong, Slow, Works bool
}

// A Word is a word, number or mark of a claim.
type Word struct {
	Fold string // lower case, umlauts written out
	Stem string // empty for what is no word
	Kind WordKind
}

// A WordKind is what a Word is made of.
type WordKind uint8

// The kinds of words.
const (
	IsWord   WordKind = WordKind(word)
	IsNumber WordKind = WordKind(digit)
	IsMark   WordKind = WordKind(mark)
	IsOther  WordKind = WordKind(other) // an address, a link, a clock time
)

// A Meaning is what words of the vocabulary stand for.
type Meaning uint8

// String is the name of the section of the vocabulary that the meaning has; "own"
// for that of a reason that an operator added.
func (m Meaning) String() string { return meaningNames[m] }

// meaningNames are the names of the meanings by their number.
var meaningNames = func() (names [256]string) {
	for name, m := range sections {
		names[m] = name
	}
	for m := own; m != 0; m++ {
		names[m] = "own"
	}
	return names
}()

// claims shows the clauses to who reads on. All claims share two slices.
func claims(b Body, tokens []token, list []clause, sentences []sentence) []Claim {
	words := make([]Word, len(tokens))
	for i := range tokens {
		words[i] = Word{tokens[i].fold, tokens[i].stem, WordKind(tokens[i].kind)}
	}
	hits := 0
	for i := range list {
		hits += len(list[i].hits)
	}
	means := make([]Meaning, 0, hits)
	out := make([]Claim, len(list))
	for i := range list {
		c := &list[i]
		s := c.state()
		from := len(means)
		for _, h := range c.hits {
			if !slices.Contains(means[from:], Meaning(h.means)) {
				means = append(means, Meaning(h.means))
			}
		}
		out[i] = Claim{
			Polarity: c.polarity, Sentence: c.sentence, Question: sentences[c.sentence].asked, Again: c.again,
			Span: b.Origin(tokens[c.from].start, tokens[c.to-1].end), Words: words[c.from:c.to:c.to], Means: means[from:len(means):len(means)],
			Fails: s.fails, Gone: s.gone, Wrong: s.isWrong, Slow: s.drags, Works: s.works,
		}
	}
	return out
}
