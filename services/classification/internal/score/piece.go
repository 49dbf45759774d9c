package score

import (
	"iter"
	"strings"
	"sync/atomic"

	"tocsin/services/classification/internal/linear"
)

// Pieces of words are so long, and no word longer than maxWord is taken apart.
const (
	shortPiece = 3
	longPiece  = 5
	maxWord    = 40
)

// piecesOf are the runs of letters of a word, its beginning and end marked, with
// their keys.
func piecesOf(how manner, word string) iter.Seq2[string, linear.Key] {
	return func(yield func(string, linear.Key) bool) {
		if word == "" || len(word) > maxWord {
			return
		}
		letters := "<" + word + ">"
		for from := range len(letters) {
			h := begin(pieces, how.letter())
			for k := from; k < min(len(letters), from+longPiece); k++ {
				h = h.letter(letters[k])
				if k-from+1 >= shortPiece && !yield(letters[from:k+1], linear.Key(h)) {
					return
				}
			}
		}
	}
}

// A spelling is what a word and its pieces say of every output. It lies in one
// piece of memory, and its letters in another: it is looked up for every word.
type spelling struct {
	how        manner
	count      int // of the pieces
	stem, fold string
	word       linear.Row
	pieces     linear.Sum
}

func spell(l *linear.Model, how manner, stem, fold string) *spelling {
	both := strings.Clone(stem + fold) // the note shall not stay in memory for one word of it
	s := &spelling{how: how, stem: both[:len(stem)], fold: both[len(stem):]}
	s.word = l.Row(feature{words, how.letter(), stem, ""}.key())
	l.Begin(&s.pieces)
	for _, k := range piecesOf(how, fold) {
		s.count++
		s.pieces.Add(l.Row(k))
	}
	return s
}

// memoSize is how many spellings are remembered; a power of two. With 23 outputs
// they take 6 MB.
const memoSize = 1 << 14

// A memo remembers spellings, as most words come again. It holds no more than a
// fixed number, forgets one for another, and is for any number of goroutines.
// Sums of whole numbers are the same in any order, so what it remembers changes
// no score.
type memo struct {
	slots [memoSize]atomic.Pointer[spelling] // a word has two to be in: the latter forgets first
}

func (m *memo) spelling(l *linear.Model, how manner, stem, fold string) *spelling {
	if len(stem) > maxWord || len(fold) > maxWord {
		return spell(l, how, stem, fold)
	}
	h := begin(pieces, how.letter()).text(fold).text(stem)
	at := (h ^ h>>16) % (memoSize / 2) * 2
	first := m.slots[at].Load()
	if first.is(how, stem, fold) {
		return first
	}
	if second := m.slots[at+1].Load(); second.is(how, stem, fold) {
		return second
	}
	s := spell(l, how, stem, fold)
	m.slots[at+1].Store(first)
	m.slots[at].Store(s)
	return s
}

func (s *spelling) is(how manner, stem, fold string) bool {
	return s != nil && s.how == how && s.fold == fold && s.stem == stem
}
