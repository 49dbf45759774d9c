package classify

import (
	"time"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/text"
)

// Assess assesses a whole ticket at one moment: every note, the fields, and the
// conditions that monitoring found. It never fails; what cannot be read is not claimed.
func Assess(p *policy.Policy, t Ticket, conditions []Condition, at time.Time) Assessment {
	a := newAssessing(p, t, conditions, at)
	a.out.ID = t.ID
	for _, n := range t.Notes {
		if n.Author == System {
			continue
		}
		a.words.fold(n.ID, n.Text, author(n.Author))
		a.forget(n.At)
	}
	for _, r := range t.Requests {
		a.words.fold(r.ID, r.Reason+"\n\n"+r.Urgency, author(r.Author))
		a.request(r)
	}
	return a.assess()
}

// Note assesses one note alone, as though it were all that is known.
func Note(p *policy.Policy, id, note string, by AuthorKind) Assessment {
	a := newAssessing(p, Ticket{}, nil, time.Time{})
	a.out.ID = id
	if by != System {
		a.words.fold("", note, author(by))
	}
	return a.assess()
}

func author(kind AuthorKind) text.Author {
	switch kind {
	case Agent:
		return text.ByAgent
	case CSM:
		return text.ByCSM
	}
	return ""
}
