package score

import (
	"math"

	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// A group is a kind of feature. Those of one group share one unit of length, so
// that a long note does not speak louder than a short one.
type group uint8

const (
	words    group = iota // stems, numbers as one
	pairs                 // two stems side by side
	pieces                // runs of letters inside words, for typos and compounds
	meanings              // what the vocabulary makes of the words
	rules                 // what the rules found: each counts as it is
	groups
)

// features are a note's, claim by claim; those of the whole note come last.
type features struct {
	terms []linear.Term
	of    []group // of each term
	ends  []int   // where the terms of each claim end
	count [groups]int
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
	for i := range r.Claims {
		f.claim(&r.Claims[i])
		f.ends = append(f.ends, len(f.terms))
	}
	f.note(r, by)
	var unit [groups]float32
	for g := range unit {
		unit[g] = 1
		if group(g) != rules {
			unit[g] = float32(1 / math.Sqrt(float64(max(1, f.count[g]))))
		}
	}
	for i := range f.terms {
		f.terms[i].Value = unit[f.of[i]]
	}
	return f
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
	for i, m := range c.Means {
		f.add(meanings, how, m.String(), "")
		for _, n := range c.Means[i+1:] {
			a, b := m.String(), n.String()
			f.add(meanings, how, min(a, b), max(a, b))
		}
	}
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
	f.terms, f.of = append(f.terms, linear.Term{Key: k}), append(f.of, g)
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
