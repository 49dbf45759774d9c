package classify

import (
	"slices"
	"time"

	"tocsin/services/classification/internal/score"
	"tocsin/services/classification/internal/text"
)

// A standing is what the words of a ticket say once all its notes are read.
type standing struct {
	read     func(original string, by text.Author) score.Reading
	language text.Language
	// unsupported says that they are in a language that is not read; ownWords
	// that the requester has written enough to tell.
	unsupported, ownWords bool
	ask                   text.Ask
	askNote               string
	askBy                 AuthorKind
	byForm                bool // a flag or form asks, not words
	topics                map[text.Topic]stated
	ended                 map[text.Topic]stated // what a later note says works again
	count                 text.Count
	countNote             string
	lasting               text.Lasting
	lastNote              string
	silent                text.Lasting
	place                 text.Place
	placeAt               text.Span
	placeNote             string
	urgency               text.Urgency
	urgeNote              string
	trouble               bool
	ownIDP                bool
	slow                  bool // something is said to be slow, rather than down
	workedOn              noted
	awaited               noted
	instructions          []noted // what the notes say to the machine
	texts                 map[string]string
	times                 map[string]time.Time
	who                   bool // a group of people is named
	sure                  sure
}

// stated is the strongest finding of a topic, and the note it stands in.
type stated struct {
	text.Finding
	note string
}

// inPart says that only a part is hit, or that it is merely slight.
func (s stated) inPart() bool { return s.Extent == text.Part || s.Extent == text.Slight }

// noted is a statement and the note it stands in.
type noted struct {
	text.Statement
	note string
}

func newStanding(read func(string, text.Author) score.Reading) *standing {
	return &standing{
		read: read, topics: map[text.Topic]stated{}, ended: map[text.Topic]stated{}, texts: map[string]string{}, times: map[string]time.Time{},
	}
}

// fold takes in one more entry. What it says corrects what those before it said;
// what it does not speak of stands.
func (s *standing) fold(e entry) {
	id := e.id
	r := s.read(e.text, e.by.Author())
	dated(&r, e.at)
	s.texts[id], s.times[id] = e.text, e.at
	s.foldLanguage(e, &r)
	s.foldSure(&r)
	s.who = s.who || names(&r)
	s.foldAsk(e, &r)
	s.foldRecovered(&r)
	s.foldFindings(id, r.Findings)
	s.foldCount(id, r.Count)
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
	s.trouble = s.trouble || r.Trouble
	s.ownIDP = s.ownIDP || r.OwnIDP.Given
	s.slow = s.slow || slices.ContainsFunc(r.Claims, func(c text.Claim) bool { return c.Slow && c.Polarity == text.Asserted })
	s.foldGrounds(e, &r)
	s.foldInstructions(id, r.Body)
}

// foldGrounds takes in what the entry says of support's work, and of an answer
// that is awaited: the customer's next note ends the wait, nobody else's does.
func (s *standing) foldGrounds(e entry, r *score.Reading) {
	if r.WorkedOn.Given || s.has(text.TopicSilence) && s.topics[text.TopicSilence].note == e.id {
		s.workedOn = noted{r.WorkedOn, e.id}
	}
	if r.Awaited.Given || e.by == Customer || e.by == "" {
		s.awaited = noted{r.Awaited, e.id}
	}
}

func (s *standing) foldCount(id string, c text.Count) {
	large, hundreds, few := s.count.Large || c.Large, s.count.Hundreds || c.Hundreds, s.count.Few
	if c.Known || c.Few && !s.count.Known {
		s.count, s.countNote = c, id
		few = c.Few
	}
	s.count.Large, s.count.Hundreds, s.count.Few = large, hundreds, few || c.Few
}

// foldRecovered ends what the entry says works again, and takes that back where
// it says that the trouble goes on.
func (s *standing) foldRecovered(r *score.Reading) {
	for _, again := range r.Recovered {
		for topic := range s.topics {
			if again.Ends(topic) {
				s.end(topic)
			}
		}
	}
	if r.Trouble && len(r.Recovered) == 0 && slices.ContainsFunc(r.Claims, goesOn) {
		for topic, st := range s.ended {
			s.topics[topic] = st
		}
		clear(s.ended)
	}
}

// goesOn says whether the claim states that what was said before goes on: "es
// geht immer noch nicht".
func goesOn(c text.Claim) bool {
	ongoing := slices.ContainsFunc(c.Means, func(m text.Meaning) bool { return m.String() == "still" })
	return ongoing && c.Polarity == text.Asserted && (c.Fails || c.Gone || c.Wrong || c.Slow)
}

// end takes a trouble back that was stated before.
func (s *standing) end(topic text.Topic) {
	if st, ok := s.topics[topic]; ok {
		s.ended[topic] = st
		delete(s.topics, topic)
	}
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
		s.end(topic)
	}
	for topic, st := range here {
		s.topics[topic] = st
		delete(s.ended, topic)
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
