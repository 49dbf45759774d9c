package text

// A Reading is what one note says.
type Reading struct {
	Language Language
	Body     Body
	// Claims are its statements in order.
	Claims   []Claim
	Findings []Finding
	// Recovered is what the note says works again.
	Recovered []Recovery
	Ask       Ask
	Count     Count
	Lasting   Lasting // of the trouble
	Silent    Lasting // of the silence on the ticket
	Place     Place
	PlaceAt   Span
	Urgency   Urgency
	// WorkedOn says that support is at work on it, Awaited that support waits
	// for the customer.
	WorkedOn, Awaited Statement
	// OwnIDP says that the fault lies in the customer's own identity provider.
	OwnIDP Statement
	Words  int // words that were read
	// Provider says that a provider or an integration is named, Trouble that
	// something is stated to be amiss, whether or not a topic was found.
	Provider, Trouble bool
}

// Read reads a note. All spans are in the original text.
func Read(original string, by Author) Reading {
	r := Reading{Body: Clean(original)}
	tokens := tokenize(r.Body.Text)
	r.Language = detect(tokens, func() Language { return guess(tokens) })
	ofNote := func() Language { return r.Language }
	list := sentences(r.Body.Text, tokens)
	m := newMarker(tokens)
	var cs []clause
	for i := range list {
		s := &list[i]
		s.language = r.Language
		if r.Language != Unknown {
			s.language = detect(tokens[s.from:s.to], ofNote)
			if s.language == Unknown {
				s.language = r.Language
			}
		}
		s.hits = m.mark(s.from, s.to, s.language)
		cs = append(cs, clauses(tokens, *s, i)...)
	}
	for _, t := range tokens {
		if t.kind == word {
			r.Words++
		}
	}
	judge(tokens, cs, list)
	r.Claims = claims(r.Body, tokens, cs, list)
	r.Findings = find(tokens, cs)
	r.Recovered = recoveries(cs)
	r.Ask = ask(tokens, cs, list)
	r.Count = count(tokens, cs, r.Findings)
	r.Lasting, r.Silent = lasting(tokens, cs)
	r.Place, r.PlaceAt = place(tokens, cs)
	r.Urgency = urge(tokens, cs, r.Findings, r.Count)
	r.WorkedOn, r.Awaited = workedOn(tokens, cs, by), awaited(tokens, cs, by)
	r.OwnIDP = ownFault(tokens, cs)
	r.Provider, r.Trouble = mentions(cs)
	r.locate()
	return r
}

// guess names the language of a note that has no function words: German where
// a word has an umlaut or a German stem, else English.
func guess(tokens []token) Language {
	if len(tokens) == 0 {
		return Unknown
	}
	m := newMarker(tokens)
	en, de := len(m.mark(0, min(len(tokens), maxSentence), English)), 0
	for i := range tokens {
		tokens[i].stem = ""
	}
	de = len(m.mark(0, min(len(tokens), maxSentence), German))
	for i := range tokens {
		tokens[i].stem = ""
	}
	switch {
	case de > en:
		return German
	case en > 0:
		return English
	}
	return Unknown
}

// ownFault finds the statement that the customer's own identity provider is at fault.
func ownFault(tokens []token, list []clause) Statement {
	for i := range list {
		c := &list[i]
		h := c.find(ownIDP)
		if h == nil || c.polarity == Supposed || c.polarity == Asked {
			continue
		}
		if s := c.state(); s.works && !s.faulty() || c.denies(*h, true) != nil || c.negated(*h) && !s.faulty() {
			continue
		}
		return Statement{Given: true, Span: spanOf(tokens, h.from, h.to)}
	}
	return Statement{}
}

// mentions says whether a provider is named, and whether anything is stated to
// be amiss.
func mentions(list []clause) (named, trouble bool) {
	for i := range list {
		c := &list[i]
		named = named || c.has(provider)
		s := c.state()
		trouble = trouble || c.polarity == Asserted && c.to-c.from > 4 && (s.strong || s.gone || s.isWrong || s.drags) && !c.has(silence)
	}
	return named, trouble
}

// locate turns the spans in the body into those in the original.
func (r *Reading) locate() {
	for i := range r.Findings {
		r.origin(&r.Findings[i].Span)
	}
	for _, s := range []*Span{&r.Ask.Span, &r.Count.Span, &r.Lasting.Span, &r.Silent.Span, &r.PlaceAt, &r.Urgency.Span, &r.WorkedOn.Span, &r.Awaited.Span, &r.OwnIDP.Span} {
		r.origin(s)
	}
}

func (r *Reading) origin(s *Span) {
	if s.End > s.Start {
		*s = r.Body.Origin(s.Start, s.End)
	}
}
