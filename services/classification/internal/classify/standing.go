package classify

import (
	"slices"

	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// A standing is what the words of a ticket say once all its notes are read.
type standing struct {
	read      func(original string, by text.Author) score.Reading
	language  text.Language
	words     int
	ask       text.Ask
	askNote   string
	topics    map[text.Topic]stated
	count     text.Count
	countNote string
	lasting   text.Lasting
	lastNote  string
	silent    text.Lasting
	place     text.Place
	placeAt   text.Span
	placeNote string
	urgency   text.Urgency
	urgeNote  string
	provider  bool
	trouble   bool
	ownIDP    bool
	workedOn  noted
	awaited   noted
	texts     map[string]string
	who       bool // a group of people is named
	sure      sure
}

// stated is the strongest finding of a topic, and the note it stands in.
type stated struct {
	text.Finding
	note string
}

// noted is a statement and the note it stands in.
type noted struct {
	text.Statement
	note string
}

func newStanding(read func(string, text.Author) score.Reading) *standing {
	return &standing{read: read, topics: map[text.Topic]stated{}, texts: map[string]string{}}
}

// fold takes in one more note. What it says corrects what notes before it said;
// what it does not speak of stands.
func (s *standing) fold(id, original string, by text.Author) {
	r := s.read(original, by)
	s.texts[id] = original
	if s.language == text.Unknown || r.Language != text.Unknown && by == "" {
		s.language = r.Language
	}
	s.words += r.Words
	s.foldSure(&r)
	s.who = s.who || names(&r)
	if r.Ask.Asked || r.Ask.Withdrawn {
		s.ask, s.askNote = r.Ask, id
	}
	for _, again := range r.Recovered {
		for topic := range s.topics {
			if again.Ends(topic) {
				delete(s.topics, topic)
			}
		}
	}
	s.foldFindings(id, r.Findings)
	large, hundreds, few := s.count.Large || r.Count.Large, s.count.Hundreds || r.Count.Hundreds, s.count.Few
	if r.Count.Known || r.Count.Few && !s.count.Known {
		s.count, s.countNote = r.Count, id
		few = r.Count.Few
	}
	s.count.Large, s.count.Hundreds, s.count.Few = large, hundreds, few || r.Count.Few
	if r.Lasting.AtLeast > 0 {
		s.lasting, s.lastNote = r.Lasting, id
	}
	if r.Silent.AtLeast > 0 {
		s.silent = r.Silent
	}
	if r.Place != text.Nowhere {
		s.place, s.placeAt, s.placeNote = r.Place, r.PlaceAt, id
	}
	if r.Urgency.Given && !s.urgency.Given {
		s.urgency, s.urgeNote = r.Urgency, id
	}
	s.provider, s.trouble = s.provider || r.Provider, s.trouble || r.Trouble
	s.ownIDP = s.ownIDP || r.OwnIDP.Given
	s.workedOn, s.awaited = noted{r.WorkedOn, id}, noted{r.Awaited, id}
}

// foldFindings takes in the findings of one note. A topic that the note says
// has ended is taken back from the notes before it.
func (s *standing) foldFindings(id string, found []text.Finding) {
	here := map[text.Topic]stated{}
	ended := map[text.Topic]bool{}
	for _, f := range found {
		if f.Polarity == text.Over {
			ended[f.Topic] = true
		}
		if f.Polarity != text.Asserted {
			continue
		}
		if best, ok := here[f.Topic]; !ok || stronger(f, best.Finding) {
			f.Everybody = f.Everybody || best.Everybody
			here[f.Topic] = stated{f, id}
		} else if f.Everybody {
			best.Everybody = true
			here[f.Topic] = best
		}
	}
	for topic := range ended {
		delete(s.topics, topic)
	}
	for topic, st := range here {
		s.topics[topic] = st
	}
}

// stronger says whether a states the same trouble more fully than b. That it
// takes only a part, once said, is the fuller statement.
func stronger(a, b text.Finding) bool {
	rank := func(e text.Extent) int {
		switch e {
		case text.Part:
			return 3
		case text.Whole:
			return 2
		case text.Unstated:
			return 1
		}
		return 0
	}
	if rank(a.Extent) != rank(b.Extent) {
		return rank(a.Extent) > rank(b.Extent)
	}
	return a.Weight > b.Weight
}

// names says whether a note names a group of people.
func names(r *score.Reading) bool {
	return slices.ContainsFunc(r.Claims, func(c text.Claim) bool {
		return slices.ContainsFunc(c.Means, func(m text.Meaning) bool {
			switch m.String() {
			case "people", "everybody", "crowd":
				return true
			}
			return false
		})
	})
}

// has says whether the topic is stated to hold now.
func (s *standing) has(topic text.Topic) bool {
	_, ok := s.topics[topic]
	return ok
}
