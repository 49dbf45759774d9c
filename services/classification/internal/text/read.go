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
func (v *Vocabulary) Read(original string, by Author) Reading {
	d, ok := v.readers.Get().(*reader)
	if !ok {
		d = &reader{marker: marker{vocabulary: v}}
	}
	r := d.read(original, by)
	if d.clear() {
		v.readers.Put(d)
	}
	return r
}

// A reader reads one note after another; what it needs for one serves for the
// next.
type reader struct {
	marker
	sentences []sentence
	list      []clause
	told      []hit // what the states of the clauses are read from
}

func (d *reader) read(original string, by Author) Reading {
	r := Reading{Body: Clean(original)}
	d.statements(&r)
	if len(d.tokens) == 0 {
		r.Language = d.ofInstruction(original, r.Body)
	}
	r.Claims = claims(r.Body, d.tokens, d.list, d.sentences)
	d.facts(&r, by)
	r.locate()
	return r
}

// maxKept is the number of tokens up to which a reader is used again.
const maxKept = 1 << 13

// clear lets go of the note, and says whether the reader is to be used again.
func (d *reader) clear() bool {
	clear(d.tokens)
	clear(d.list)
	d.tokens, d.sentences, d.list = d.tokens[:0], d.sentences[:0], d.list[:0]
	d.hits, d.told, d.steps = d.hits[:0], d.told[:0], 0
	return cap(d.tokens) <= maxKept
}

// statements reads the body into clauses.
func (d *reader) statements(r *Reading) {
	d.tokens = d.vocabulary.memo.tokenize(r.Body.Text, d.tokens)
	r.Language = detect(d.tokens, d.guess)
	ofNote := func() Language { return r.Language }
	d.sentences = sentences(r.Body.Text, d.tokens, d.sentences)
	for i := range d.sentences {
		s := &d.sentences[i]
		s.language = r.Language
		if r.Language != Unknown {
			s.language = detect(d.tokens[s.from:s.to], ofNote)
			if s.language == Unknown {
				s.language = r.Language
			}
		}
		s.hits = d.mark(s.from, s.to, s.language)
		s.means = meaningsOf(s.hits)
		d.clauses(s, i)
	}
	for i := range d.tokens {
		if d.tokens[i].kind == word {
			r.Words++
		}
	}
	judge(d.tokens, d.list, d.sentences)
}

// facts finds what the clauses state.
func (d *reader) facts(r *Reading, by Author) {
	tokens, list := d.tokens, d.list
	r.Findings = find(d.vocabulary, tokens, list)
	r.Recovered = recoveries(d.vocabulary, list)
	r.Ask = ask(tokens, list, d.sentences)
	r.Count = count(tokens, list, r.Findings)
	r.Lasting, r.Silent = lasting(tokens, list)
	r.Place, r.PlaceAt = place(tokens, list)
	r.Urgency = urge(tokens, list, r.Findings, r.Count)
	r.Findings = loginsOf(r.Findings, r.Count)
	r.WorkedOn, r.Awaited = workedOn(tokens, list, by), awaited(tokens, list, by)
	r.OwnIDP = ownFault(tokens, list)
	r.Provider, r.Trouble = mentions(list)
}

// guess names the language of a note that has no function words: German where
// a word has an umlaut or a German stem, else English.
func (d *reader) guess() Language {
	if len(d.tokens) == 0 {
		return Unknown
	}
	end := min(len(d.tokens), maxSentence)
	var found [2]int
	for i, language := range []Language{English, German} {
		found[i] = len(d.mark(0, end, language))
		for k := range d.tokens {
			d.tokens[k].form = &formless
		}
	}
	d.hits = d.hits[:0]
	switch {
	case found[1] > found[0]:
		return German
	case found[0] > 0:
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
