package score

import (
	"math"

	"tocsin/services/classification/internal/linear"
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

// value is that of each of n features of a group in a sentence: those of a long
// sentence speak no louder than those of a short one.
func value(g group, n int) float32 {
	if g == rules {
		return float32(loudness[g])
	}
	return float32(loudness[g] / math.Sqrt(float64(max(1, n))))
}

// share is by how much each of a note's sentences counts, for the same reason.
func share(sentences int) float64 { return 1 / math.Sqrt(float64(max(1, sentences))) }

// A feature is something that a note may have: a name of one part or two. how
// tells features apart by the way a claim is meant, or by what rule they are of.
type feature struct {
	group group
	how   byte
	a, b  string
}

// key is the hash by which a model knows the feature.
func (f feature) key() linear.Key {
	h := begin(f.group, f.how).text(f.a)
	if f.b != "" {
		h = h.letter(0).text(f.b)
	}
	return linear.Key(h)
}

// String is how the feature is shown to people.
func (f feature) String() string {
	kinds := [groups]string{"word", "words", "piece", "meaning", "rule"}
	s := kinds[f.group] + " " + f.a
	if f.b != "" {
		s += " " + f.b
	}
	switch {
	case f.group == rules:
		return s
	case f.how == 'o':
		return s + " (over)"
	case f.how == 's':
		return s + " (supposed)"
	case f.how == 'q':
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
