package score

import (
	"math"
	"slices"

	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// A group is a kind of feature.
type group uint8

const (
	words    group = iota // stems, numbers as one
	pairs                 // two stems side by side
	pieces                // runs of letters inside words, for typos and compounds
	meanings              // what the vocabulary makes of the words of a sentence, and pairs of it
	rules                 // what the rules found
	groups
)

// loudness is how much the features of a group weigh together in a sentence,
// by cross-validation over writers. Rules count each as they are.
var loudness = [groups]float64{words: 5, pairs: 3, pieces: 5, meanings: 8, rules: 1}

// features are a note's, sentence by sentence; those of the whole note come last.
type features struct {
	terms []linear.Term
	of    []group // of each term
	ends  []int   // where the terms of each sentence end
	count [groups]int
	means []mean                // of the sentence under way
	names map[linear.Key]string // only where somebody wants to read them
}

// extract lists the features of a reading by an author.
func extract(r *text.Reading, by text.Author, named bool) *features {
	letters := 0
	for i := range r.Claims {
		for k := range r.Claims[i].Words {
			letters += len(r.Claims[i].Words[k].Fold)
		}
	}
	size := 4*letters + 64
	f := &features{terms: make([]linear.Term, 0, size), of: make([]group, 0, size), ends: make([]int, 0, len(r.Claims))}
	if named {
		f.names = map[linear.Key]string{}
	}
	found := findings(r)
	for i := range r.Claims {
		f.claim(&r.Claims[i])
		for _, t := range found[i] {
			f.finding(t)
		}
		if i+1 == len(r.Claims) || r.Claims[i+1].Sentence != r.Claims[i].Sentence {
			f.end()
		}
	}
	spread(f.terms, 1/math.Sqrt(float64(max(1, len(f.ends)))))
	f.note(r, by)
	return f
}

// spread makes the sentences of a long note speak no louder than those of a
// short one.
func spread(terms []linear.Term, share float64) {
	for i := range terms {
		terms[i].Value *= float32(share)
	}
}

// findings lists what the rules found in each claim.
func findings(r *text.Reading) [][]*text.Finding {
	in := make([][]*text.Finding, len(r.Claims))
	for i := range r.Findings {
		t := &r.Findings[i]
		in[t.Claim] = append(in[t.Claim], t)
	}
	return in
}

// end ends a sentence: its features get their values.
func (f *features) end() {
	from := 0
	if n := len(f.ends); n > 0 {
		from = f.ends[n-1]
	}
	var unit [groups]float32
	for g, n := range f.count {
		if unit[g] = float32(loudness[g]); group(g) != rules {
			unit[g] = float32(loudness[g] / math.Sqrt(float64(max(1, n))))
		}
	}
	for i := from; i < len(f.terms); i++ {
		f.terms[i].Value = unit[f.of[i]]
	}
	f.count = [groups]int{}
	f.means = f.means[:0]
	f.ends = append(f.ends, len(f.terms))
}

// finding adds what the rules found.
func (f *features) finding(t *text.Finding) {
	f.add(rules, 'F', string(t.Topic), string(t.Polarity))
	if t.Polarity == text.Asserted {
		f.add(rules, 'E', string(t.Topic), string(t.Extent))
	}
}

// mode tells features of claims apart by the way the claim is meant.
func mode(c *text.Claim) byte {
	switch {
	case c.Polarity == text.Over:
		return 'o'
	case c.Polarity == text.Supposed:
		return 's'
	case c.Polarity == text.Asked || c.Question:
		return 'q'
	}
	return 'a'
}

// claim adds the features of one claim.
func (f *features) claim(c *text.Claim) {
	how := mode(c)
	before := "^"
	for i := range c.Words {
		w := &c.Words[i]
		stem := w.Stem
		switch w.Kind {
		case text.IsMark:
			continue
		case text.IsNumber:
			stem = "#"
		case text.IsOther:
			stem = "@"
		}
		if stem == "" {
			stem = w.Fold
		}
		f.add(words, how, stem, "")
		f.add(pairs, how, before, stem)
		before = stem
		if w.Kind == text.IsWord {
			f.pieces(how, w.Fold)
		}
	}
	for _, m := range c.Means {
		f.mean(how, m.String())
	}
	for _, said := range [...]struct {
		set  bool
		name string
	}{{c.Fails, "+fails"}, {c.Gone, "+gone"}, {c.Wrong, "+wrong"}, {c.Slow, "+slow"}, {c.Works, "+works"}} {
		if said.set {
			f.mean(how, said.name)
		}
	}
}

// A mean is a meaning in a sentence, and the way it is meant.
type mean struct {
	how  byte
	name string
}

// mean adds a meaning of the sentence under way, and its pairs with those before.
func (f *features) mean(how byte, name string) {
	if slices.Contains(f.means, mean{how, name}) {
		return
	}
	f.add(meanings, how, name, "")
	for _, m := range f.means {
		if m.how == how {
			f.add(meanings, how, min(m.name, name), max(m.name, name))
		}
	}
	f.means = append(f.means, mean{how, name})
}

// Pieces of words are so long, and no word longer than maxWord is taken apart.
const (
	shortPiece = 3
	longPiece  = 5
	maxWord    = 40
)

// pieces adds the runs of letters of a word, its beginning and end marked.
func (f *features) pieces(how byte, word string) {
	if len(word) > maxWord {
		return
	}
	var marked [maxWord + 2]byte
	n := copy(marked[1:], word)
	marked[0], marked[n+1] = '<', '>'
	letters := marked[:n+2]
	for from := range letters {
		h := begin(pieces, how)
		for k := from; k < min(len(letters), from+longPiece); k++ {
			h = h.letter(letters[k])
			if k-from+1 >= shortPiece {
				f.put(pieces, linear.Key(h), how, letters[from:k+1])
			}
		}
	}
}

// note adds what the rules made of the note as a whole.
func (f *features) note(r *text.Reading, by text.Author) {
	for i := range r.Findings {
		t := &r.Findings[i]
		f.add(rules, 'f', string(t.Topic), string(t.Polarity))
		if t.Polarity != text.Asserted {
			continue
		}
		f.add(rules, 'e', string(t.Topic), string(t.Extent))
		f.add(rules, 'e', "any", string(t.Extent))
		if t.Everybody {
			f.add(rules, 'b', string(t.Topic), "")
		}
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"nothing", len(r.Findings) == 0},
		{"asked", r.Ask.Asked},
		{"withdrawn", r.Ask.Withdrawn},
		{"urgent", r.Urgency.Given},
		{"worked", r.WorkedOn.Given},
		{"awaited", r.Awaited.Given},
		{"own idp", r.OwnIDP.Given},
		{"provider", r.Provider},
		{"trouble", r.Trouble},
		{"recovered", len(r.Recovered) > 0},
		{"count", r.Count.Known},
		{"count large", r.Count.Large},
		{"count few", r.Count.Few},
		{"count over 100", r.Count.Known && r.Count.N > 100},
		{"count 100", r.Count.Known && r.Count.N >= 100},
		{"count under 25", r.Count.Known && r.Count.N < 25},
		{"lasting", r.Lasting.AtLeast > 0},
		{"lasting a day", r.Lasting.AtLeast >= 24},
		{"lasting less than a day", r.Lasting.AtLeast > 0 && r.Lasting.AtLeast < 24},
		{"silent", r.Silent.AtLeast > 0},
		{"a week", r.Silent.AtLeast >= 168 || r.Lasting.AtLeast >= 168},
	} {
		if flag.set {
			f.add(rules, 'n', flag.name, "")
		}
	}
	f.add(rules, 'n', "place", string(r.Place))
	f.add(rules, 'n', "by", string(by))
	f.add(rules, 'n', "length", lengths[min(len(lengths)-1, r.Words/8)])
}

