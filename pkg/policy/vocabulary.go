package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A Vocabulary has the words by which tickets are read for the reasons: the
// names that one product and its users have for things. What is said of them
// (fails, works again, not, if, all) is the method's own and not of a product.
type Vocabulary struct {
	// Reasons has, for each reason, the words for the thing that it is about.
	Reasons map[ReasonID]Entries `yaml:"reasons"`
	// Providers name those whose content and completions are integrated.
	Providers Entries `yaml:"providers"`
	// Programs name what is launched.
	Programs Entries `yaml:"programs"`
	// OwnIdentityProvider is how customers say that the fault is their own.
	OwnIdentityProvider Entries `yaml:"own_identity_provider"`
}

// Entries are words in each language.
type Entries struct {
	EN []Entry `yaml:"en"`
	DE []Entry `yaml:"de"`
}

// An Entry is one word, or several that follow one another. A word stands for
// all its endings; "=word" only as it is written; "word*", "*word" and "*word*"
// for longer words with that part; "..." for up to eight words between.
type Entry string

// minPart is how many letters a part of a word must have.
const minPart = 3

// wrong says what is wrong with an entry, empty if nothing.
func (e Entry) wrong() string {
	words := e.words()
	if len(words) == 0 || words[0] == "..." || words[len(words)-1] == "..." {
		return fmt.Sprintf(`is %q; "..." stands between words`, string(e))
	}
	for i, w := range words {
		if w == "..." {
			if words[i-1] == "..." {
				return fmt.Sprintf(`is %q; one "..." is enough`, string(e))
			}
			continue
		}
		if text := wrongWord(w); text != "" {
			return fmt.Sprintf("is %q; %s", string(e), text)
		}
	}
	return ""
}

// words are the entry's words; a hyphen parts them as a space does.
func (e Entry) words() []string { return strings.Fields(strings.ReplaceAll(string(e), "-", " ")) }

// plain is the entry as two that are the same have it.
func (e Entry) plain() string { return strings.ToLower(strings.Join(e.words(), " ")) }

func wrongWord(w string) string {
	letters := strings.TrimPrefix(w, "=")
	isPart := letters == w && strings.Contains(w, "*")
	if isPart {
		letters = strings.TrimSuffix(strings.TrimPrefix(letters, "*"), "*")
	}
	digits := 0
	for i, r := range letters {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r) || r == '\'' && i > 0 && i < len(letters)-1:
		default:
			return fmt.Sprintf("%q in %q is no letter; a word is written =word, word*, *word or *word*", r, w)
		}
	}
	n := len([]rune(letters))
	switch {
	case n == 0:
		return fmt.Sprintf("%q is no word", w)
	case digits > 0 && digits < n:
		return fmt.Sprintf("letters and digits are read as two words: part %q", w)
	case isPart && n < minPart:
		return fmt.Sprintf("a part of a word needs %d letters or more", minPart)
	}
	return ""
}

// checkVocabulary wants words for each reason that is found by nothing else,
// and keeps the words of the reasons apart.
func (r *reader) checkVocabulary(p *Policy) {
	if p.Vocabulary.Reasons == nil { // else the table says what it lacks
		for _, id := range p.own {
			r.problem(r.places["reasons."+string(id)], "vocabulary.reasons."+string(id), "is missing: nothing else leads to this reason")
		}
	}
	for _, language := range []struct {
		key string
		of  func(Entries) []Entry
	}{{"en", func(e Entries) []Entry { return e.EN }}, {"de", func(e Entries) []Entry { return e.DE }}} {
		first := map[string]string{}
		for _, id := range p.ReasonIDs() {
			for i, e := range language.of(p.Vocabulary.Reasons[id]) {
				path := fmt.Sprintf("vocabulary.reasons.%s.%s[%d]", id, language.key, i)
				if !r.sound(path) {
					continue
				}
				if other, twice := first[e.plain()]; twice {
					r.blame(path, fmt.Sprintf("is %q, which %s is too; a word leads to one reason", string(e), other))
				} else {
					first[e.plain()] = path
				}
			}
		}
	}
}

// changed lists what b has and a has not, and the reverse.
func changed(a, b []string) (added, removed []string) {
	for _, e := range b {
		if !slices.Contains(a, e) {
			added = append(added, e)
		}
	}
	for _, e := range a {
		if !slices.Contains(b, e) {
			removed = append(removed, e)
		}
	}
	return added, removed
}
