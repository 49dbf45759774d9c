package text

import (
	_ "embed"
	"hash/maphash"
	"sync"

	"tocsin/pkg/policy"
)

// How notes state things, whatever the product: what fails and works again, not
// and if, who and how many, when and why.
var (
	//go:embed words/en.txt
	englishFile string
	//go:embed words/de.txt
	germanFile string
)

// A Vocabulary is what the method knows of words, English and German: how notes
// state things, which is its own, and what a product calls things, which comes
// from a policy. It does not change, and is for any number of goroutines.
type Vocabulary struct {
	dictionaries [2]*dictionary // English, German
	subjects     []subjectWords // the things that trouble is read of, the general ones last
	topics       [256]Topic     // of the subjects, by their meaning
	features     []Topic        // the topics that are parts of the product
	memo         memo
	readers      sync.Pool // of *reader
}

// NewVocabulary takes the words for things from a policy that was checked, as
// policy.Parse does. It takes some ten milliseconds: keep the result.
func NewVocabulary(p *policy.Policy) *Vocabulary {
	v := &Vocabulary{subjects: subjects, memo: memo{seed: maphash.MakeSeed()}}
	v.features = []Topic{TopicReports, TopicInsights, TopicLXP, TopicCareer, TopicUploads}
	for i, id := range p.OwnReasonIDs() {
		v.subjects = append(v.subjects[:len(v.subjects):len(v.subjects)], subjectWords{own + meaning(i), Topic(id)})
		v.features = append(v.features, Topic(id))
	}
	for _, s := range v.subjects {
		v.topics[s.means] = s.topic
	}
	for _, language := range []Language{English, German} {
		v.dictionaries[index(language)] = v.dictionary(p, language)
	}
	return v
}

// dictionary makes the dictionary of one language.
func (v *Vocabulary) dictionary(p *policy.Policy, language Language) *dictionary {
	d, file := newDictionary(language), englishFile
	if language == German {
		file = germanFile
	}
	if err := d.read(file, v.entries(p, language)); err != nil {
		panic("the vocabulary of the program, or a policy that was not checked: " + err.Error())
	}
	return d
}

// entries are the words of a policy by their meaning.
func (v *Vocabulary) entries(p *policy.Policy, language Language) map[meaning][]policy.Entry {
	in := func(e policy.Entries) []policy.Entry {
		if language == German {
			return e.DE
		}
		return e.EN
	}
	words := p.Vocabulary
	of := map[meaning][]policy.Entry{ownIDP: in(words.OwnIdentityProvider), provider: in(words.Providers), program: in(words.Programs)}
	for id, means := range reasons {
		of[means] = in(words.Reasons[id])
	}
	for i, id := range p.OwnReasonIDs() {
		of[own+meaning(i)] = in(words.Reasons[id])
	}
	return of
}

// isOwn says whether a topic is of a reason that the operator added.
func (v *Vocabulary) isOwn(t Topic) bool {
	for _, s := range v.subjects[len(subjects):] {
		if s.topic == t {
			return true
		}
	}
	return false
}

// index is the place of a language in a Vocabulary; not for Unknown.
func index(l Language) int {
	if l == German {
		return 1
	}
	return 0
}
