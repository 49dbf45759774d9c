package score

import (
	"slices"

	"tocsin/services/classification/internal/linear"
	"tocsin/services/classification/internal/text"
)

// Step is the name of this step in evidence.
const Step = "score"

// Scores outside these bounds are clear.
const (
	clearlyNot = 0.35
	clearly    = 0.65
)

// A Reading is what a note says by the rules and by the model.
type Reading struct {
	text.Reading
	// Likely is how likely each output is, by its name in Outputs, in the order
	// of Outputs; empty where the note could not be read.
	Likely []float64
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
	r.Ask.Asked, r.Ask.Span, r.Ask.Sure = m.stated(r, s, request, given{r.Ask.Asked, r.Ask.Span})
	r.Ask.Withdrawn = r.Ask.Withdrawn && !r.Ask.Asked
	r.UnclearRequest = p(request) > clearlyNot && p(request) < clearly
	r.Urgency.Given, r.Urgency.Span, r.Urgency.Sure = m.stated(r, s, urgent, given{r.Urgency.Given, r.Urgency.Span})
	r.Trouble = p(trouble) >= 0.5
	for _, g := range []struct {
		output string
		to     *text.Statement
	}{{worked, &r.WorkedOn}, {awaited, &r.Awaited}} {
		g.to.Given, g.to.Span, g.to.Sure = m.stated(r, s, g.output, given{g.to.Given, g.to.Span})
	}
	for _, t := range topics {
		m.topic(r, s, t.topic)
	}
	m.extents(r, p(part))
}

// given is a statement that the rules found or not.
type given struct {
	found bool
	span  text.Span
}

// stated decides one statement, and quotes the claim that speaks most for it
// where the rules have no quote.
func (m *Model) stated(r *Reading, s scores, output string, by given) (bool, text.Span, text.Sure) {
	at := m.at[output]
	p := r.Likely[at]
	switch {
	case p < 0.5:
		return false, text.Span{}, text.Sure{}
	case by.found && by.span != (text.Span{}):
		return true, by.span, text.Sure{Weight: p}
	}
	var span text.Span
	if best := s.best(at, func(int) bool { return true }); best >= 0 {
		span = r.Claims[best].Span
	}
	return true, span, text.Sure{Weight: p, Step: Step}
}

// topic decides one kind of trouble.
func (m *Model) topic(r *Reading, s scores, topic text.Topic) {
	at := m.at[string(topic)]
	p := r.Likely[at]
	if p > clearlyNot && p < clearly {
		r.Unclear = append(r.Unclear, topic)
	}
	found := false
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Topic != topic || f.Polarity != text.Asserted {
			continue
		}
		if found, f.Weight = true, p; p < 0.5 {
			f.Polarity = text.Doubtful
		}
	}
	if found || p < 0.5 {
		return
	}
	asserted := func(claim int) bool { return r.Claims[claim].Polarity == text.Asserted }
	best := s.best(at, asserted)
	if best < 0 {
		best = s.best(at, func(int) bool { return true })
	}
	f := text.Finding{Topic: topic, Polarity: text.Asserted, Extent: text.Unstated, Service: true, Explicit: true, Weight: p, Step: Step}
	if best >= 0 {
		c := &r.Claims[best]
		f.Claim, f.Span = best, c.Span
		f.Everybody = slices.ContainsFunc(c.Means, func(m text.Meaning) bool { return m.String() == "everybody" || m.String() == "nobody" })
	}
	r.Findings = append(r.Findings, f)
}

// extents says of the troubles whether they are but a part.
func (m *Model) extents(r *Reading, p float64) {
	for i := range r.Findings {
		f := &r.Findings[i]
		partial := f.Extent == text.Part || f.Extent == text.Slight
		switch {
		case p >= 0.5 && !partial:
			f.Extent = text.Part
		case p < 0.5 && partial:
			f.Extent = text.Unstated
		}
	}
}
