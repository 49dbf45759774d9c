package source

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"slices"

	"tocsin/pkg/forms"
)

// A Book is all sources that a house has named. It does not change. Nil is empty.
type Book struct {
	named map[string]*Source
	// tokens are hashes of all tokens, and whose each is.
	tokens []token
	// doors are vendors' doors that are not the house's, by their source.
	doors map[string]Trust
}

type token struct {
	sum [sha256.Size]byte
	of  *Source
}

// NewBook returns a book, in which doors have another trust than the house's own. It
// refuses a token that two sources have, and a client's name by which alone two come in:
// whose it is would be a matter of luck. The error names the sources, never the token.
func NewBook(sources []Source, doors map[string]Trust) (*Book, error) {
	b := &Book{named: map[string]*Source{}, doors: doors}
	for i := range sources {
		s := &sources[i]
		for _, name := range s.Clients {
			if other := b.Client([]string{name}); other != nil && s.Alone {
				return nil, fmt.Errorf("the sources %s and %s have the client %s and no token; give one of them a token", other.Name, s.Name, name)
			}
		}
		s.Tenants = slices.Clone(s.Tenants)
		for n, tenant := range s.Tenants {
			s.Tenants[n] = forms.Composed(tenant) // as events name it
		}
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

// Client is who comes in by a certificate of these names alone; nil if that is nobody,
// or more than one.
func (b *Book) Client(names []string) (found *Source) {
	if b == nil {
		return nil
	}
	for _, s := range b.named {
		if !s.Alone || !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(s.Clients, name) }) {
			continue
		}
		if found != nil {
			return nil
		}
		found = s
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
// which only the house's token and its vendors' doors name.
func (b *Book) Trust(source string) Trust {
	if b == nil {
		return Platform
	}
	if s := b.named[source]; s != nil {
		return s.Trust
	}
	if t, is := b.doors[source]; is {
		return t
	}
	return Platform
}

// Same compares a token that is shown, in a time that tells nothing of either.
func Same(shown, token string) bool {
	x, y := sha256.Sum256([]byte(shown)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