// lengths name how long a note is, in steps of eight words.
var lengths = [...]string{"0", "8", "16", "24", "32", "40", "48", "56", "64 and more"}

func (f *features) add(g group, how byte, a, b string) {
	h := begin(g, how).text(a)
	if b != "" {
		h = h.letter(0).text(b)
	}
	f.put(g, linear.Key(h), how, nil)
	if f.names != nil {
		f.names[linear.Key(h)] = name(g, how, a, b)
	}
}

func (f *features) put(g group, k linear.Key, how byte, piece []byte) {
	f.terms, f.of = append(f.terms, linear.Term{Key: k, Value: 1}), append(f.of, g)
	f.count[g]++
	if f.names != nil && piece != nil {
		f.names[k] = name(g, how, string(piece), "")
	}
}

// name is how a feature is shown to people.
func name(g group, how byte, a, b string) string {
	kinds := [groups]string{"word", "words", "piece", "meaning", "rule"}
	s := kinds[g] + " " + a
	if b != "" {
		s += " " + b
	}
	switch {
	case g == rules:
		return s
	case how == 'o':
		return s + " (over)"
	case how == 's':
		return s + " (supposed)"
	case how == 'q':
		return s + " (asked)"
	}
	return s
}

// A hash of a feature's name, under way (FNV-1a).
type hash uint32

func begin(g group, how byte) hash { return hash(2166136261).letter(byte(g)).letter(how) }

func (h hash) letter(c byte) hash { return (h ^ hash(c)) * 16777619 }

func (h hash) text(s string) hash {
	for i := range len(s) {
		h = h.letter(s[i])
	}
	return h
}
