package source

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"slices"
)

// A Book is all sources that a house has named. It does not change. Nil is empty.
type Book struct {
	named map[string]*Source
	// tokens are hashes of all tokens, and whose each is.
	tokens []token
}

type token struct {
	sum [sha256.Size]byte
	of  *Source
}

// NewBook returns a book. It refuses a token that two sources have: whose it is would
// be a matter of luck. The error names the sources, never the token.
func NewBook(sources []Source) (*Book, error) {
	b := &Book{named: map[string]*Source{}}
	for i := range sources {
		s := &sources[i]
		b.named[s.Name] = s
		for _, shown := range s.Tokens {
			if shown == "" {
				continue
			}
			sum := sha256.Sum256([]byte(shown))
			for _, t := range b.tokens {
				if t.sum == sum && t.of != s {
					return nil, fmt.Errorf("the sources %s and %s have the same token; give each one of its own", t.of.Name, s.Name)
				}
			}
			b.tokens = append(b.tokens, token{sum, s})
		}
	}
	return b, nil
}

// Empty says that no source is named.
func (b *Book) Empty() bool { return b == nil || len(b.named) == 0 }

// Shown is whose the token is; nil if it is nobody's.
func (b *Book) Shown(shown string) (found *Source) {
	if b == nil || shown == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(shown))
	for i := range b.tokens { // all of them: how long it takes tells nothing
		if t := &b.tokens[i]; subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1 {
			found = t.of
		}
	}
	return found
}

// Named is the source of that name; nil if there is none.
func (b *Book) Named(name string) *Source {
	if b == nil {
		return nil
	}
	return b.named[name]
}

// Names are all sources, in order.
func (b *Book) Names() []string {
	if b == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(b.named))
}

// May is Source.May of an event that came where nobody showed a token, but could
// only come under its source's name: of a source that is not named it names that.
// An empty book asks nobody.
func (b *Book) May(source, tenant string) []Problem {
	if b.Empty() {
		return nil
	}
	s := b.named[source]
	if s == nil {
		return []Problem{{"source", fmt.Sprintf("%.128q is not among the sources of the doors' file; add it there", source)}}
	}
	return s.May(source, tenant)
}

// Trust is how far a source is trusted: as the book has it, else as the house's own,
// which only the house's token names.
func (b *Book) Trust(source string) Trust {
	if s := b.Named(source); s != nil {
		return s.Trust
	}
	return Platform
}

// Same compares a token that is shown, in a time that tells nothing of either.
func Same(shown, token string) bool {
	x, y := sha256.Sum256([]byte(shown)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
