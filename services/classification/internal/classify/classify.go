package classify

import (
	"sync"
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// A Method reads tickets by a policy and a model. It never changes, and is for
// any number of goroutines.
type Method struct {
	policy *policy.Policy
	model  *score.Model
	words  func() *text.Vocabulary // made when first asked for
}

// New is a method of the policy and the model; without one it takes the model
// that the program carries.
func New(p *policy.Policy, model *score.Model) *Method {
	if model == nil {
		model = score.Shipped()
	}
	return &Method{policy: p, model: model, words: sync.OnceValue(func() *text.Vocabulary { return text.NewVocabulary(p) })}
}

// Warm makes what the first note would wait for.
func (m *Method) Warm() { m.words() }

// read reads one note.
func (m *Method) read(original string, by text.Author) score.Reading {
	return m.model.Read(m.words(), original, by)
}

// Assess assesses a whole ticket at one moment: every note, the fields, and the
// conditions that monitoring found. It never fails; what cannot be read is not claimed.
func (m *Method) Assess(t Ticket, conditions []Condition, at time.Time) Assessment {
	a := m.begin(t, conditions, at)
	a.out.ID = t.ID
	for _, e := range t.history() {
		a.words.fold(e)
		if e.form != nil {
			a.request(*e.form)
		}
	}
	return a.assess()
}

// Note assesses one note alone, as though it were all that is known.
func (m *Method) Note(id, note string, by AuthorKind) Assessment {
	a := m.begin(Ticket{}, nil, time.Time{})
	a.out.ID = id
	a.words.fold(entry{text: note, by: by})
	return a.assess()
}

// Author is the kind as package text knows it: customers, and who is unknown, are
// "" there.
func (kind AuthorKind) Author() text.Author {
	switch kind {
	case Agent:
		return text.ByAgent
	case CSM:
		return text.ByCSM
	case System:
		return text.BySystem
	}
	return ""
}
