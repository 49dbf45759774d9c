package score

import (
	"slices"

	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// Step is the name of this step in evidence.
const Step = "score"

// A likelihood between these is unclear.
const (
	clearlyNot = 0.35
	clearly    = 0.65
)

// A Reading is what a note says by the rules and by the model.
type Reading struct {
	text.Reading
	// Likely is how likely each output is, in the order of Outputs; empty where
	// the note could not be read.
	Likely []float64
	// Asks, Urges and Partly are how likely it is that the note asks, that it
	// gives a why, and that its trouble is only a part.
	Asks, Urges, Partly float64
	// Troubles is how likely it is that the note says that something is wrong now.
	Troubles float64
	// Unclear are the kinds of trouble that the model can neither affirm nor
	// deny, and UnclearRequest says the same of whether somebody asks.
	Unclear        []text.Topic
	UnclearRequest bool
}

// correct gives the model the last word on what it was trained to tell: whether
// somebody asks, whether a why is given, which kinds of trouble there are.
// Where the rules found the same, their quote stands.
func (m *Model) correct(r *Reading, s scores) {
	r.Likely = make([]float64, len(s.total))
	for i, score := range s.total {
		r.Likely[i] = linear.Probability(score)
	}
	p := func(output string) float64 { return r.Likely[m.at[output]] }
	r.Asks, r.Urges, r.Partly, r.Troubles = p(request), p(urgent), p(part), p(trouble)
	r.Ask.Asked, r.Ask.Span, r.Ask.Sure = m.stated(r, s, request, given{r.Ask.Asked, r.Ask.Span})
	r.Ask.Withdrawn = r.Ask.Withdrawn && !r.Ask.Asked
	r.UnclearRequest = unclear(r.Asks, r.Ask.Asked)
	r.Urgency.Given, r.Urgency.Span, r.Urgency.Sure = m.stated(r, s, urgent, given{r.Urgency.Given, r.Urgency.Span})
	r.Trouble = p(trouble) >= even
	for _, g := range []struct {
		output string
		to     *text.Statement
	}{{worked, &r.WorkedOn}, {awaited, &r.Awaited}} {
		g.to.Given, g.to.Span, g.to.Sure = m.stated(r, s, g.output, given{g.to.Given, g.to.Span})
	}
	m.kinds(r, s)
	m.extents(r)
}

// kinds decides which kinds of trouble are stated. Where there is one of some
// kind, the likeliest is taken even if it is not likely on its own: the model
// learns what tells the kinds apart from notes that state one.
func (m *Model) kinds(r *Reading, s scores) {
	some := r.Likely[m.at[some]]
	top, most := "", 0.0
	for _, t := range topics {
		at := m.at[string(t.topic)]
		if r.Likely[at] *= some; r.Likely[at] > most {
			top, most = string(t.topic), r.Likely[at]
		}
	}
	for _, t := range topics {
		m.kind(r, s, t, some >= even && top == string(t.topic) && most >= t.least())
	}
}

// unclear says whether it is hard to say if somebody asks, by how likely that is
// and whether it was heard.
func unclear(p float64, asked bool) bool {
	if asked {
		return p < clearly
	}
	return p > clearly
}

// given is a statement that the rules found or not.
type given struct {
	found bool
	span  text.Span
}

// bound is how likely a statement must be to be taken as made. Most notes that
// were labelled ask for something, most notes on tickets do not: where the rules
// hear no request it takes more than a likelihood to hear one.
func bound(output string, found bool) float64 {
	switch {
	case output == worked || output == awaited:
		return few
	case output == request && found:
		return heard
	case output == request:
		return unheard
	}
	return even
}

// stated decides one statement, and quotes the sentence that speaks most for it
// where the rules have no quote.
func (m *Model) stated(r *Reading, s scores, output string, by given) (bool, text.Span, text.Sure) {
	at := m.at[output]
	p := r.Likely[at]
	least := bound(output, by.found)
	switch {
	case p < least:
		return false, text.Span{}, text.Sure{}
	case by.found && by.span != (text.Span{}):
		return true, by.span, text.Sure{Weight: p}
	}
	var span text.Span
	if best := s.best(at); best >= 0 {
		span = r.sentence(best)
	}
	return true, span, text.Sure{Weight: p, Step: Step}
}

// kind decides whether one kind of trouble is stated.
func (m *Model) kind(r *Reading, s scores, t known, top bool) {
	at := m.at[string(t.topic)]
	p := r.Likely[at]
	stated := top || p >= t.stated
	if p > clearlyNot*t.stated*2 && p < clearly*t.stated*2 {
		r.Unclear = append(r.Unclear, t.topic)
	}
	found := false
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Topic != t.topic || f.Polarity != text.Asserted {
			continue
		}
		if found, f.Weight = true, p; !stated {
			f.Polarity = text.Doubtful
		}
	}
	if found || !stated {
		return
	}
	best := s.best(at)
	if r.isOwn(t.topic, p, best) {
		return
	}
	f := text.Finding{Topic: t.topic, Polarity: text.Asserted, Extent: text.Unstated, Service: true, Explicit: true, Weight: p, Step: Step}
	if best >= 0 {
		for i := range r.Claims {
			if c := &r.Claims[i]; c.Sentence == best {
				f.Claim = i
				f.Everybody = f.Everybody || slices.ContainsFunc(c.Means, func(m text.Meaning) bool { return m.String() == "everybody" || m.String() == "nobody" })
			}
		}
		f.Span = r.sentence(best)
	}
	r.Findings = append(r.Findings, f)
}

// isOwn says whether what the model takes for a trouble that it knows is that of
// a reason that the operator added, which it has not learned: where a sentence
// states such a trouble, and elsewhere in the note where the model doubts.
func (r *Reading) isOwn(topic text.Topic, p float64, sentence int) bool {
	switch topic {
	case text.TopicLaunch, text.TopicSecurity, text.TopicSilence: // these are of no thing
		return false
	default:
		return slices.ContainsFunc(r.Findings, func(f text.Finding) bool {
			return Reason(f.Topic) == "" && f.Polarity == text.Asserted && (p < even || r.Claims[f.Claim].Sentence == sentence)
		})
	}
}

// extents says of the troubles that the model knows whether they are but a part.
func (m *Model) extents(r *Reading) {
	for i := range r.Findings {
		f := &r.Findings[i]
		if Reason(f.Topic) == "" {
			continue
		}
		partial := f.Extent == text.Part || f.Extent == text.Slight
		switch {
		case r.Partly >= strong && !partial && (f.Extent != text.Whole && !f.Everybody || r.Partly >= loud):
			f.Extent = text.Part
		case r.Partly < even && partial:
			f.Extent = text.Unstated
		}
	}
}

// sentence is where a sentence stands.
func (r *Reading) sentence(n int) text.Span {
	var s text.Span
	for i := range r.Claims {
		if c := &r.Claims[i]; c.Sentence == n {
			if s == (text.Span{}) {
				s.Start = c.Span.Start
			}
			s.End = c.Span.End
		}
	}
	return s
}
