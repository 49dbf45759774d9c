package text

import "slices"

// An Extent is how much of the subject a trouble takes.
type Extent string

// The extents.
const (
	Whole    Extent = "whole"    // stated to be all of it
	Unstated Extent = "unstated" // not said
	Part     Extent = "part"     // some of it, or not always
	Slight   Extent = "slight"   // a little slow, a blemish
)

// A Finding is one trouble that a note speaks of.
type Finding struct {
	Topic    Topic
	Polarity Polarity
	Extent   Extent
	// Everybody says that nobody is left whom it does not hit.
	Everybody bool
	// Service says that the thing itself is said to fail, or people in general.
	Service bool
	// Explicit says that the words name a hindrance (launch), or the trouble
	// by its own name rather than by what came before.
	Explicit bool
	// Weight says how sure the method is, from 0 to 1; Step, which step of it
	// found the trouble, empty for the rules of this package.
	Weight float64
	Step   string
	Span   Span // in the body; Read turns it into the original's
	Claim  int  // which of the reading's claims states it
}

// memory is how many sentences a subject is remembered for "it does not work".
const memory = 2

// finder looks for troubles clause by clause.
type finder struct {
	words    *Vocabulary
	tokens   []token
	list     []clause
	last     []subject // what the clauses before spoke of
	lastAt   int
	provider bool // a provider was named
	found    []Finding
	all      []subject // of the clause under way
	kept     []subject // of all clauses, those that the statements are about
}

// A subject is a thing that a clause speaks of.
type subject struct {
	topic Topic
	hit   hit
}

func find(v *Vocabulary, tokens []token, list []clause) []Finding {
	f := finder{words: v, tokens: tokens, list: list}
	for i := range list {
		f.provider = f.provider || list[i].has(provider)
	}
	for i := range list {
		f.clause(i)
	}
	endRecovered(v, list, f.found)
	f.settle()
	f.launches()
	f.yieldToLaunch()
	endRecovered(v, list, f.found)
	return f.found
}

func (f *finder) clause(i int) {
	c := &f.list[i]
	if f.dictates(c) {
		return
	}
	s := f.counted(c)
	if !f.security(i) {
		f.breach(i)
	}
	f.silence(i)
	of := f.spokenOf(c, s)
	if !s.faulty() {
		return
	}
	for _, n := range of.named {
		topic, ok := f.troubled(c, n, s)
		if !ok || of.inherited && (s.drags && !s.strong || !s.strong && !s.gone && !s.isWrong) && !f.alreadyFound(topic) {
			continue
		}
		f.found = append(f.found, Finding{
			Topic: topic, Polarity: c.polarity, Extent: f.extent(i, topic, s), Everybody: c.has(everybody, nobody),
			Service:  c.has(failing) || c.general(f.tokens),
			Explicit: !of.inherited && !of.vague, Weight: weigh(n, s, of.inherited), Span: f.span(c, n, s, of.inherited), Claim: i,
		})
	}
}

// A telling is what a clause speaks of.
type telling struct {
	named     []subject
	inherited bool // from the clauses before
	vague     bool // without a word for it
}

// spokenOf finds what the clause speaks of, and remembers it for the clauses
// that follow.
func (f *finder) spokenOf(c *clause, s state) telling {
	named := f.named(c, s)
	if len(named) == 0 {
		named = f.whole(c, s)
	}
	if len(named) > 0 {
		f.last, f.lastAt = named, c.sentence
		switch {
		case f.isnt(c, named[0]):
			f.last, named = nil, nil
		case f.isFine(c, named[0], s):
			f.last = nil
		}
		return telling{named: named}
	}
	if !s.faulty() {
		return telling{}
	}
	inherited := len(f.last) > 0 && c.sentence-f.lastAt <= memory && !c.has(launch, silence) && f.meantHere(c)
	switch {
	case inherited && !s.drags:
		return telling{named: f.last, inherited: true}
	case s.drags && f.dragsAtLarge(c, s):
		return telling{named: []subject{{TopicCore, s.hits[0]}}}
	case inherited:
		return telling{named: f.last, inherited: true}
	case f.nothingWorks(c, s):
		return telling{named: []subject{{TopicSite, s.hits[0]}}, vague: true}
	}
	return telling{}
}

// meantHere says whether the clause can be of what the clauses before spoke
// of. "They cannot work" is not of the site, "it is down" is.
func (f *finder) meantHere(c *clause) bool {
	if len(f.last) == 0 || f.last[0].topic != TopicSite && f.last[0].topic != TopicCore {
		return true
	}
	for i := c.from; i < min(c.to, c.from+4); i++ {
		switch f.tokens[i].fold {
		case "it", "this", "that", "which", "es", "sie", "diese", "dieser", "das":
			return true
		}
	}
	return false
}

// alreadyFound says whether the topic was found before.
func (f *finder) alreadyFound(topic Topic) bool {
	return slices.ContainsFunc(f.found, func(o Finding) bool { return o.Topic == topic })
}

// troubled says whether the state is trouble for the subject, and which.
func (f *finder) troubled(c *clause, n subject, s state) (Topic, bool) {
	if s.drags && !s.gone && !(s.strong && onlyStrong(s)) {
		if c.has(mild) && !c.has(severe) && isSpecial(n.topic) {
			return n.topic, true
		}
		return TopicCore, true
	}
	switch n.topic {
	case TopicFTP:
		return TopicFTP, s.fails || c.has(denied) && s.faulty()
	case TopicContent:
		return TopicContent, s.gone
	case TopicInsights, TopicLXP, TopicCareer:
		return n.topic, s.fails || s.gone || s.isWrong
	case TopicCompletions:
		return n.topic, (s.fails || s.gone) && (f.isRecord(n) || c.has(missing, provider))
	case TopicReports, TopicUploads:
		return n.topic, s.fails || s.gone
	case TopicProfile:
		return TopicProfile, s.isWrong || s.gone
	case TopicSite:
		return TopicSite, s.strong
	case TopicLogin, TopicSSO:
		return n.topic, s.fails
	default:
		return n.topic, s.fails || s.gone
	}
}

// onlyStrong says whether the clause states an outage beside the slowness.
func onlyStrong(s state) bool {
	return slices.ContainsFunc(s.hits, func(h hit) bool { return h.means == failing || h.means == negation || h.means == nobody })
}

// weigh says how sure the method is of one finding.
func weigh(n subject, s state, inherited bool) float64 {
	w := 0.92
	if !s.strong && !s.gone && !s.isWrong && !s.drags {
		w = 0.7
	}
	if inherited {
		w -= 0.15
	}
	typo := n.hit.typo
	for i := range s.hits {
		typo = typo || s.hits[i].typo
	}
	if typo {
		w -= 0.1
	}
	return w
}

// span covers the subject and what is said of it.
func (f *finder) span(c *clause, n subject, s state, inherited bool) Span {
	from, to := c.to, c.from
	include := func(h hit) {
		if h.from >= c.from && h.to <= c.to {
			from, to = min(from, h.from), max(to, h.to)
		}
	}
	if !inherited {
		include(n.hit)
	}
	for _, h := range s.hits {
		include(h)
	}
	if q := c.find(nobody, everybody); q != nil {
		include(*q)
	}
	return f.cover(from, to)
}

// cover is the span of tokens [from, to).
func (f *finder) cover(from, to int) Span {
	if from >= to {
		return Span{}
	}
	return spanOf(f.tokens, from, to)
}

func (f *finder) security(i int) bool {
	c := &f.list[i]
	if f.hearsay(i) {
		return false
	}
	for _, h := range c.hits {
		if h.means != security {
			continue
		}
		if c.denies(h, true) != nil || c.denies(h, false) != nil && c.has(all) && c.find(negation).from < h.from {
			continue
		}
		f.found = append(f.found, Finding{
			Topic: TopicSecurity, Polarity: c.polarity, Extent: Unstated, Explicit: true, Weight: 0.9,
			Span: f.cover(h.from, h.to), Claim: i,
		})
		return true
	}
	return false
}

func (f *finder) silence(i int) {
	c := &f.list[i]
	if h := c.find(silence); h != nil && !f.customerSilent(c) {
		f.found = append(f.found, Finding{
			Topic: TopicSilence, Polarity: c.polarity, Extent: Unstated, Explicit: true, Weight: 0.85,
			Span: f.cover(h.from, h.to), Claim: i,
		})
	}
}

// general says whether the clause speaks of people at large: "users", "our
// employees", not "my colleague".
func (c *clause) general(tokens []token) bool {
	for _, h := range c.hits {
		if h.means != people || h.to-h.from > 1 && tokens[h.from].fold != "all" {
			continue
		}
		switch w := tokens[h.from].fold; {
		case c.language == English && (w == "people" || w == "staff" || w[len(w)-1] == 's'):
			return true
		case c.language == German && (w == "nutzer" || w == "benutzer" || w == "mitarbeiter" || w == "anwender" || w[len(w)-1] == 'n' || w == "leute" || w == "user"):
			return true
		}
	}
	return false
}
